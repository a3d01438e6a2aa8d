/** Handles a COMMAND RESPONSE (CMD-4): finds its command and records the response. */
import type { AuthenticatedConnections } from '../connections/authenticated-connections.ts';
import type { ConnectionsStore } from '../connections/connections-store.ts';
import { receiveHeartbeatResponse } from '../connections/heartbeat.ts';
import type { UnauthenticatedConnections } from '../connections/unauthenticated-connections.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import type { Clock } from '../platform/clock.ts';
import type { GatewayEvent } from '../platform/gateway/events.ts';
import { isMessageId } from '../platform/ids.ts';
import { memberOf, readJsonText, textOf } from '../platform/json-text.ts';
import type { Log } from '../platform/logger.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { isOf, type Parsed, parseMessage } from '../protocol/codec.ts';
import { utf8Bytes } from '../protocol/limits.ts';
import { commandResponsePayloadSchema } from '../protocol/messages.ts';
import type { Command, CommandResponse } from './command.ts';
import type { CommandsStore } from './commands-store.ts';
import { mayReturnCredential } from './credential-paths.ts';
import { type KeepContext, keepBody } from './large/keep-body.ts';
import { storedHeaders } from './response-headers.ts';
import { learnSize } from './sizes/learn.ts';
import type { ResponseSizesStore } from './sizes/response-sizes-store.ts';
import type { ResponseRecord } from './stored-command.ts';

