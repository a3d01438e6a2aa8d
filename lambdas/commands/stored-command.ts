/** A command as the Commands table stores it: attribute names, index keys, changes and their conditions. Pure. */
import { isoTime, seconds } from '../platform/clock.ts';
import { oneOf, path, when } from '../platform/dynamodb/expression.ts';
import type { Change } from '../platform/dynamodb/requests.ts';
import { cheaperForm, decompress } from '../platform/dynamodb/stored-text.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { Sealed } from '../platform/vault.ts';
import { type Command, type CommandResponse, dueShardOf, type Step } from './command.ts';
import { type Lane, laneOf } from './lanes.ts';
import { orderOfQueued, orderOfSent } from './open-order.ts';
import { type CommandState, sourcesOf } from './states.ts';

/** The attributes whose names differ from those of {@link Command}. */
interface Renamed {
  readonly answer?: CommandResponse;
  /** The body of `answer`, compressed, if that costs less. */
  readonly compressedBody?: Uint8Array;
  readonly answerBytes?: number;
  readonly alone?: boolean;
}
export type StoredCommand = Omit<Command, 'response' | 'responseBytes' | 'isExclusive'> & Renamed;

export const fromStored = ({
  answer,
  compressedBody,
  answerBytes,
  alone,
  ...same
}: StoredCommand): Command => {
  const response = answer && compressedBody ? { ...answer, body: decompress(compressedBody) } : answer;
  return { ...same, ...omitUndefined({ response, responseBytes: answerBytes, isExclusive: alone }) };
};

/** NetBackup's response, to be recorded. Members as in {@link Command}. */
export interface ResponseRecord
  extends Pick<
    Command,
    'groupId' | 'response' | 'sealedBody' | 'storedBody' | 'reason' | 'failure' | 'late' | 'responseBytes'
  > {
  readonly now: number;
  readonly outcome: 'completed' | 'failed';
}

/** The attributes that an ended command does not keep: its key in the index of open commands, and the encrypted request (I-6). */
const REMOVED_AT_END = ['openGroupId', 'openOrder', 'sealedRequest', 'sender', 'alone'];
/** The function that ends a command publishes the end immediately; if it was killed, the sweep does after this time. */
const PUBLISH_AFTER_MS = 30_000;

/** An end is due until it is published. */
const endKeys = (commandId: string, now: number) => ({
  endedAt: now,
  dueShard: dueShardOf(commandId),
  dueAt: now + PUBLISH_AFTER_MS,
});

/** The index keys and times of a new command. `lane`: for a command that is stored as sent. */
export const newKeys = (
  { commandId, groupId }: Pick<Command, 'commandId' | 'groupId'>,
  lane: Lane | undefined,
  dueAt: number,
  now: number,
) => {
  const createdAt = isoTime(now);
  const openOrder = lane === undefined ? orderOfQueued(createdAt) : orderOfSent(lane, now);
  return { createdAt, openGroupId: groupId, openOrder, dueShard: dueShardOf(commandId), dueAt };
};

export const claimChange = (command: Command, sender: string, connectionId: string, now: number): Change => {
  const executeBy = now + command.executeWithin;
  const openOrder = orderOfSent(laneOf(command), now);
  return {
    set: { state: 'sent', openOrder, sender, connectionId, sentAt: now, executeBy, dueAt: executeBy },
    remove: ['connectionLostAt', 'reason'],
    add: { revision: 1, attempts: 1 },
  };
};

/** @param sealedRequest for a command that is queued and was stored without its request */
export const queueChange = (
  { createdAt, deliverBy }: Command,
  { reason, exclusive, unsent }: Step,
  sealedRequest: Sealed | undefined,
): Change => {
  const openOrder = orderOfQueued(createdAt);
  return {
    set: {
      ...{ state: 'queued', reason, openOrder, dueAt: deliverBy, sealedRequest },
      ...(exclusive && { ...exclusive, alone: true }),
    },
    remove: ['sender', 'connectionId', 'executeBy', 'connectionLostAt'],
    add: { revision: 1, ...(unsent && { attempts: -1 }) },
  };
};

export const endChange = ({ commandId }: Command, { to, reason, failure }: Step, now: number): Change => ({
  set: { state: to, reason, failure, ...endKeys(commandId, now) },
  remove: REMOVED_AT_END,
  add: { revision: 1 },
});

/** @param others further attributes of the command */
const storedAnswer = (
  answer: CommandResponse | undefined,
  others: object,
): Pick<StoredCommand, 'answer' | 'compressedBody'> => {
  if (answer?.body === undefined) return omitUndefined({ answer });
  const { body, ...rest } = answer;
  return cheaperForm({ answer }, body, (compressedBody) => ({ answer: rest, compressedBody }), others);
};

/** @param command as it was read: with its other attributes it decides whether compressing the body saves a unit */
export const responseChange = (command: Command, record: ResponseRecord): Change => {
  const { now, outcome, response, responseBytes, sealedBody, storedBody, reason, failure, late } = record;
  const values = {
    state: outcome,
    answerBytes: responseBytes,
    sealedBody,
    storedBody,
    reason,
    failure,
    late,
    ...endKeys(command.commandId, now),
  };
  const remove = [...REMOVED_AT_END, ...(reason ? [] : ['reason'])];
  const kept = Object.entries(command).filter(([name]) => !remove.includes(name));
  const answer = storedAnswer(response, { ...Object.fromEntries(kept), ...values });
  return { set: { ...values, ...answer }, remove, add: { revision: 1 } };
};

const hasState = (state: CommandState) => when`${path('state')} = ${state}`;

export const isUnusedId = (now: number) =>
  when`attribute_not_exists(${path('commandId')}) OR ${path('expiresAt')} <= ${seconds(now)}`;
export const hasRevision = (revision: number) => when`${path('revision')} = ${revision}`;
export const isUnchanged = ({ revision, state }: Command) =>
  when`${hasRevision(revision)} AND ${hasState(state)}`;
export const mayBeClaimed = ({ revision }: Command, now: number) =>
  when`${hasState('queued')} AND ${hasRevision(revision)} AND ${path('deliverBy')} > ${now}`;
export const mayLoseConnection = (connectionId: string) =>
  when`${hasState('sent')} AND ${path('connectionId')} = ${connectionId} AND attribute_not_exists(${path('connectionLostAt')})`;
/** It was sent at least once, by the group of the connection (I-13), and has no response yet. */
export const mayGetResponse = ({ groupId, outcome }: ResponseRecord) =>
  when`${path('groupId')} = ${groupId} AND ${path('attempts')} > ${0} AND ${oneOf(path('state'), sourcesOf(outcome))}`;
export const hasSealedBody = () => when`attribute_exists(${path('sealedBody')})`;
export const hasStoredBody = () => when`attribute_exists(${path('storedBody')})`;

export const queuedKey = (groupId: string) =>
  when`${path('openGroupId')} = ${groupId} AND ${path('openOrder')} < ${'sent'}`;
export const sentKey = (groupId: string) =>
  when`${path('openGroupId')} = ${groupId} AND ${path('openOrder')} >= ${'sent'}`;
