import { milliseconds, timeKey } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { type Expression, path, when } from '../platform/dynamodb/expression.ts';
import type { Change, Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table } from '../platform/dynamodb/table.ts';
import { publicId } from '../platform/ids.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { Sealed } from '../platform/vault.ts';
import { type Command, GRACE_MS, type Step } from './command.ts';
import type { Lane } from './lanes.ts';
import { laneRange, readUnderWay, type UnderWay } from './open-order.ts';
import { TRANSITIONS } from './states.ts';
import * as stored from './stored-command.ts';

/** Which of a group's commands a list shows, by epoch seconds of their creation; `until` is not included. */
export interface ListRange {
  readonly since?: number | undefined;
  readonly until?: number | undefined;
}

/** The Commands table: every change of state is a compare-and-set. */
export class CommandsStore {
  readonly #table: Table<stored.StoredCommand>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  get(commandId: string): Promise<Command | undefined> {
    return this.#get(commandId, true);
  }

  /** At half the price of {@link get}, and perhaps some milliseconds old: for polling. */
  getEventually(commandId: string): Promise<Command | undefined> {
    return this.#get(commandId, false);
  }

  /**
   * Stores a new command, or returns the one that has this id already and has not expired. The sender's name identifies a
   * write that the SDK repeats because it did not see the first one succeed.
   */
  async create(command: Command, now: number): Promise<{ created: boolean; command: Command }> {
    const written = await this.#table.put(command, stored.isUnusedId(now));
    if (written.ok) return { created: true, command };
    const existing = written.existing
      ? stored.fromStored(written.existing)
      : await this.get(command.commandId);
    if (!existing) throw new Error('A command disappeared while it was stored again.');
    const isOwnWrite = command.sender !== undefined && existing.sender === command.sender;
    return { created: isOwnWrite, command: existing };
  }

  /** queued → sent, before posting (I-4). Undefined when another sender has claimed it. `sender` as in {@link create}. */
  async claim(
    command: Command,
    sender: string,
    connectionId: string,
    now: number,
  ): Promise<Command | undefined> {
    const change = stored.claimChange(command, sender, connectionId, now);
    const { ok, latest } = await this.#write(command.commandId, change, stored.mayBeClaimed(command, now));
    return ok || (latest?.state === 'sent' && latest.sender === sender) ? latest : undefined;
  }

  /**
   * Applies a transition at the revision that was read. Undefined when the command has changed since.
   * @param sealedRequest for a command that is queued and was stored without its request
   * @throws Error when the transition is not allowed
   */
  async move(
    command: Command,
    step: Step,
    now: number,
    sealedRequest?: Sealed,
  ): Promise<Command | undefined> {
    if (!TRANSITIONS[command.state].includes(step.to)) {
      throw new Error(`A command cannot go from ${command.state} to ${step.to}.`);
    }
    const change =
      step.to === 'queued'
        ? stored.queueChange(command, step, sealedRequest)
        : stored.endChange(command, step, now);
    const { ok, latest } = await this.#write(command.commandId, change, stored.isUnchanged(command));
    return ok ? latest : undefined;
  }

  /** Records that the connection of a command has closed: the command is due after the grace. */
  async connectionLost(command: Command, connectionId: string, now: number): Promise<void> {
    const dueAt = Math.min(command.executeBy ?? now, now + GRACE_MS);
    const change = { set: { connectionLostAt: now, dueAt } };
    await this.#write(command.commandId, change, stored.mayLoseConnection(connectionId));
  }

  /** Records NetBackup's response, once. Undefined when the command has a response already, or was not sent. */
  async recordResponse(command: Command, record: stored.ResponseRecord): Promise<Command | undefined> {
    const change = stored.responseChange(command, record);
    const { ok, latest } = await this.#write(command.commandId, change, stored.mayGetResponse(record));
    return ok ? latest : undefined;
  }

  async markEndPublished({ commandId, revision }: Command): Promise<void> {
    await this.#write(commandId, { remove: ['dueShard', 'dueAt'] }, stored.hasRevision(revision));
  }

  /** Deletes an encrypted body that is being delivered. `false`: another reader has got it. */
  removeSealedBody(commandId: string): Promise<boolean> {
    return this.#take(commandId, 'sealedBody', stored.hasSealedBody());
  }

  /** Deletes the object of a body that is being delivered. `false`: another reader has got it. */
  removeStoredBody(commandId: string): Promise<boolean> {
    return this.#take(commandId, 'storedBody', stored.hasStoredBody());
  }

  /** A page of a group's queued commands, oldest first. */
  queued(groupId: string, limit: number, startAfter?: Key): Promise<Page<Command>> {
    return this.#page('open-by-group', stored.queuedKey(groupId), limit, startAfter);
  }

  /** A page of a group's commands under way, oldest first. */
  sent(groupId: string, limit: number, startAfter?: Key): Promise<Page<Command>> {
    return this.#page('open-by-group', stored.sentKey(groupId), limit, startAfter);
  }

  /** A group's commands under way in these lanes. The index is some milliseconds behind the table. */
  async underWay(groupId: string, lanes: readonly [first: Lane, last: Lane]): Promise<UnderWay[]> {
    const [low, high] = laneRange(lanes);
    const key = when`${path('openGroupId')} = ${groupId} AND ${path('openOrder')} BETWEEN ${low} AND ${high}`;
    const page = await this.#table.query({ index: 'open-by-group', key, limit: 50 });
    return page.items.map(readUnderWay);
  }

  /** Whether a group has a command under way. */
  async isBusy(groupId: string): Promise<boolean> {
    const query = { index: 'open-by-group', key: stored.sentKey(groupId), limit: 1 };
    return (await this.#table.query(query)).items.length > 0;
  }

  /** How many commands a group has queued, counted up to `limit`. */
  async countQueued(groupId: string, limit: number): Promise<number> {
    const query = { index: 'open-by-group', key: stored.queuedKey(groupId), limit };
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
    // DynamoDB refuses an empty range, and a start outside of the range.
    if (start < low || start > high) return { items: [] };
    const key = when`${path('groupId')} = ${groupId} AND ${path('createdAt')} BETWEEN ${low} AND ${high}`;
    return this.#page('by-group', key, limit, startAfter);
  }

  async #get(commandId: string, consistent: boolean): Promise<Command | undefined> {
    const item = await this.#table.get({ commandId }, { consistent });
    return item && stored.fromStored(item);
  }

  /** Its name identifies a write that the SDK repeats, as in {@link create}: nobody else would get the body. */
  async #take(commandId: string, attribute: string, exists: Expression): Promise<boolean> {
    const bodyTakenBy = publicId();
    const change = { set: { bodyTakenBy }, remove: [attribute] };
    const { ok, latest } = await this.#write(commandId, change, exists);
    return ok || latest?.bodyTakenBy === bodyTakenBy;
  }

  /** `latest`: the command after the write, or the one that did not meet the condition. */
  async #write(commandId: string, change: Change, condition: Expression) {
    const written = await this.#table.update({ commandId }, change, condition);
    const item = written.ok ? written.item : written.existing;
    return { ok: written.ok, latest: item && stored.fromStored(item) };
  }

  /** Index entries hold keys only: reads the items themselves, in the order of the index. */
  async #page(index: string, key: Expression, limit: number, startAfter?: Key): Promise<Page<Command>> {
    const descending = index === 'by-group';
    const { items: entries, lastKey } = await this.#table.query({
      index,
      key,
      limit,
      descending,
      startAfter,
    });
    const ids = entries.map(({ commandId }) => ({ commandId }));
    const found = await this.#table.getMany(ids, { consistent: true });
    const byId = new Map(found.map((item) => [item.commandId, stored.fromStored(item)]));
    return {
      items: ids.flatMap(({ commandId }) => byId.get(commandId) ?? []),
      ...omitUndefined({ lastKey }),
    };
  }
}
