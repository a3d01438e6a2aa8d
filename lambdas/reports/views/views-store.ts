/** The Jobs and Images tables: one item for each job or image, with its notifications. */

import type { Notification } from '../../notifications/notification.ts';
import { type Clock, DAY_MS, seconds } from '../../platform/clock.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { CONFLICT, compareAndSet } from '../../platform/dynamodb/compare-and-set.ts';
import { type Expression, path, when } from '../../platform/dynamodb/expression.ts';
import type { Positioned, Range } from '../../platform/dynamodb/listing.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import { Table } from '../../platform/dynamodb/table.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { ListedAt } from './index-keys.ts';
import { pack, unpack } from './stored-events.ts';
import { merge, type Order } from './timeline.ts';

export type ViewId = string | number;

/** What differs between jobs and images. */
export interface ViewKind {
  /** The sort key. */
  readonly id: 'jobId' | 'backupId';
  /** As NetBackup names the kind; part of an `eventId`. */
  readonly object: 'JOB' | 'IMAGE';
  readonly order: Order;
  /** The indexes, and the attribute that is the partition key of each. Their sort key is `at`. */
  readonly indexes: Readonly<Record<string, string>>;
  /**
   * The time by which it is listed (NetBackup's own field, epoch seconds as sent, I-12), and the attributes that the indexes need
   * besides it.
   */
  readonly indexed: (
    groupId: string,
    reports: readonly Notification[],
  ) => { readonly at: ListedAt; readonly keys: Readonly<Record<string, unknown>> };
  readonly position: (at: ListedAt, id: ViewId) => string;
}

/** An item as stored. The view is computed from its events when it is read. */
interface StoredItem {
  readonly groupId: string;
  readonly jobId?: number;
  readonly backupId?: string;
  /** As {@link pack} writes them. */
  readonly events: string;
  /** Its position by time: the sort key of every index. */
  readonly at: string;
  /** Epoch seconds, counted from the latest arrival. */
  readonly expiresAt: number;
}

/** Stored items by their ids; undefined where nothing is stored. */
export type StoredItems = ReadonlyMap<ViewId, StoredItem | undefined>;

/** A job or an image as read. */
export interface ViewItem {
  readonly groupId: string;
  readonly jobId?: number;
  readonly backupId?: string;
  readonly at: string;
  readonly events: readonly Notification[];
}

/** One item can have several writers: the shards of the stream, a retry, a replay. */
const MAX_ATTEMPTS = 10;

/** The events are all that an item is computed from, so a writer that has read the same events may write. */
const hasNotChangedSince = (stored: StoredItem | undefined): Expression =>
  stored ? when`${path('events')} = ${stored.events}` : when`attribute_not_exists(${path('groupId')})`;

const isCurrent = ({ expiresAt }: StoredItem, clock: Clock): boolean => expiresAt > seconds(clock());

export class ViewStore {
  readonly #table: Table<StoredItem>;
  readonly kind: ViewKind;

  constructor(client: DynamoDBClient, tableName: string, kind: ViewKind) {
    this.#table = new Table(client, tableName);
    this.kind = kind;
  }

  /** Several items for {@link record}: one read for a hundred instead of a hundred. */
  async readStored(groupId: string, ids: readonly ViewId[]): Promise<StoredItems> {
    const items = await this.#table.getMany(this.#keys(groupId, ids), { consistent: true });
    const byId = new Map(items.map((item) => [item[this.kind.id], item]));
    return new Map(ids.map((id) => [id, byId.get(id)]));
  }

  /**
   * Adds notifications of one job or image. Those that are stored already cost no write.
   * @param before items read a moment ago; the item is read again if it has changed since
   * @returns all its events
   */
  async record(
    groupId: string,
    id: ViewId,
    received: readonly Notification[],
    retentionDays: number,
    before: StoredItems = new Map(),
  ): Promise<readonly Notification[]> {
    const { kind } = this;
    const key = this.#key(groupId, id);
    let isRead = before.has(id);
    return compareAndSet(`${kind.id} ${id} of ${groupId}`, MAX_ATTEMPTS, async () => {
      const stored = isRead ? before.get(id) : await this.#table.get(key, { consistent: true });
      isRead = false;
      const known = stored ? unpack(groupId, kind.object, stored.events) : [];
      const events = merge(known, received, kind.order);
      const packed = pack(events);
      if (stored?.events === packed) return events;
      const receivedAt = Math.max(...events.map((event) => event.receivedAt));
      const { at, keys } = kind.indexed(groupId, events);
      const item: StoredItem = {
        ...key,
        groupId,
        events: packed,
        at: kind.position(at, id),
        ...keys,
        expiresAt: seconds(receivedAt + retentionDays * DAY_MS),
      };
      return (await this.#table.put(item, hasNotChangedSince(stored))).ok ? events : CONFLICT;
    });
  }

  /** Undefined also for an expired item that DynamoDB has not deleted yet. */
  async get(groupId: string, id: ViewId, clock: Clock): Promise<ViewItem | undefined> {
    const item = await this.#table.get(this.#key(groupId, id), { consistent: true });
    return item && isCurrent(item, clock) ? this.#read(item) : undefined;
  }

  /** In no order; without expired items. */
  getMany(
    groupId: string,
    ids: readonly ViewId[],
    clock: Clock,
    options: { readonly consistent: boolean } = { consistent: false },
  ): Promise<ViewItem[]> {
    return this.#readMany(this.#keys(groupId, ids), clock, options);
  }

  /** The same of several groups. */
  getManyOf(
    places: readonly { readonly groupId: string; readonly id: ViewId }[],
    clock: Clock,
  ): Promise<ViewItem[]> {
    return this.#readMany(
      places.map(({ groupId, id }) => this.#key(groupId, id)),
      clock,
    );
  }

  async #readMany(keys: readonly Key[], clock: Clock, options = { consistent: false }): Promise<ViewItem[]> {
    const items = await this.#table.getMany(keys, options);
    return items.filter((item) => isCurrent(item, clock)).map((item) => this.#read(item));
  }

  /** Whether anything is stored of the group. */
  async hasAny(groupId: string): Promise<boolean> {
    const key = when`${path('groupId')} = ${groupId}`;
    return (await this.#table.query({ key, limit: 1 })).items.length > 0;
  }

  async delete(groupId: string, id: ViewId): Promise<void> {
    await this.#table.delete(this.#key(groupId, id));
  }

  /** One page of an index's partition, in the order of `at`: the projected attributes. It may contain expired items. */
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

  #key(groupId: string, id: ViewId): Key {
    return { groupId, [this.kind.id]: id };
  }

  #keys(groupId: string, ids: readonly ViewId[]): Key[] {
    return ids.map((id) => this.#key(groupId, id));
  }

  #read({ groupId, jobId, backupId, at, events }: StoredItem): ViewItem {
    return omitUndefined({ groupId, jobId, backupId, at, events: unpack(groupId, this.kind.object, events) });
  }
}
