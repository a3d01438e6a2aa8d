import type { QuarantineReason } from '../platform/bus/enumerations.ts';
import { type Clock, DAY_MS, isoTime, seconds, timeKey } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { type Expression, path, when } from '../platform/dynamodb/expression.ts';
import { type Bounds, type Collected, collect, merged, type Range } from '../platform/dynamodb/listing.ts';
import { fromStored, type Stored, toStored } from '../platform/dynamodb/stored-text.ts';
import { Table } from '../platform/dynamodb/table.ts';
import type { QuarantinedPart, RawPart } from './notification.ts';

/** A notification that could not be interpreted (I-2). If it is sent again, it is the same item. */
export interface QuarantineItem extends RawPart {
  readonly groupId: string;
  readonly eventId: string;
  /** The first arrival and the eventId: the order of the list. */
  readonly arrival: string;
  readonly reason: QuarantineReason;
  /** Epoch ms. */
  readonly receivedAt: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** The range of all arrivals, latest first. An arrival is `time#eventId`. */
const LATEST_FIRST: Range = { low: timeKey(0), high: `${timeKey(Number.POSITIVE_INFINITY)}$`, order: 'desc' };

/** How many items are counted at most. */
const MAX_COUNT = 100;

const isFirstArrival = (receivedAt: number): Expression =>
  when`attribute_not_exists(${path('groupId')}) OR ${path('receivedAt')} > ${receivedAt}`;

export class QuarantineStore {
  readonly #table: Table<Stored<QuarantineItem>>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  /** Idempotent; the first of several arrivals is stored. */
  async add(groupId: string, part: QuarantinedPart, retentionDays: number): Promise<void> {
    const { kind: _, ...item } = part;
    const stored = toStored<QuarantineItem>({
      ...item,
      groupId,
      arrival: `${isoTime(item.receivedAt)}#${item.eventId}`,
      expiresAt: seconds(item.receivedAt + retentionDays * DAY_MS),
    });
    await this.#table.put(stored, isFirstArrival(item.receivedAt));
  }

  async get(groupId: string, eventId: string, clock: Clock): Promise<QuarantineItem | undefined> {
    const item = await this.#table.get({ groupId, eventId }, { consistent: true });
    return item && item.expiresAt > seconds(clock()) ? fromStored(item) : undefined;
  }

  /** A page of views, the latest arrival first; without expired items. @param after the arrival after which to continue */
  list<V>(
    groupId: string,
    after: string | undefined,
    bounds: Bounds,
    clock: Clock,
    view: (item: QuarantineItem) => V,
  ): Promise<Collected<V>> {
    const read = async ({ low, high }: Range, limit: number) => {
      const key = when`${path('groupId')} = ${groupId} AND ${path('arrival')} BETWEEN ${low} AND ${high}`;
      const page = await this.#table.query({ index: 'by-arrival', key, limit, descending: true });
      const items = page.items.map(({ eventId, arrival }) => ({ eventId, at: arrival }));
      return { items, more: page.lastKey !== undefined };
    };
    return collect(merged([read], LATEST_FIRST, after, bounds.limit), bounds, async (entries) => {
      const keys = entries.map(({ eventId }) => ({ groupId, eventId }));
      const found = await this.#table.getMany(keys, { consistent: false });
      const byId = new Map(found.map((item) => [item.eventId, item]));
      return entries.map(({ eventId }) => {
        const item = byId.get(eventId);
        return item && item.expiresAt > seconds(clock()) ? view(fromStored(item)) : undefined;
      });
    });
  }

  /**
   * The items of a group that have arrived since then (epoch ms) and still exist; undefined when there are none.
   * @returns times of arrival in epoch ms; `count` is {@link MAX_COUNT} at most
   */
  async waiting(
    groupId: string,
    since: number,
  ): Promise<{ readonly first: number; readonly last: number; readonly count: number } | undefined> {
    const key = when`${path('groupId')} = ${groupId} AND ${path('arrival')} >= ${timeKey(since)}`;
    const read = (limit: number, descending: boolean) =>
      this.#table.query({ index: 'by-arrival', key, limit, descending });
    const { items } = await read(MAX_COUNT, false);
    const timeOf = (item: Pick<QuarantineItem, 'arrival'>) =>
      Date.parse(item.arrival.slice(0, item.arrival.indexOf('#')));
    const latest = items.length < MAX_COUNT ? items.at(-1) : (await read(1, true)).items[0];
    if (!items[0] || !latest) return undefined;
    return { first: timeOf(items[0]), last: timeOf(latest), count: items.length };
  }

  async remove(groupId: string, eventId: string): Promise<void> {
    await this.#table.delete({ groupId, eventId });
  }
}
