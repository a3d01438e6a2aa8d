/** A caller's wish becomes a stored command, and is sent if the domain is connected. */
import { randomUUID } from 'node:crypto';
import { type Group, isReserved, type Session } from '../groups/group.ts';
import { seconds } from '../platform/clock.ts';
import { Problem } from '../platform/errors.ts';
import { messageId } from '../platform/ids.ts';
import type { CommandCall } from '../protocol/messages.ts';
import { type Command, mayRepeat, type Retry } from './command.ts';
import { newKeys } from './commands-store.ts';
import { TOO_LARGE_ANSWER } from './connection-lost.ts';
import { type DispatchContext, dispatch, sendClaimed } from './dispatch.ts';
import { derivedCommandId, type Idempotency } from './idempotency.ts';
import { laneOf } from './lanes.ts';
import { auditOf } from './publish-end.ts';
import { checkCall, checkSize } from './request.ts';
import { sealRequest } from './seal.ts';
import type { AnswerSizesStore } from './sizes/answer-sizes-store.ts';
import { type Expectation, expectAnswer, UNKNOWN } from './sizes/expectation.ts';
import { isOpen } from './states.ts';

export interface SubmitContext extends DispatchContext {
  readonly sizes: Pick<AnswerSizesStore, 'of' | 'trust'>;
  readonly retentionHours: number;
  /** How many commands of one group may be queued at a time. */
  readonly maxQueued: number;
}

/** What the caller asks. Durations in ms. */
export interface CommandRequest {
  readonly call: CommandCall;
  readonly deliverWithin: number;
  readonly executeWithin: number;
  readonly retry: Retry;
  readonly requestedBy: string;
  readonly idempotency?: Idempotency;
  /** Refuses with 503 when the domain is not connected, instead of queueing. */
  readonly onlineOnly?: boolean;
  /** See {@link Command.page}. */
  readonly page?: number;
  /** See {@link Command.isProxied}. */
  readonly isProxied?: true;
  /** How large the answer will be, where the caller has looked; else it is looked up. */
  readonly expectation?: Expectation;
  /** Takes the place of a request that waits. Nothing is stored, sent or waited for before this; its rejection is passed on. */
  readonly admitted?: () => Promise<void>;
}

/** A full queue says when to come back: about when a slow command ends. */
const QUEUE_RETRY_S = '10';
/** NetBackup dials again at its next connection run (PRP-7). */
const CONNECT_RETRY_S = '60';

const queueFull = (most: number) =>
  new Problem(
    429,
    'too-many-commands',
    `The group has ${most} queued commands, which is the most that it may have.`,
    { 'retry-after': QUEUE_RETRY_S },
  );

const notConnected = (groupId: string) =>
  new Problem(503, 'not-connected', `The NetBackup domain of the group ${groupId} is not connected.`, {
    'retry-after': CONNECT_RETRY_S,
  });

export const answerTooLarge = () => new Problem(502, 'answer-too-large', `Not sent: ${TOO_LARGE_ANSWER}.`);

/** What is known of the answer. @throws Problem 502 when it was too large minutes ago */
const expectationOf = async (
  { sizes }: SubmitContext,
  groupId: string,
  wish: CommandRequest,
): Promise<Expectation> => {
  const { method, uri } = wish.call;
  if (wish.expectation || method !== 'GET') return wish.expectation ?? UNKNOWN;
  const known = await sizes.of(groupId, uri);
  if (known.isRefused) throw answerTooLarge();
  return expectAnswer(known, uri);
};

type NewCommand = Omit<Command, 'state' | 'attempts' | keyof ReturnType<typeof newKeys>>;

/** What does not depend on whether it is sent at once. */
const describe = (
  context: SubmitContext,
  group: Group,
  wish: CommandRequest,
  call: CommandCall,
  expectation: Expectation,
): NewCommand => {
  const { groupId } = group;
  const { idempotency, requestedBy, retry, executeWithin, page, isProxied } = wish;
  const now = context.clock();
  const commandId = idempotency ? derivedCommandId(groupId, requestedBy, idempotency.key) : messageId();
  checkSize(commandId, call, now);
  const deliverBy = now + wish.deliverWithin;
  return {
    commandId,
    groupId,
    method: call.method,
    uri: call.uri,
    ...(idempotency ? { requestDigest: idempotency.digest } : {}),
    requestedBy,
    retry,
    ...(page === undefined ? {} : { page }),
    ...(isProxied ? { isProxied } : {}),
    ...(expectation.bytes === undefined ? {} : { expectedBytes: expectation.bytes }),
    ...(expectation.learn && call.method === 'GET' ? { learn: true } : {}),
    deliverBy,
    executeWithin,
    revision: 1,
    expiresAt: seconds(deliverBy + executeWithin) + context.retentionHours * 3600,
  };
};

/** Stored as queued; whoever finds the session ready sends it. */
const queuedCommand = async (
  context: SubmitContext,
  base: NewCommand,
  call: CommandCall,
): Promise<Command> => {
  const { commandId, groupId, deliverBy } = base;
  return {
    ...base,
    state: 'queued',
    attempts: 0,
    ...newKeys(commandId, groupId, undefined, deliverBy, context.clock()),
    sealedRequest: await sealRequest(context.vault, base, call),
  };
};

