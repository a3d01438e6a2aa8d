/** Posts stored commands to the gateway, each at most once per claim (I-4). */
import { randomUUID } from 'node:crypto';
import type { ConnectionsStore } from '../connections/connections-store.ts';
import type { Session } from '../groups/group.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import { fullJitter } from '../platform/backoff.ts';
import type { Bus } from '../platform/bus/bus.ts';
import type { Clock } from '../platform/clock.ts';
import type { Gateway, Posted } from '../platform/gateway/gateway.ts';
import { limitsOf } from '../platform/gateway/kinds.ts';
import type { Log } from '../platform/logger.ts';
import type { Sealed, Vault } from '../platform/vault.ts';
import { utf8Bytes } from '../protocol/limits.ts';
import { type CommandCall, commandRequest } from '../protocol/messages.ts';
import { type Command, overdue, type Step, stepWhenLost } from './command.ts';
import type { CommandsStore } from './commands-store.ts';
import { hadEnded, stepAfterGone } from './gone-connection.ts';
import { excludedBy, laneOf, stillExcludes } from './lanes.ts';
import { publishEnd } from './publish-end.ts';
import { isStorable, MAX_STORED_BYTES, openRequest, sealRequest } from './seal.ts';

export interface DispatchContext {
  readonly commands: CommandsStore;
  readonly groups: Pick<GroupsStore, 'get' | 'reserve' | 'release'>;
  readonly connections: Pick<ConnectionsStore, 'get'>;
  readonly gateway: Gateway;
  readonly vault: Vault;
  readonly bus: Bus;
  readonly clock: Clock;
  readonly log: Log;
}

export type StepContext = Pick<DispatchContext, 'commands' | 'bus' | 'clock' | 'log'>;

/** Applies a transition and logs it; an end is published too. Undefined when the command has changed since it was read. */
export const applyStep = async (
  context: StepContext,
  command: Command,
  step: Step,
  sealedRequest?: Sealed,
): Promise<Command | undefined> => {
  const moved = await context.commands.move(command, step, context.clock(), sealedRequest);
  const { commandId, groupId } = command;
  const { to, reason } = step;
  if (!moved) return undefined;
  context.log.info(`command-${to.replace('_', '-')}`, { commandId, groupId, reason });
  await publishEnd(context, moved);
  return moved;
};

/** Applies the deadlines of a command. Returns its current state. */
export const applyOverdueStep = async (context: StepContext, command: Command): Promise<Command> => {
  const due = overdue(command, context.clock());
  if (!due) return command;
  const moved = await applyStep(context, command, due);
  return moved ?? (await context.commands.get(command.commandId)) ?? command;
};

/** The transition after posting. Only an explicit refusal means that NetBackup did not receive the message. */
const stepAfterPosting = (
  command: Command,
  posted: Exclude<Posted, 'gone'>,
  now: number,
): Step | undefined => {
  switch (posted) {
    case 'accepted':
      return undefined;
    case 'too-large':
      return {
        to: 'failed',
        reason: 'the gateway refused the message as too large',
        failure: 'command-too-large',
      };
    case 'unknown':
      return stepWhenLost(command, now, 'the gateway did not report whether it accepted the message');
    default:
      return { to: 'queued', reason: `the gateway refused it: ${posted}` };
  }
};

/** Whether the connection was known to have ended before the command was posted to it. */
const hadConnectionEnded = async (
  { connections, groups }: DispatchContext,
  { groupId }: Command,
  connectionId: string,
  postedAt: number,
): Promise<boolean> => {
  const [connection, group] = await Promise.all([connections.get(connectionId), groups.get(groupId)]);
  return hadEnded({ connection, session: group?.session }, connectionId, postedAt);
};

/**
 * I-7: a command for a domain that was not connected may have become too large for the gateway at which it connected.
 * @param text the COMMAND REQUEST
 */
const stepIfTooLarge = (text: string, connectionId: string): Step | undefined => {
  const bytes = utf8Bytes(text);
  const { commandBytes } = limitsOf(connectionId);
  if (bytes <= commandBytes) return undefined;
  return {
    to: 'failed',
    reason: `the COMMAND has ${bytes} bytes, and the gateway at which the domain is connected carries at most ${commandBytes} in one message; send a smaller body`,
    failure: 'command-too-large',
  };
};

