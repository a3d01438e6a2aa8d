/** Checks a request for a command before anything is stored, sent or waited for. */
import { type Group, isReserved, type Session } from '../groups/group.ts';
import { seconds } from '../platform/clock.ts';
import { HttpProblem } from '../platform/errors.ts';
import { limitsOf } from '../platform/gateway/kinds.ts';
import { messageId } from '../platform/ids.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { CommandCall } from '../protocol/messages.ts';
import { type Command, mayRepeat, type Retry } from './command.ts';
import { RESPONSE_TOO_LARGE } from './connection-lost.ts';
import type { DispatchContext } from './dispatch.ts';
import { derivedCommandId, type Idempotency } from './idempotency.ts';
import { MAX_DEFER_MS } from './lanes.ts';
import { checkCall, checkSize } from './request.ts';
import { isStorable, MAX_STORED_BYTES } from './seal.ts';
import { type Expectation, expectResponse, NOT_PREDICTED, UNKNOWN_SIZE } from './sizes/expectation.ts';
import type { ResponseSizesStore } from './sizes/response-sizes-store.ts';
import { isOpen } from './states.ts';
import type { newKeys } from './stored-command.ts';

export interface SubmitContext extends DispatchContext {
  readonly sizes: Pick<ResponseSizesStore, 'lookUp' | 'clearOversized'>;
  readonly retentionHours: number;
  /** The largest message that a gateway of this deployment carries to NetBackup. */
  readonly maxCommandBytes: number;
  /** The issuer of the access tokens that this deployment accepts: none of them is sent to NetBackup. */
  readonly tokenIssuer?: string | undefined;
  /** How many commands of one group may be queued at a time. */
  readonly maxQueued: number;
}

/** A caller's request for a command. Durations in ms. */
export interface CommandRequest {
  readonly call: CommandCall;
  readonly deliverWithin: number;
  readonly executeWithin: number;
  readonly retry: Retry;
  readonly requestedBy: string;
  readonly idempotency?: Idempotency | undefined;
  /** Refuses with 503 when the domain is not connected, instead of queueing. */
  readonly onlineOnly?: boolean | undefined;
  /** See {@link Command.page}. */
  readonly page?: number | undefined;
  /** See {@link Command.isProxied}. */
  readonly isProxied?: true;
  /** The expected size of the response, if the caller has looked it up. */
  readonly expectation?: Expectation | undefined;
}

/** The members of a command that do not depend on whether it is sent immediately. */
export type NewCommand = Omit<Command, 'state' | 'attempts' | keyof ReturnType<typeof newKeys>>;

export interface NewPrepared {
  readonly kind: 'new';
  readonly command: NewCommand;
  readonly call: CommandCall;
  /** The session to send it on; undefined: it is queued. */
  readonly session: Session | undefined;
}
/** What is to be stored and sent, or the earlier command with the same Idempotency-Key. */
export type PreparedCommand = NewPrepared | { readonly kind: 'existing'; readonly command: Command };

/** The time after which a slow command has probably ended. */
const QUEUE_RETRY_S = '10';
/** NetBackup dials again at its next connection run (PRP-7). */
const CONNECT_RETRY_S = '60';
/** Time in which a deferred command can still be sent: a waiting request or the sweep sends it. */
const DEFERRED_MS = 2 * MAX_DEFER_MS;

const queueFull = (max: number) =>
  new HttpProblem(
    429,
    'too-many-commands',
    `The limit of queued commands of this group (${max}) is reached.`,
    {
      'retry-after': QUEUE_RETRY_S,
    },
  );

const notConnected = (groupId: string) =>
  new HttpProblem(503, 'not-connected', `The NetBackup domain of the group ${groupId} is not connected.`, {
    'retry-after': CONNECT_RETRY_S,
  });

const notStorable = (groupId: string) => {
  const detail = `The NetBackup domain of the group ${groupId} is not connected, and a command with more than ${MAX_STORED_BYTES} bytes is not queued.`;
  return new HttpProblem(503, 'not-connected', detail, { 'retry-after': CONNECT_RETRY_S });
};

export const responseTooLarge = () =>
  new HttpProblem(502, 'answer-too-large', `Not sent: ${RESPONSE_TOO_LARGE}.`);

/** Whether the sizes of a group's responses are predicted. Also true while it has no session. */
export const hasTightResponses = ({ session }: Pick<Group, 'session'>): boolean =>
  session === undefined || limitsOf(session.connectionId).areResponsesTight;

