/** The journal: every NOTIFICATION REQUEST as it arrived. All views can be rebuilt from it. */
import { createHash } from 'node:crypto';
import * as z from 'zod/mini';
import { type Clock, DAY_MS, isoTime, seconds } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { type Expression, path, when } from '../platform/dynamodb/expression.ts';
import type { Range } from '../platform/dynamodb/listing.ts';
import { fromStored, type Stored, toStored } from '../platform/dynamodb/stored-text.ts';
import { Table } from '../platform/dynamodb/table.ts';
import { timeStampOf } from '../protocol/time-stamp.ts';
import type { StoredMessage } from './notification.ts';

/** One stored message. It never changes. */
export interface JournalEntry {
  /** Group and day of the message's timeStamp. */
  readonly groupDay: string;
  /** timeStamp and the digest of the text: the same for a message that is sent again. */
  readonly entry: string;
  readonly groupId: string;
  /** Time of arrival and digest: the order of the feed. */
  readonly arrival: string;
  readonly text: string;
  /** Epoch ms. */
  readonly receivedAt: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

export interface Received {
  readonly groupId: string;
  readonly text: string;
  readonly timeStamp: unknown;
  readonly receivedAt: number;
}

/** A message without a usable timeStamp is stored under the second of its arrival, and quarantined later. */
export const journalEntry = (received: Received, retentionDays: number): JournalEntry => {
  const { groupId, text, receivedAt } = received;
  const timeStamp = timeStampOf(received.timeStamp) ?? seconds(receivedAt);
  const digest = createHash('sha256').update(text, 'utf8').digest('base64url');
  return {
    groupDay: `${groupId}#${isoTime(timeStamp * 1000).slice(0, 10)}`,
    entry: `${String(timeStamp).padStart(12, '0')}#${digest}`,
    groupId,
    arrival: `${isoTime(receivedAt)}#${digest}`,
    text,
    receivedAt,
    expiresAt: seconds(receivedAt + retentionDays * DAY_MS),
  };
};

/** The time in an entry's `arrival`, ISO 8601. */
export const timeOfArrival = (arrival: string): string => arrival.split('#', 1)[0] ?? '';

const source = { groupId: z.string(), receivedAt: z.number() };
const itemSchema = z.union([
  z.object({ ...source, text: z.string() }),
  z.object({ ...source, compressedText: z.instanceof(Uint8Array) }),
]);
/** The message in an item of the table's stream. @throws ZodError for anything else */
export const messageOf = (item: unknown): StoredMessage => fromStored<StoredMessage>(itemSchema.parse(item));

const isNew = (): Expression => when`attribute_not_exists(${path('groupDay')})`;

export class JournalStore {
  readonly #table: Table<Stored<JournalEntry>>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  /** Stores a message once, in one write. `seen-before`: the same bytes are stored already. */
  async store(entry: JournalEntry, abortSignal: AbortSignal): Promise<'stored' | 'seen-before'> {
    return (await this.#table.put(toStored(entry), isNew(), abortSignal)).ok ? 'stored' : 'seen-before';
  }

  /**
   * When the group's latest notification arrived, epoch ms; undefined when the journal holds none. One read of keys: storing
   * it with each notification would be a second write on the hot path.
   */
  async lastArrival(groupId: string): Promise<number | undefined> {
    const key = when`${path('groupId')} = ${groupId}`;
    const { items } = await this.#table.query({ index: 'feed', key, limit: 1, descending: true });
    return items[0] && Date.parse(timeOfArrival(items[0].arrival));
  }

  /** A page of the feed: the keys of the entries in this range of arrivals, oldest first. */
  async feed(groupId: string, range: Range, limit: number) {
    const key = when`${path('groupId')} = ${groupId} AND ${path('arrival')} BETWEEN ${range.low} AND ${range.high}`;
    const page = await this.#table.query({ index: 'feed', key, limit });
    const items = page.items.map(({ groupDay, entry, arrival }) => ({ groupDay, entry, at: arrival }));
    return { items, more: page.lastKey !== undefined };
  }

  /** The messages in the order of the keys; undefined for those that have expired. */
  async entries(
    keys: readonly Pick<JournalEntry, 'groupDay' | 'entry'>[],
    clock: Clock,
  ): Promise<(JournalEntry | undefined)[]> {
    const wanted = keys.map(({ groupDay, entry }) => ({ groupDay, entry }));
    const nameOf = ({ groupDay, entry }: Pick<JournalEntry, 'groupDay' | 'entry'>) =>
      JSON.stringify([groupDay, entry]);
    const found = new Map<string, JournalEntry>();
    // An entry of the index may be there before an eventually consistent read finds its message.
    for (const consistent of [false, true]) {
      const missing = wanted.filter((key) => !found.has(nameOf(key)));
      const read = missing.length > 0 ? await this.#table.getMany(missing, { consistent }) : [];
      for (const item of read) found.set(nameOf(item), fromStored(item));
    }
    return keys.map((key) => {
      const entry = found.get(nameOf(key));
      return entry && entry.expiresAt > seconds(clock()) ? entry : undefined;
    });
  }
}
