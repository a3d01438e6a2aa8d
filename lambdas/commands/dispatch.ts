/** Hands stored commands to the gateway, each at most once per claim (I-4). */
import { randomInt, randomUUID } from 'node:crypto';
import type { ConnectionsStore } from '../connections/connections-store.ts';
import type { Session } from '../groups/group.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import type { Bus } from '../platform/bus.ts';
import type { Clock } from '../platform/clock.ts';
import type { Gateway, Posted } from '../platform/gateway/gateway.ts';
import type { Log } from '../platform/logger.ts';
import type { Sealed, Vault } from '../platform/vault.ts';
import { type CommandCall, commandRequest } from '../protocol/messages.ts';
import { type Command, overdue, type Step, whenLost } from './command.ts';
import type { CommandsStore } from './commands-store.ts';
import { afterGone, wasOver } from './gone-connection.ts';
import { excludedBy, holdsBack, laneOf } from './lanes.ts';
import { publishEnd } from './publish-end.ts';
import { openRequest, sealRequest } from './seal.ts';

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

export type SettleContext = Pick<DispatchContext, 'commands' | 'bus' | 'clock' | 'log'>;

/** Moves a command on and says so, on the bus too if that is its end. Undefined when somebody else moved it first. */
export const settle = async (
  context: SettleContext,
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

/** Applies to a command what the clock says. Answers it as it stands now. */
export const settleOverdue = async (context: SettleContext, command: Command): Promise<Command> => {
  const due = overdue(command, context.clock());
  if (!due) return command;
  const moved = await settle(context, command, due);
  return moved ?? (await context.commands.get(command.commandId)) ?? command;
};

/** What follows from the gateway's word. Only a clear refusal says that NetBackup did not get it. */
const afterPosting = (command: Command, posted: Exclude<Posted, 'gone'>, now: number): Step | undefined => {
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
      return whenLost(command, now, 'the gateway did not say whether it took the message');
    default:
      return { to: 'queued', reason: `the gateway refused it: ${posted}` };
  }
};

/** Whether the connection that a command was posted to was known to be over before. */
const isOver = async (
  { connections, groups }: DispatchContext,
  { groupId }: Command,
  connectionId: string,
  postedAt: number,
): Promise<boolean> => {
  const [connection, group] = await Promise.all([connections.get(connectionId), groups.get(groupId)]);
  return wasOver({ connection, session: group?.session }, connectionId, postedAt);
};

const post = async (
  context: DispatchContext,
  claimed: Command,
  connectionId: string,
  call: CommandCall,
): Promise<Posted> => {
  const { gateway, vault, clock } = context;
  const postedAt = clock();
  const posted = await gateway.post(connectionId, commandRequest(claimed.commandId, call, postedAt));
  const next =
    posted === 'gone'
      ? await afterGone(claimed, () => isOver(context, claimed, connectionId, postedAt))
      : afterPosting(claimed, posted, clock());
  if (!next) return posted;
  const unsealed = next.to === 'queued' && claimed.sealedRequest === undefined;
  const sealed = unsealed ? await sealRequest(vault, claimed, call) : undefined;
  await settle(context, claimed, next, sealed);
  return posted;
};

const HELD_BACK: Step = {
  to: 'queued',
  reason: 'held back while a call is under way that must not be lost with it',
  unsent: true,
};

/** Whether what is under way keeps a command from being sent: see {@link Lane}. */
const isHeldBack = async ({ commands, clock }: DispatchContext, command: Command): Promise<boolean> => {
  const excluded = excludedBy(laneOf(command));
  if (!excluded) return false;
  const others = await commands.underWay(command.groupId, excluded);
  const now = clock();
  return others.some((other) => other.commandId !== command.commandId && holdsBack(other, now));
};

/**
 * Hands a command to the gateway that the caller has claimed, unless it is held back: then it is queued again. It looks after
 * claiming, so that of two that exclude each other at least one sees the other.
 */
export const sendClaimed = async (
  context: DispatchContext,
  claimed: Command,
  connectionId: string,
  call: CommandCall,
): Promise<Posted | 'held-back'> => {
  if (!(await isHeldBack(context, claimed))) return post(context, claimed, connectionId, call);
  const sealed = claimed.sealedRequest ? undefined : await sealRequest(context.vault, claimed, call);
  await settle(context, claimed, HELD_BACK, sealed);
  return 'held-back';
};

/** Of several that hold each other back and have all stepped back, the first to look again goes. */
const TURNS = 5;
const stepBack = (turn: number) =>
  new Promise((resolve) => setTimeout(resolve, randomInt(1, 10 * 2 ** turn)));

/** Sends one queued command on a session that is ready. `call` is given where it is still at hand in the clear. */
export const dispatch = async (
  context: DispatchContext,
  queued: Command,
  session: Session,
  call?: CommandCall,
): Promise<Posted | 'not-claimed' | 'held-back'> => {
  const { commands, vault, clock } = context;
  const { connectionId } = session;
  const outgoing = call ?? (await openRequest(vault, queued));
  let latest: Command | undefined = queued;
  for (let turn = 0; turn < TURNS && latest?.state === 'queued'; turn++) {
    // Whatever holds it back sends what is queued when it ends.
    if (await isHeldBack(context, latest)) return 'held-back';
    const claimed = await commands.claim(latest, randomUUID(), connectionId, clock());
    if (!claimed) return 'not-claimed';
    const sent = await sendClaimed(context, claimed, connectionId, outgoing);
    if (sent !== 'held-back') return sent;
    // What held it back may have ended before it was queued again, or have stepped back as well.
    await stepBack(turn);
    latest = await commands.get(queued.commandId);
  }
  return 'held-back';
};