export interface ResponseContext extends KeepContext {
  readonly authenticated: Pick<AuthenticatedConnections, 'identityOf'>;
  readonly unauthenticated: Pick<UnauthenticatedConnections, 'isClosed' | 'reject'>;
  readonly commands: CommandsStore;
  readonly connections: ConnectionsStore;
  readonly groups: GroupsStore;
  readonly sizes: Pick<ResponseSizesStore, 'record'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** A command before and after its response was recorded. */
export interface RecordedResponse {
  readonly before: Command;
  readonly after: Command;
}

/** Reading the positions of all values of a JSON text takes many times its size in memory. */
const MAX_READ_BYTES = 2 * 1024 * 1024;

/**
 * By contract the body is a string. Any other JSON value is kept as its text, byte for byte; `null` means no body. Lone surrogates
 * are replaced, since they have no UTF-8.
 */
const textBody = (body: unknown, message: string): string | undefined => {
  if (typeof body === 'string') return body.toWellFormed();
  if (body === undefined || body === null) return '';
  if (message.length > MAX_READ_BYTES) return undefined;
  const written = memberOf(memberOf(readJsonText(message), 'payload'), 'body');
  return written && textOf(message, written).toWellFormed();
};

/** The HTTP status, as a number or in quotes (CMD-4). An interim status (1xx) is not a response. */
const statusOf = (code: unknown): number | undefined => {
  const status = typeof code === 'string' && /^\d{3}$/.test(code) ? Number(code) : code;
  const isStatus = typeof status === 'number' && Number.isInteger(status) && status >= 200 && status <= 599;
  return isStatus ? status : undefined;
};

export interface ReadResponse {
  readonly response: CommandResponse & { readonly body: string };
  /** Why it is not usable. */
  readonly reason?: string;
  /** `body` is the whole message, because no body could be found in it. */
  readonly isWhole?: true;
}

const wholeMessage = (message: string, reason: string): ReadResponse => ({
  response: { headers: {}, body: message.toWellFormed() },
  reason,
  isWhole: true,
});

/**
 * NetBackup's response. One that is not usable has no status, and a reason.
 * @param message the text that the payload was read from
 */
export const readResponse = (payload: unknown, message: string): ReadResponse => {
  const parsed = commandResponsePayloadSchema.safeParse(payload);
  if (!parsed.success) return wholeMessage(message, 'the response had no payload');
  const { responseCode, headers, body } = parsed.data;
  const status = statusOf(responseCode);
  const text = textBody(body, message);
  if (text === undefined) return wholeMessage(message, 'the response had no readable body');
  const response = { headers: storedHeaders(headers), body: text };
  if (status !== undefined) return { response: { status, ...response } };
  const reason = 'the response had no usable responseCode';
  return text === '' ? wholeMessage(message, reason) : { response, reason };
};

/**
 * What to store. A body that may hold a credential is encrypted before it is stored (I-6), and so is a whole message, since it has
 * all headers.
 */
const recordOf = async (
  context: ResponseContext,
  command: Command,
  { response, reason, isWhole }: ReadResponse,
  message: string,
): Promise<ResponseRecord> => {
  const isLate = command.state === 'lost' || command.state === 'timed_out';
  const base = {
    groupId: command.groupId,
    now: context.clock(),
    ...omitUndefined({
      late: isLate || undefined,
      responseBytes: command.page === undefined ? undefined : utf8Bytes(message),
    }),
  };
  const kept = await keepBody(context, command, response, isWhole || mayReturnCredential(command.uri));
  if ('reason' in kept) return { ...base, ...kept, outcome: 'failed', failure: 'answer-too-large' };
  if (reason === undefined) return { ...base, ...kept, outcome: 'completed' };
  return { ...base, ...kept, outcome: 'failed', reason, failure: 'answer-not-usable' };
};

const record = async (
  context: ResponseContext,
  command: Command,
  read: ReadResponse,
  message: string,
): Promise<RecordedResponse | undefined> => {
  const { commandId, groupId } = command;
  const recorded = await recordOf(context, command, read, message);
  const after = await context.commands.recordResponse(command, recorded);
  if (!after) {
    context.log.warn('response-repeated', { commandId, groupId });
    return undefined;
  }
  context.log.info('command-answered', { commandId, groupId });
  // One that is kept apart is never predicted: it came through a gateway that carries any size.
  if (!recorded.storedBody) await learnSize(context, command, recorded.response, utf8Bytes(message));
  return { before: command, after };
};

const malformedReason = (parsed: Parsed): string | undefined => {
  if (!parsed.ok) return parsed.reason;
  return isOf(parsed.message, 'COMMAND', 'RESPONSE') ? undefined : 'not-a-command-response';
};

/**
 * Handles one message on the COMMAND route. The route is one-way: nothing is returned on the socket.
 * @returns the command, if a response was recorded
 */
export const receiveResponse = async (
  context: ResponseContext,
  event: GatewayEvent,
): Promise<RecordedResponse | undefined> => {
  const { log } = context;
  const { connectionId, sourceIp } = event;
  if (context.unauthenticated.isClosed(connectionId)) return undefined;
  const parsed = parseMessage(event.text);
  const sender = await context.authenticated.identityOf(connectionId);
  if (!sender) return void (await context.unauthenticated.reject(event, 'response-before-connect'));
  const { groupId } = sender;
  const malformed = malformedReason(parsed);
  if (malformed !== undefined)
    log.warn('message-malformed', { reason: malformed, route: 'COMMAND', connectionId, groupId, sourceIp });
  if (parsed.ok && parsed.message.subType === 'REQUEST') return undefined;
  const { id, payload } = parsed.ok ? parsed.message : { id: parsed.id, payload: undefined };
  const isKnown = typeof id === 'string' && isMessageId(id);
  const command = isKnown ? await context.commands.get(id) : undefined;
  if (!command) {
    if (malformed !== undefined) return undefined;
    if (isKnown && (await receiveHeartbeatResponse(context, groupId, connectionId, id, payload)))
      return undefined;
    return void log.info('response-without-command', { groupId, connectionId });
  }
  // A response counts only for commands of the connection's group (I-13).
  if (command.groupId !== groupId)
    return void log.warn('response-of-another-group', { groupId, connectionId });
  const read =
    malformed === undefined
      ? readResponse(payload, event.text)
      : wholeMessage(event.text, 'the response was not a COMMAND RESPONSE');
  return record(context, command, read, event.text);
};
