/** A caller's wish becomes a stored command, and is sent if the domain is connected. */
import type { Clock } from '../platform/clock.ts';
import { seconds } from '../platform/clock.ts';
import { Problem } from '../platform/errors.ts';
import { messageId } from '../platform/ids.ts';
import type { CommandCall } from '../protocol/messages.ts';
import type { Group } from '../sessions/group.ts';
import type { Command, Retry } from './command.ts';
import { openKeys } from './commands-store.ts';
import { type DispatchContext, dispatch, sealContext, settleOverdue } from './dispatch.ts';
import { checkHeaders, checkSize, checkUri, derivedCommandId, digestOf, withMediaType } from './request.ts';
import { isOpen } from './states.ts';

export interface SubmitContext extends DispatchContext {
  readonly retentionHours: number;
  /** How many commands of one group may be open at a time. */
  readonly mostOpen: number;
}

/** What the caller asks. Durations in ms. */
export interface Wish {
  readonly call: CommandCall;
  readonly deliverWithin: number;
  readonly executeWithin: number;
  readonly retry: Retry;
  readonly requestedBy: string;
  readonly idempotencyKey?: string;
}

/** Why a queue that is full says when to come back: about when a slow command ends. */
const RETRY_AFTER_S = '10';

const newCommand = async (
  context: SubmitContext,
  group: Group,
  wish: Wish,
  call: CommandCall,
): Promise<Command> => {
  const { groupId } = group;
  const { idempotencyKey } = wish;
  const now = context.clock();
  const commandId = idempotencyKey === undefined ? messageId() : derivedCommandId(groupId, idempotencyKey);
  checkSize(commandId, call, now);
  const { method, uri, ...sealed } = call;
  const deliverBy = now + wish.deliverWithin;
  return {
    commandId,
    groupId,
    state: 'queued',
    ...openKeys(commandId, groupId, deliverBy, now),
    method,
    uri,
    sealedRequest: await context.vault.seal(
      JSON.stringify(sealed),
      sealContext({ commandId, groupId }, 'request'),
    ),
    ...(idempotencyKey === undefined ? {} : { requestDigest: digestOf(wish.call, idempotencyKey) }),
    requestedBy: wish.requestedBy,
    retry: wish.retry,
    deliverBy,
    executeWithin: wish.executeWithin,
    attempts: 0,
    revision: 1,
    expiresAt: seconds(deliverBy + wish.executeWithin) + context.retentionHours * 3600,
  };
};

const sameRequest = (command: Command, digest: string | undefined): Command => {
  if (command.requestDigest === digest) return command;
  throw new Problem(422, 'idempotency-key-reused', 'This Idempotency-Key was used for another request.');
};

/** The command of an Idempotency-Key that was used before: looked for first, since asking again adds nothing to a queue. */
const askedBefore = async (
  context: SubmitContext,
  groupId: string,
  { idempotencyKey, call }: Wish,
): Promise<Command | undefined> => {
  if (idempotencyKey === undefined) return undefined;
  const command = await context.commands.get(derivedCommandId(groupId, idempotencyKey));
  if (!command || command.expiresAt <= seconds(context.clock())) return undefined;
  return sameRequest(command, digestOf(call, idempotencyKey));
};

/**
 * Stores a command and sends it if the group's session is ready. With an Idempotency-Key that was used before: the command
 * of then.
 * @throws Problem 400, 413, 422, 429
 */
export const submit = async (context: SubmitContext, group: Group, wish: Wish): Promise<Command> => {
  const { groupId } = group;
  checkUri(wish.call.uri);
  const headers = withMediaType(checkHeaders(wish.call.headers), group.netbackupApiVersion);
  const call: CommandCall = { ...wish.call, headers };
  const before = await askedBefore(context, groupId, wish);
  if (before) return before;
  if ((await context.commands.countOpen(groupId, context.mostOpen)) >= context.mostOpen) {
    const detail = `The group has ${context.mostOpen} open commands, which is the most that it may have.`;
    throw new Problem(429, 'too-many-commands', detail, { 'retry-after': RETRY_AFTER_S });
  }
  const wanted = await newCommand(context, group, wish, call);
  const { created, command } = await context.commands.create(wanted, context.clock());
  // Without a key the id is ours alone: what was there already is our own write, whose answer got lost.
  if (!created && wish.idempotencyKey !== undefined) return sameRequest(command, wanted.requestDigest);
  try {
    // Read after storing: whichever comes second, this or the session's flush, finds the other's work.
    const session = (await context.groups.get(groupId))?.session;
    if (session?.ready) await dispatch(context, command, session, call);
    return (await context.commands.get(command.commandId)) ?? command;
  } catch (error) {
    // It is stored, so the sweep brings it to an end: its caller must learn its id rather than of our trouble.
    context.log.error('command-not-dispatched', error, { commandId: command.commandId, groupId });
    return command;
  }
};

/** How a waiting caller looks again: quickly at first, since most answers take well under a second. */
const PAUSES_MS = [50, 50, 100, 100, 200, 200, 300];
const LAST_PAUSE_MS = 500;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until a command has ended or `until` (epoch ms) has come. Answers it as it then stands. */
export const waitForEnd = async (
  context: Pick<SubmitContext, 'commands' | 'log'> & { readonly clock: Clock },
  command: Command,
  until: number,
): Promise<Command> => {
  let latest = command;
  for (let round = 0; isOpen(latest.state); round++) {
    const left = until - context.clock();
    if (left <= 0) break;
    await pause(Math.min(left, PAUSES_MS[round] ?? LAST_PAUSE_MS));
    const read = await context.commands.get(command.commandId);
    if (read) latest = await settleOverdue(context, read);
  }
  return latest;
};