/**
 * Stored as sent, by whom and where: the one write is also the claim, since nobody else ever sees it queued. The request
 * is kept only if it may have to go out again.
 */
const sentCommand = async (
  context: SubmitContext,
  base: NewCommand,
  call: CommandCall,
  { connectionId }: Session,
): Promise<Command> => {
  const sealedRequest = mayRepeat(base) ? await sealRequest(context.vault, base, call) : undefined;
  const now = context.clock();
  const executeBy = now + base.executeWithin;
  return {
    ...base,
    state: 'sent',
    attempts: 1,
    ...newKeys(base.commandId, base.groupId, laneOf(base), executeBy, now),
    ...(sealedRequest ? { sealedRequest } : {}),
    sender: randomUUID(),
    connectionId,
    sentAt: now,
    executeBy,
  };
};

const sameRequest = (command: Command, digest: string | undefined): Command => {
  if (command.requestDigest === digest) return command;
  const detail = `This Idempotency-Key was used for another request: the command ${command.commandId}.`;
  throw new Problem(422, 'idempotency-key-reused', detail);
};

/** The command of an Idempotency-Key that was used before: looked for first, since asking again adds nothing to a queue. */
const askedBefore = async (
  context: SubmitContext,
  groupId: string,
  { idempotency, requestedBy }: CommandRequest,
): Promise<Command | undefined> => {
  if (!idempotency) return undefined;
  const command = await context.commands.get(derivedCommandId(groupId, requestedBy, idempotency.key));
  if (!command || command.expiresAt <= seconds(context.clock())) return undefined;
  return sameRequest(command, idempotency.digest);
};

const readySession = ({ session }: Pick<Group, 'session'>, now: number): Session | undefined =>
  session?.ready && !isReserved(session, now) ? session : undefined;

/**
 * Read after storing: whichever comes second, this or the session's flush, finds the other's work.
 * @param refused the connection that has just refused it
 */
const sendQueued = async (
  context: SubmitContext,
  command: Command,
  call: CommandCall,
  refused?: string,
): Promise<void> => {
  const group = await context.groups.get(command.groupId);
  const session = group && readySession(group, context.clock());
  if (session && session.connectionId !== refused) await dispatch(context, command, session, call);
};

/** It is stored, so the sweep brings it to an end: its caller must learn its id rather than of our trouble. */
const guarded = async (
  context: SubmitContext,
  command: Command,
  send: () => Promise<Command | undefined>,
): Promise<Command> => {
  try {
    return (await send()) ?? command;
  } catch (error) {
    const { commandId, groupId } = command;
    context.log.error('command-not-dispatched', error, { commandId, groupId });
    return command;
  }
};

/**
 * Stores a command and sends it if the group's session is ready. With an Idempotency-Key that was used before: the command
 * of then.
 * @param group as just read
 * @throws Problem 400, 413, 422, 429, 502, 503
 */
export const submit = async (
  context: SubmitContext,
  group: Group,
  wish: CommandRequest,
): Promise<Command> => {
  const { groupId } = group;
  const { commands, log } = context;
  const call = checkCall(wish.call, group.netbackupApiVersion);
  const before = await askedBefore(context, groupId, wish);
  if (before) {
    if (isOpen(before.state)) await wish.admitted?.();
    return before;
  }
  const expectation = await expectationOf(context, groupId, wish);
  const base = describe(context, group, wish, call, expectation);
  const session = readySession(group, context.clock());
  if (!session) {
    if (wish.onlineOnly && !group.session?.ready) throw notConnected(groupId);
    if ((await commands.countQueued(groupId, context.maxQueued)) >= context.maxQueued)
      throw queueFull(context.maxQueued);
  }
  // A place costs a round trip, and so does sealing, of GETs too: side by side they cost one.
  const [wanted] = await Promise.all([
    session ? sentCommand(context, base, call, session) : queuedCommand(context, base, call),
    wish.admitted?.(),
  ]);
  const { created, command } = await commands.create(wanted, context.clock());
  if (!created && wish.idempotency) {
    sameRequest(command, wanted.requestDigest);
    // The same sender: our own write, whose first answer got lost on the way. Nobody else will post it.
    if (command.sender !== wanted.sender) return command;
  }
  log.info('command-requested', auditOf(command));
  return guarded(context, command, async () => {
    if (session) {
      const posted = await sendClaimed(context, command, session.connectionId, call);
      if (posted === 'accepted') return command;
      const again = await commands.get(command.commandId);
      // A connection that refused it is not asked again; one whose word got lost is, if the command may be repeated.
      const mayGoThere = posted === 'unknown' || posted === 'held-back';
      const refused = mayGoThere ? undefined : session.connectionId;
      if (again?.state === 'queued') await sendQueued(context, again, call, refused);
    } else {
      await sendQueued(context, command, call);
    }
    return commands.get(command.commandId);
  });
};
