import type { QuarantineReason } from '../platform/bus/enumerations.ts';
import { type Clock, DAY_MS, isoTime, seconds } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { type Expression, path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table } from '../platform/dynamodb/table.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { QuarantinedPart, RawPart } from './notification.ts';

/** A notification that could not be interpreted (I-2). The same one, sent again, is the same item. */
export interface QuarantineItem extends RawPart {
  readonly groupId: string;
  readonly eventId: string;
  /** Of its first arrival, and the eventId: the order of the list. */
  readonly arrival: string;
  readonly reason: QuarantineReason;
  /** Epoch ms. */
  readonly receivedAt: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

const isFirstArrival = (receivedAt: number): Expression =>
  when`attribute_not_exists(${path('groupId')}) OR ${path('receivedAt')} > ${receivedAt}`;

export class QuarantineStore {
  readonly #table: Table<QuarantineItem>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  /** Idempotent; of several arrivals the first is stored. */
  async add(groupId: string, part: QuarantinedPart, retentionDays: number): Promise<void> {
    const { kind: _, ...item } = part;
    await this.#table.put(
      {
        ...item,
        groupId,
        arrival: `${isoTime(item.receivedAt)}#${item.eventId}`,
        expiresAt: seconds(item.receivedAt + retentionDays * DAY_MS),
      },
      isFirstArrival(item.receivedAt),
    );
  }

  async get(groupId: string, eventId: string, clock: Clock): Promise<QuarantineItem | undefined> {
    const item = await this.#table.get({ groupId, eventId }, { consistent: true });
    return item && item.expiresAt > seconds(clock()) ? item : undefined;
  }

  /** A page, the latest arrival first; without expired items. */
  async list(groupId: string, limit: number, clock: Clock, startAfter?: Key): Promise<Page<QuarantineItem>> {
    const page = await this.#table.query({
      index: 'by-arrival',
      key: when`${path('groupId')} = ${groupId}`,
      limit,
      descending: true,
      startAfter,
    });
    const items = await this.#table.getMany(
      page.items.map(({ eventId }) => ({ groupId, eventId })),
      { consistent: false },
    );
    const current = items.filter((item) => item.expiresAt > seconds(clock()));
    const sorted = current.sort((a, b) => (a.arrival < b.arrival ? 1 : -1));
    return omitUndefined({ items: sorted, lastKey: page.lastKey });
  }

  async remove(groupId: string, eventId: string): Promise<void> {
    await this.#table.delete({ groupId, eventId });
  }
}