/** Queues a command again that was posted. One that is too large to be stored ends instead. */
const queueAgain = async (
  context: DispatchContext,
  claimed: Command,
  step: Step,
  call: CommandCall,
  posted: Posted,
): Promise<void> => {
  if (claimed.sealedRequest) return void (await applyStep(context, claimed, step));
  if (isStorable(call)) {
    const sealed = await sealRequest(context.vault, claimed, call);
    return void (await applyStep(context, claimed, step, sealed));
  }
  const reason = `${step.reason}; a command with more than ${MAX_STORED_BYTES} bytes is not queued`;
  // After a 410 it is not certain that it did not arrive.
  await applyStep(context, claimed, { to: posted === 'gone' ? 'lost' : 'failed', reason });
};

const post = async (
  context: DispatchContext,
  claimed: Command,
  connectionId: string,
  call: CommandCall,
): Promise<Posted> => {
  const { gateway, clock } = context;
  const postedAt = clock();
  const text = commandRequest(claimed.commandId, call, postedAt);
  const tooLarge = stepIfTooLarge(text, connectionId);
  if (tooLarge) {
    await applyStep(context, claimed, tooLarge);
    return 'too-large';
  }
  const posted = await gateway.post(connectionId, text);
  const next =
    posted === 'gone'
      ? await stepAfterGone(claimed, () => hadConnectionEnded(context, claimed, connectionId, postedAt))
      : stepAfterPosting(claimed, posted, clock());
  if (next?.to === 'queued') await queueAgain(context, claimed, next, call, posted);
  else if (next) await applyStep(context, claimed, next);
  return posted;
};

const DEFERRED: Step = {
  to: 'queued',
  reason: 'deferred while a call is under way that must not share the connection with it',
  unsent: true,
};

/** Whether a command under way on this connection excludes this one: see `Lane`. */
const mustBeDeferred = async (
  { commands, clock }: DispatchContext,
  command: Command,
  connectionId: string,
): Promise<boolean> => {
  if (!limitsOf(connectionId).areResponsesTight) return false;
  const excluded = excludedBy(laneOf(command));
  if (!excluded) return false;
  const others = await commands.underWay(command.groupId, excluded);
  const now = clock();
  return others.some((other) => other.commandId !== command.commandId && stillExcludes(other, now));
};

/**
 * Posts a command that the caller has claimed, or queues it again if it must be deferred. This is checked after claiming, so that of
 * two commands that exclude each other at least one sees the other.
 */
export const sendClaimed = async (
  context: DispatchContext,
  claimed: Command,
  connectionId: string,
  call: CommandCall,
): Promise<Posted | 'deferred'> => {
  if (!(await mustBeDeferred(context, claimed, connectionId)))
    return post(context, claimed, connectionId, call);
  const sealed = claimed.sealedRequest ? undefined : await sealRequest(context.vault, claimed, call);
  await applyStep(context, claimed, DEFERRED, sealed);
  return 'deferred';
};

/** Commands that deferred each other try again after pauses of random length. */
const MAX_TRIES = 5;
const randomPause = fullJitter(10);

/** Sends one queued command on a ready session. @param call the unencrypted call, if the caller has it */
export const dispatch = async (
  context: DispatchContext,
  queued: Command,
  session: Session,
  call?: CommandCall,
): Promise<Posted | 'not-claimed' | 'deferred'> => {
  const { commands, vault, clock } = context;
  const { connectionId } = session;
  const outgoing = call ?? (await openRequest(vault, queued));
  let latest: Command | undefined = queued;
  for (let tried = 0; tried < MAX_TRIES && latest?.state === 'queued'; tried++) {
    // The response to the command that excludes it starts a flush.
    if (await mustBeDeferred(context, latest, connectionId)) return 'deferred';
    const claimed = await commands.claim(latest, randomUUID(), connectionId, clock());
    if (!claimed) return 'not-claimed';
    const sent = await sendClaimed(context, claimed, connectionId, outgoing);
    if (sent !== 'deferred') return sent;
    // The other command may have ended meanwhile, or may have been deferred too.
    await randomPause(tried);
    latest = await commands.get(queued.commandId);
  }
  return 'deferred';
};
