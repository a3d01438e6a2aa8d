/** The Jobs and Images tables: one item for each job or image, holding what was said about it. */

import { type Clock, DAY_MS, seconds } from '../../platform/clock.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { path, when } from '../../platform/dynamodb/expression.ts';
import type { Positioned, Range } from '../../platform/dynamodb/listing.ts';
import { Table } from '../../platform/dynamodb/table.ts';
import { pack, unpack } from './stored-events.ts';
import { merge, type Rank, type TimelineEvent } from './timeline.ts';

/** What differs between jobs and images. */
export interface ViewKind {
  /** The sort key. */
  readonly id: 'jobId' | 'backupId';
  /** As NetBackup names the kind; part of an `eventId`. */
  readonly object: 'JOB' | 'IMAGE';
  readonly rank: Rank;
  /** The indexes, and the attribute that is the partition key of each. Their sort key is `at`. */
  readonly indexes: Readonly<Record<string, string>>;
  /** What the indexes need of an item, besides `at`; what is undefined is left out of them. */
  readonly keys: (groupId: string, events: readonly TimelineEvent[]) => Readonly<Record<string, unknown>>;
  /** The moment by which it is listed: NetBackup's own field, epoch seconds as it came (I-12). */
  readonly at: (events: readonly TimelineEvent[]) => number;
  readonly position: (at: number, id: string | number) => string;
}

/** An item as stored. The view that people see is folded from its events when it is read. */
interface StoredItem {
  readonly groupId: string;
  readonly jobId?: number;
  readonly backupId?: string;
  /** {@link pack}ed. */
  readonly events: string;
  /** Where it stands by time: the sort key of every index. */
  readonly at: string;
  /** Epoch seconds, counted from the latest arrival. */
  readonly expiresAt: number;
}

/** What was stored of some when it was read, by their ids; undefined where there was nothing. */
export type Known = ReadonlyMap<string | number, StoredItem | undefined>;

/** A job or an image as read. */
export interface ViewItem {
  readonly groupId: string;
  readonly jobId?: number;
  readonly backupId?: string;
  readonly at: string;
  readonly events: readonly TimelineEvent[];
}

/** Writers of one item at a time: the shards of the stream, and a retry that overtakes. */
const ROUNDS = 10;

export class ViewStore {
  readonly #table: Table<StoredItem>;
  readonly kind: ViewKind;

  constructor(client: DynamoDBClient, tableName: string, kind: ViewKind) {
    this.#table = new Table(client, tableName);
    this.kind = kind;
  }

  /** What is known of several, for {@link record}: one read for a hundred instead of a hundred. */
  async known(groupId: string, ids: readonly (string | number)[]): Promise<Known> {
    const keys = ids.map((id) => ({ groupId, [this.kind.id]: id }));
    const items = await this.#table.getMany(keys, { consistent: true });
    const byId = new Map(items.map((item) => [item[this.kind.id], item]));
    return new Map(ids.map((id) => [id, byId.get(id)]));
  }

  /**
   * Adds what was said about one job or image. What is there already changes nothing and costs no write.
   * @param before what was read of it a moment ago; it is read anew when that has changed since
   * @returns everything that is now known of it
   */
  async record(
    groupId: string,
    id: string | number,
    said: readonly TimelineEvent[],
    retentionDays: number,
    before: Known = new Map(),
  ): Promise<readonly TimelineEvent[]> {
    const { kind } = this;
    const key = { groupId, [kind.id]: id };
    for (let round = 0; round < ROUNDS; round++) {
      const known =
        round === 0 && before.has(id) ? before.get(id) : await this.#table.get(key, { consistent: true });
      const heard = known ? unpack(groupId, kind.object, known.events) : [];
      const events = merge(heard, said, kind.rank);
      const packed = pack(events);
      if (known?.events === packed) return events;
      const receivedAt = Math.max(...events.map((event) => event.receivedAt));
      const item: StoredItem = {
        ...key,
        groupId,
        events: packed,
        at: kind.position(kind.at(events), id),
        ...kind.keys(groupId, events),
        expiresAt: seconds(receivedAt + retentionDays * DAY_MS),
      };
      // The events are all that an item is made of: whoever read the same may write.
      const unchanged = known
        ? when`${path('events')} = ${known.events}`
        : when`attribute_not_exists(${path('groupId')})`;
      if ((await this.#table.put(item, unchanged)).ok) return events;
    }
    throw new Error(`${kind.id} ${id} of ${groupId} is contended beyond reason.`);
  }

  /** Undefined too when it has expired and DynamoDB has not deleted it yet. */
  async get(groupId: string, id: string | number, clock: Clock): Promise<ViewItem | undefined> {
    const item = await this.#table.get({ groupId, [this.kind.id]: id }, { consistent: true });
    return item && item.expiresAt > seconds(clock()) ? this.#read(item) : undefined;
  }

  /** In no order; without what has expired. */
  async getMany(groupId: string, ids: readonly (string | number)[], clock: Clock): Promise<ViewItem[]> {
    const keys = ids.map((id) => ({ groupId, [this.kind.id]: id }));
    const items = await this.#table.getMany(keys, { consistent: false });
    return items.filter((item) => item.expiresAt > seconds(clock())).map((item) => this.#read(item));
  }

  /**
   * One page of an index's partition, in the order of `at`: what the index holds of each item. It may still name what has
   * expired.
   */
  async page<T extends Positioned>(
    index: string,
    partition: string,
    range: Range,
    limit: number,
  ): Promise<{ items: readonly T[]; more: boolean }> {
    const attribute = path(this.kind.indexes[index] ?? '');
    const page = await this.#table.query({
      index,
      key: when`${attribute} = ${partition} AND ${path('at')} BETWEEN ${range.low} AND ${range.high}`,
      limit,
      descending: range.order === 'desc',
    });
    return { items: page.items as unknown as readonly T[], more: page.lastKey !== undefined };
  }

  #read({ events, ...item }: StoredItem): ViewItem {
    const { groupId, jobId, backupId, at } = item;
    return {
      groupId,
      ...(jobId === undefined ? {} : { jobId }),
      ...(backupId === undefined ? {} : { backupId }),
      at,
      events: unpack(groupId, this.kind.object, events),
    };
  }
}
