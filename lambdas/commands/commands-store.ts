import { isoTime, milliseconds, seconds, timeKey } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { type Expression, oneOf, path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table } from '../platform/dynamodb/table.ts';
import type { Sealed } from '../platform/vault.ts';
import {
  type Command,
  type CommandAnswer,
  dueShardOf,
  type FailureCode,
  GRACE_MS,
  type Step,
} from './command.ts';
import { type Lane, laneOf } from './lanes.ts';
import { laneRange, orderOfQueued, orderOfSent, readUnderWay, type UnderWay } from './open-order.ts';
import { sourcesOf, TRANSITIONS } from './states.ts';

const state = path('state');
/** What an ended command no longer holds: its place among the open ones, and the encrypted request (I-6). */
const DROPPED_AT_END = ['openGroupId', 'openOrder', 'sealedRequest', 'sender', 'alone'];
/** Whoever ends a command publishes that at once; if they were cut short, the sweep does it after this. */
const PUBLISH_AFTER_MS = 30_000;

/** An end is due until it has been published. */
const endKeys = (commandId: string, now: number) => ({
  endedAt: now,
  dueShard: dueShardOf(commandId),
  dueAt: now + PUBLISH_AFTER_MS,
});

const queuedOf = (groupId: string): Expression =>
  when`${path('openGroupId')} = ${groupId} AND ${path('openOrder')} < ${'sent'}`;
const sentOf = (groupId: string): Expression =>
  when`${path('openGroupId')} = ${groupId} AND ${path('openOrder')} >= ${'sent'}`;

export interface AnswerRecord {
  readonly groupId: string;
  readonly now: number;
  readonly outcome: 'completed' | 'failed';
  readonly answer?: CommandAnswer;
  readonly sealedBody?: Sealed;
  readonly reason?: string;
  readonly failure?: FailureCode;
  /** The command had been given up by then. */
  readonly late?: boolean;
  /** Of the answer to a page of a list: see {@link Command.answerBytes}. */
  readonly answerBytes?: number;
}

/** Which of a group's commands a list shows, by epoch seconds of their creation; `until` is not included. */
export interface ListRange {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** The Commands table: every change of state is a compare-and-set. */
export class CommandsStore {
  readonly #table: Table<Command>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  get(commandId: string): Promise<Command | undefined> {
    return this.#table.get({ commandId }, { consistent: true });
  }

  /** At half the price of {@link get}, and perhaps some milliseconds old: for whoever looks again anyway. */
  getEventually(commandId: string): Promise<Command | undefined> {
    return this.#table.get({ commandId }, { consistent: false });
  }

  /**
   * Stores a new command, or answers the one that has this id already and has not expired. The sender's name makes a
   * repeated call of the SDK, whose first try took effect unseen, recognisable as its own.
   */
  async create(command: Command, now: number): Promise<{ created: boolean; command: Command }> {
    const free = when`attribute_not_exists(${path('commandId')}) OR ${path('expiresAt')} <= ${seconds(now)}`;
    const written = await this.#table.put(command, free);
    if (written.ok) return { created: true, command };
    const existing = written.existing ?? (await this.get(command.commandId));
    if (!existing) throw new Error('A command vanished while it was stored again.');
    const own = command.sender !== undefined && existing.sender === command.sender;
    return { created: own, command: existing };
  }

