/** COMMAND RESPONSE (CMD-4): whose answer is it, and what does it say? */

import type { AuthenticatedConnections } from '../connections/authenticated-connections.ts';
import type { ConnectionsStore } from '../connections/connections-store.ts';
import { answerHeartbeat } from '../connections/heartbeat.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import type { Clock } from '../platform/clock.ts';
import type { GatewayEvent } from '../platform/gateway/events.ts';
import { isMessageId } from '../platform/ids.ts';
import { memberOf, readJsonText, textOf } from '../platform/json-text.ts';
import type { Log } from '../platform/logger.ts';
import type { Vault } from '../platform/vault.ts';
import { isOf, parseMessage } from '../protocol/codec.ts';
import { utf8Bytes } from '../protocol/limits.ts';
import { commandResponsePayloadSchema } from '../protocol/messages.ts';
import type { Command, CommandAnswer } from './command.ts';
import type { AnswerRecord, CommandsStore } from './commands-store.ts';
import { answersCredential } from './credential-paths.ts';
import { keptHeaders } from './response-headers.ts';
import { sealBody } from './seal.ts';
import type { AnswerSizesStore } from './sizes/answer-sizes-store.ts';
import { learnFrom } from './sizes/learn.ts';

export interface AnswerContext {
  readonly senders: Pick<AuthenticatedConnections, 'senderOf'>;
  readonly commands: CommandsStore;
  readonly connections: ConnectionsStore;
  readonly groups: GroupsStore;
  readonly sizes: Pick<AnswerSizesStore, 'add'>;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
}

/** A command that has just been answered: as it was, and as it now is. */
export interface Answered {
  readonly before: Command;
  readonly after: Command;
}

/**
 * The body is a string by contract; anything else is kept as the JSON that was written, byte for byte, and `null` says that
 * there is none. A lone surrogate has no UTF-8.
 */
const textBody = (body: unknown, message: string): string | undefined => {
  if (typeof body === 'string') return body.toWellFormed();
  if (body === undefined || body === null) return '';
  const written = memberOf(memberOf(readJsonText(message), 'payload'), 'body');
  return written && textOf(message, written).toWellFormed();
};

/**
 * NetBackup's answer, or why it is none. An interim status (1xx) is no answer to anybody.
 * @param message the text that the payload was read from
 */
export const readAnswer = (
  payload: unknown,
  message: string,
): { answer: CommandAnswer & { body: string } } | { reason: string } => {
  const parsed = commandResponsePayloadSchema.safeParse(payload);
  if (!parsed.success) return { reason: 'the answer had no payload' };
  const { responseCode, headers, body } = parsed.data;
  const usable =
    typeof responseCode === 'number' &&
    Number.isInteger(responseCode) &&
    responseCode >= 200 &&
    responseCode <= 599;
  if (!usable) return { reason: 'the answer had no usable responseCode' };
  const text = textBody(body, message);
  if (text === undefined) return { reason: 'the answer had no readable body' };
  return { answer: { status: responseCode, headers: keptHeaders(headers), body: text } };
};

/** What to store: the answer of a call for credentials is sealed before it touches the table (I-6). */
const recordOf = async (
  { vault, clock }: AnswerContext,
  command: Command,
  payload: unknown,
  message: string,
): Promise<AnswerRecord> => {
  const givenUp = command.state === 'lost' || command.state === 'timed_out';
  const base = {
    groupId: command.groupId,
    now: clock(),
    ...(givenUp ? { late: true } : {}),
    ...(command.page === undefined ? {} : { answerBytes: utf8Bytes(message) }),
  };
  const read = readAnswer(payload, message);
  if ('reason' in read) {
    return { ...base, outcome: 'failed', reason: read.reason, failure: 'answer-not-usable' };
  }
  const { body, ...answer } = read.answer;
  if (!answersCredential(command.uri)) return { ...base, outcome: 'completed', answer: { ...answer, body } };
  return { ...base, outcome: 'completed', answer, sealedBody: await sealBody(vault, command, body) };
};

const record = async (
  context: AnswerContext,
  command: Command,
  payload: unknown,
  message: string,
): Promise<Answered | undefined> => {
  const { commandId, groupId } = command;
  const answer = await recordOf(context, command, payload, message);
  const after = await context.commands.answer(commandId, answer);
  if (!after) {
    context.log.warn('answer-repeated', { commandId, groupId });
    return undefined;
  }
  context.log.info('command-answered', { commandId, groupId });
  await learnFrom(context, command, answer.answer, utf8Bytes(message));
  return { before: command, after };
};

/**
 * Handles one message on the COMMAND route. One-way: nothing goes back on the socket.
 * @returns the command that it answered, if it did
 */
export const receiveAnswer = async (
  context: AnswerContext,
  event: GatewayEvent,
): Promise<Answered | undefined> => {
  const { log } = context;
  const { connectionId, sourceIp } = event;
  const parsed = parseMessage(event.text);
  const sender = await context.senders.senderOf(connectionId);
  if (!sender) return void log.warn('answer-before-connect', { connectionId, sourceIp });
  const { groupId } = sender;
  if (!parsed.ok || !isOf(parsed.message, 'COMMAND', 'RESPONSE')) {
    const reason = parsed.ok ? 'not-a-command-response' : parsed.reason;
    return void log.warn('message-malformed', { reason, route: 'COMMAND', connectionId, groupId, sourceIp });
  }
  const { id, payload } = parsed.message;
  if (!isMessageId(id)) return void log.info('answer-to-nobody', { groupId, connectionId });
  const command = await context.commands.get(id);
  if (!command) {
    if (await answerHeartbeat(context, groupId, connectionId, id, payload)) return undefined;
    return void log.info('answer-to-nobody', { groupId, connectionId });
  }
  // Another group's command is nobody's command to this connection (I-13).
  if (command.groupId !== groupId) return void log.warn('answer-of-another-group', { groupId, connectionId });
  return record(context, command, payload, event.text);
};