/** What is known of the response. @throws HttpProblem 502 when it was too large within the last 30 minutes */
const expectationOf = async (
  { sizes }: SubmitContext,
  group: Group,
  { call: { method, uri }, expectation }: CommandRequest,
): Promise<Expectation> => {
  const { groupId } = group;
  if (!hasTightResponses(group)) return NOT_PREDICTED;
  if (expectation || method !== 'GET') return expectation ?? UNKNOWN_SIZE;
  const known = await sizes.lookUp(groupId, uri);
  if (known.isBlocked) throw responseTooLarge();
  return expectResponse(known, uri);
};

const newCommand = (
  context: SubmitContext,
  { groupId, session }: Group,
  request: CommandRequest,
  call: CommandCall,
  { bytes, learn }: Expectation,
): NewCommand => {
  const { idempotency, requestedBy, retry, deliverWithin, executeWithin, page, isProxied } = request;
  const { method, uri } = call;
  const now = context.clock();
  const commandId = idempotency ? derivedCommandId(groupId, requestedBy, idempotency.key) : messageId();
  // Without a session any gateway may send it; then its size is checked again before it is sent.
  checkSize(
    commandId,
    call,
    now,
    session ? limitsOf(session.connectionId).commandBytes : context.maxCommandBytes,
  );
  // The caller's limit is for a disconnected domain; on a connected one the command may have to wait for another command.
  const mayBeDeferred = session?.ready && (isReserved(session, now) || !mayRepeat({ method, retry }));
  const deliverBy = now + Math.max(deliverWithin, mayBeDeferred ? DEFERRED_MS : 0);
  const expiresAt = seconds(deliverBy + executeWithin) + context.retentionHours * 3600;
  return {
    ...{ commandId, groupId, method, uri, requestedBy, retry },
    ...{ deliverBy, executeWithin, expiresAt, revision: 1 },
    ...omitUndefined({
      requestDigest: idempotency?.digest,
      page,
      isProxied,
      expectedBytes: bytes,
      learn: learn && method === 'GET' ? (true as const) : undefined,
    }),
  };
};

/** The command, if it belongs to the same request. @throws HttpProblem 422 */
export const sameRequest = (command: Command, digest: string | undefined): Command => {
  if (command.requestDigest === digest) return command;
  const detail = `This Idempotency-Key was used for another request: the command ${command.commandId}.`;
  throw new HttpProblem(422, 'idempotency-key-reused', detail);
};

/** The earlier command with this Idempotency-Key. Looked up first: a repeated request adds nothing to a queue. */
const findByIdempotencyKey = async (
  { commands, clock }: SubmitContext,
  groupId: string,
  { idempotency, requestedBy }: CommandRequest,
): Promise<Command | undefined> => {
  if (!idempotency) return undefined;
  const command = await commands.get(derivedCommandId(groupId, requestedBy, idempotency.key));
  if (!command || command.expiresAt <= seconds(clock())) return undefined;
  return sameRequest(command, idempotency.digest);
};

export const readySession = ({ session }: Pick<Group, 'session'>, now: number): Session | undefined =>
  session?.ready && !isReserved(session, now) ? session : undefined;

/**
 * Checks everything that can refuse a request before it needs a waiting slot.
 * @param group as just read
 * @throws HttpProblem 400, 413, 422, 429, 502, 503
 */
export const prepareCommand = async (
  context: SubmitContext,
  group: Group,
  request: CommandRequest,
): Promise<PreparedCommand> => {
  const { groupId } = group;
  const { commands, maxQueued } = context;
  const call = checkCall(request.call, group.netbackupApiVersion, context.tokenIssuer);
  const existing = await findByIdempotencyKey(context, groupId, request);
  if (existing) return { kind: 'existing', command: existing };
  const expectation = await expectationOf(context, group, request);
  const command = newCommand(context, group, request, call, expectation);
  const session = readySession(group, context.clock());
  if (!session) {
    if (request.onlineOnly && !group.session?.ready) throw notConnected(groupId);
    if (!isStorable(call)) throw notStorable(groupId);
    if ((await commands.countQueued(groupId, maxQueued)) >= maxQueued) throw queueFull(maxQueued);
  }
  return { kind: 'new', command, call, session };
};

/** Whether a caller who waits for the command needs a waiting slot. */
export const needsWaiting = (prepared: PreparedCommand): boolean =>
  prepared.kind === 'new' || isOpen(prepared.command.state);