  /** queued → sent, before posting (I-4): whoever gets it sends. `sender` as in {@link create}. */
  async claim(
    command: Command,
    sender: string,
    connectionId: string,
    now: number,
  ): Promise<Command | undefined> {
    const executeBy = now + command.executeWithin;
    const openOrder = orderOfSent(laneOf(command), now);
    const written = await this.#table.update(
      { commandId: command.commandId },
      {
        set: { state: 'sent', openOrder, sender, connectionId, sentAt: now, executeBy, dueAt: executeBy },
        remove: ['connectionLostAt', 'reason'],
        add: { revision: 1, attempts: 1 },
      },
      when`${state} = ${'queued'} AND ${path('revision')} = ${command.revision} AND ${path('deliverBy')} > ${now}`,
    );
    if (written.ok) return written.item;
    const { existing } = written;
    return existing?.state === 'sent' && existing.sender === sender ? existing : undefined;
  }

  /**
   * Moves a command on from the revision it was read at. Undefined when somebody else moved it first.
   * @param sealedRequest of one that is queued and was stored without its request
   * @throws Error on a transition that there is not
   */
  async move(
    command: Command,
    { to, reason, failure, alone, unsent }: Step,
    now: number,
    sealedRequest?: Sealed,
  ): Promise<Command | undefined> {
    if (!TRANSITIONS[command.state].includes(to)) {
      throw new Error(`A command cannot go from ${command.state} to ${to}.`);
    }
    const { commandId, createdAt, deliverBy } = command;
    const change =
      to === 'queued'
        ? {
            set: {
              state: to,
              reason,
              openOrder: orderOfQueued(createdAt),
              dueAt: deliverBy,
              sealedRequest,
              ...(alone ? { ...alone, alone: true } : {}),
            },
            remove: ['sender', 'connectionId', 'executeBy', 'connectionLostAt'],
          }
        : { set: { state: to, reason, failure, ...endKeys(commandId, now) }, remove: DROPPED_AT_END };
    const written = await this.#table.update(
      { commandId },
      { ...change, add: { revision: 1, ...(unsent ? { attempts: -1 } : {}) } },
      when`${path('revision')} = ${command.revision} AND ${state} = ${command.state}`,
    );
    return written.ok ? written.item : undefined;
  }

  /** The connection that carried it has gone: after the grace it is due. */
  async connectionLost(command: Command, connectionId: string, now: number): Promise<void> {
    const dueAt = Math.min(command.executeBy ?? now, now + GRACE_MS);
    await this.#table.update(
      { commandId: command.commandId },
      { set: { connectionLostAt: now, dueAt } },
      when`${state} = ${'sent'} AND ${path('connectionId')} = ${connectionId} AND attribute_not_exists(${path('connectionLostAt')})`,
    );
  }

  /**
   * Records NetBackup's answer, once: from any state that has been sent, of the sender's own group (I-13). Undefined when
   * that did not happen: it was answered already, or has not been sent.
   */
  async answer(commandId: string, record: AnswerRecord): Promise<Command | undefined> {
    const { groupId, now, outcome, answer, sealedBody, reason, failure, late, answerBytes } = record;
    const written = await this.#table.update(
      { commandId },
      {
        set: {
          state: outcome,
          answer,
          sealedBody,
          reason,
          failure,
          late,
          answerBytes,
          ...endKeys(commandId, now),
        },
        remove: [...DROPPED_AT_END, ...(reason ? [] : ['reason'])],
        add: { revision: 1 },
      },
      when`${path('groupId')} = ${groupId} AND ${path('attempts')} > ${0} AND ${oneOf(state, sourcesOf(outcome))}`,
    );
    return written.ok ? written.item : undefined;
  }

  /** Its end has been published. */
  async published({ commandId, revision }: Command): Promise<void> {
    const same = when`${path('revision')} = ${revision}`;
    await this.#table.update({ commandId }, { remove: ['dueShard', 'dueAt'] }, same);
  }

  /** Forgets an encrypted answer once it was handed over. `false`: somebody else got it first. */
  async delivered(commandId: string): Promise<boolean> {
    const there = when`attribute_exists(${path('sealedBody')})`;
    return (await this.#table.update({ commandId }, { remove: ['sealedBody'] }, there)).ok;
  }

  /** A page of the commands that a group has queued, oldest first. */
  queued(groupId: string, limit: number, startAfter?: Key): Promise<Page<Command>> {
    return this.#page('open-by-group', queuedOf(groupId), limit, startAfter);
  }

  /** A page of the commands that a group waits for, oldest first. */
  sent(groupId: string, limit: number, startAfter?: Key): Promise<Page<Command>> {
    return this.#page('open-by-group', sentOf(groupId), limit, startAfter);
  }

  /** The commands of these lanes that a group waits for. The index trails the table by some milliseconds. */
  async underWay(groupId: string, lanes: readonly [first: Lane, last: Lane]): Promise<UnderWay[]> {
    const [low, high] = laneRange(lanes);
    const key = when`${path('openGroupId')} = ${groupId} AND ${path('openOrder')} BETWEEN ${low} AND ${high}`;
    const page = await this.#table.query({ index: 'open-by-group', key, limit: 50 });
    return page.items.map(readUnderWay);
  }

  /** Whether a group waits for an answer. */
  async isBusy(groupId: string): Promise<boolean> {
    const query = { index: 'open-by-group', key: sentOf(groupId), limit: 1 };
    return (await this.#table.query(query)).items.length > 0;
  }

  /** How many commands a group has queued, counting to `limit` at most. */
  async countQueued(groupId: string, limit: number): Promise<number> {
    const query = { index: 'open-by-group', key: queuedOf(groupId), limit };
    return (await this.#table.query(query)).items.length;
  }

  /** A page of the commands of one shard that are due, the longest overdue first. */
  async due(dueShard: string, now: number, limit: number, startAfter?: Key): Promise<Page<Command>> {
    const key = when`${path('dueShard')} = ${dueShard} AND ${path('dueAt')} <= ${now}`;
    return this.#page('due', key, limit, startAfter);
  }

  /** A page of a group's commands, latest first. */
  async list(
    groupId: string,
    limit: number,
    { since, until }: ListRange = {},
    startAfter?: Key,
  ): Promise<Page<Command>> {
    const low = timeKey(milliseconds(since ?? 0));
    const high = timeKey(until === undefined ? Number.POSITIVE_INFINITY : milliseconds(until) - 1);
    const start = String(startAfter?.['createdAt'] ?? high);
    // DynamoDB refuses a range that holds nothing, and to start outside of it.
    if (start < low || start > high) return { items: [] };
    const key = when`${path('groupId')} = ${groupId} AND ${path('createdAt')} BETWEEN ${low} AND ${high}`;
    return this.#page('by-group', key, limit, startAfter);
  }

  /** Index entries hold keys only: reads the items themselves, in the order of the index. */
  async #page(index: string, key: Expression, limit: number, startAfter?: Key): Promise<Page<Command>> {
    const descending = index === 'by-group';
    const page = await this.#table.query({ index, key, limit, descending, startAfter });
    const ids = page.items.map(({ commandId }) => ({ commandId }));
    const found = await this.#table.getMany(ids, { consistent: true });
    const byId = new Map(found.map((command) => [command.commandId, command]));
    const items = ids.flatMap(({ commandId }) => byId.get(commandId) ?? []);
    return { items, ...(page.lastKey ? { lastKey: page.lastKey } : {}) };
  }
}

/** The index keys and times of a new command. `lane`: of one that is stored as sent. */
export const newKeys = (
  commandId: string,
  groupId: string,
  lane: Lane | undefined,
  dueAt: number,
  now: number,
) => {
  const createdAt = isoTime(now);
  return {
    createdAt,
    openGroupId: groupId,
    openOrder: lane === undefined ? orderOfQueued(createdAt) : orderOfSent(lane, now),
    dueShard: dueShardOf(commandId),
    dueAt,
  };
};
