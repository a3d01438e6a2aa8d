/** COMMAND RESPONSE (CMD-4): whose answer is it, and what does it say? */
import type { Clock } from '../platform/clock.ts';
import type { GatewayEvent } from '../platform/gateway/events.ts';
import { isMessageId } from '../platform/ids.ts';
import type { Log } from '../platform/logger.ts';
import type { Vault } from '../platform/vault.ts';
import { isOf, parseMessage } from '../protocol/codec.ts';
import { commandResponsePayloadSchema } from '../protocol/messages.ts';
import type { AuthenticatedConnections } from '../sessions/authenticated.ts';
import type { ConnectionsStore } from '../sessions/connections-store.ts';
import type { GroupsStore } from '../sessions/groups-store.ts';
import { answerHeartbeat } from '../sessions/heartbeat.ts';
import type { Command, CommandAnswer } from './command.ts';
import type { AnswerRecord, CommandsStore } from './commands-store.ts';
import { sealContext } from './dispatch.ts';
import { answersCredential } from './request.ts';

export interface AnswerContext {
  readonly senders: Pick<AuthenticatedConnections, 'senderOf'>;
  readonly commands: CommandsStore;
  readonly connections: ConnectionsStore;
  readonly groups: GroupsStore;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
}

const textHeaders = (headers: unknown): Record<string, string> =>
  typeof headers === 'object' && headers !== null
    ? Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]))
    : {};

/** The body is a string by contract; anything else is kept as the JSON that it is. A lone surrogate has no UTF-8. */
const textBody = (body: unknown): string =>
  (typeof body === 'string' ? body : body === undefined ? '' : JSON.stringify(body)).toWellFormed();

/** NetBackup's answer, or why it is none. */
export const readAnswer = (
  payload: unknown,
): { answer: CommandAnswer & { body: string } } | { reason: string } => {
  const parsed = commandResponsePayloadSchema.safeParse(payload);
  if (!parsed.success) return { reason: 'the answer had no payload' };
  const { responseCode, headers, body } = parsed.data;
  const usable =
    typeof responseCode === 'number' &&
    Number.isInteger(responseCode) &&
    responseCode >= 100 &&
    responseCode <= 999;
  if (!usable) return { reason: 'the answer had no usable responseCode' };
  return { answer: { status: responseCode, headers: textHeaders(headers), body: textBody(body) } };
};

/** What to store: the answer of a call for credentials is sealed before it touches the table (I-6). */
const recordOf = async (
  context: AnswerContext,
  command: Command,
  payload: unknown,
): Promise<AnswerRecord> => {
  const givenUp = command.state === 'lost' || command.state === 'timed_out';
  const base = { groupId: command.groupId, now: context.clock(), ...(givenUp ? { late: true } : {}) };
  const read = readAnswer(payload);
  if ('reason' in read) return { ...base, outcome: 'failed', reason: read.reason };
  const { body, ...answer } = read.answer;
  if (!answersCredential(command.uri)) return { ...base, outcome: 'completed', answer: { ...answer, body } };
  const sealedBody = await context.vault.seal(body, sealContext(command, 'body'));
  return { ...base, outcome: 'completed', answer, sealedBody };
};

/** Handles one message on the COMMAND route. One-way: nothing goes back on the socket. */
export const receiveAnswer = async (context: AnswerContext, event: GatewayEvent): Promise<void> => {
  const { log } = context;
  const { connectionId, sourceIp } = event;
  const parsed = parseMessage(event.text);
  const sender = await context.senders.senderOf(connectionId);
  if (!sender) return log.warn('answer-before-connect', { connectionId, sourceIp });
  const { groupId } = sender;
  if (!parsed.ok || !isOf(parsed.message, 'COMMAND', 'RESPONSE')) {
    const reason = parsed.ok ? 'not-a-command-response' : parsed.reason;
    return log.warn('message-malformed', { reason, route: 'COMMAND', connectionId, groupId, sourceIp });
  }
  const { id, payload } = parsed.message;
  if (!isMessageId(id)) return log.info('answer-to-nobody', { groupId, connectionId });
  const command = await context.commands.get(id);
  if (!command) {
    if (await answerHeartbeat(context, groupId, connectionId, id, payload)) return;
    return log.info('answer-to-nobody', { groupId, connectionId });
  }
  // Another group's command is nobody's command to this connection (I-13).
  if (command.groupId !== groupId) return log.warn('answer-of-another-group', { groupId, connectionId });
  const { recorded } = await context.commands.answer(id, await recordOf(context, command, payload));
  if (recorded) return log.info('command-answered', { commandId: id, groupId });
  log.warn('answer-repeated', { commandId: id, groupId });
};
