import { type Clock, DAY_MS, MINUTE_MS, seconds } from '../../platform/clock.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { path, when } from '../../platform/dynamodb/expression.ts';
import { Table } from '../../platform/dynamodb/table.ts';
import { sha256 } from '../../platform/ids.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { ListStyle, Measured } from './measure.ts';
import { type Shape, shapeOf } from './shape.ts';
import { addSizes, NOTHING_MEASURED, type SizeStatistics } from './statistics.ts';

/** After this, measuring starts again: what made responses large may have changed. */
const MEASURED_FOR_S = (7 * DAY_MS) / 1000;
/** How long predictions allow for the largest response seen. */
const LARGEST_FOR_S = DAY_MS / 1000;
/** How long a response that was too large is not requested again, and the list that contains it is read item by item. */
const BLOCKED_FOR_S = (30 * MINUTE_MS) / 1000;
/** How long a list that may have been too large is read item by item, unless it is read to its end earlier. */
const OVERSIZED_FOR_S = (10 * MINUTE_MS) / 1000;

/** An item of the table: for a shape, or for one uri whose response was too large. Times are epoch seconds. */
interface StoredSize extends Partial<SizeStatistics> {
  readonly groupId: string;
  readonly shape: string;
  /** When measuring began. */
  readonly since?: number;
  readonly style?: ListStyle;
  readonly defaultLimit?: number;
  readonly largestUntil?: number;
  readonly doubtedUntil?: number;
  readonly refusedUntil?: number;
  readonly expiresAt: number;
}

/** What is known of the responses of one shape. */
export interface KnownResponses {
  readonly statistics: SizeStatistics;
  /** Set when they are lists. */
  readonly style?: ListStyle;
  /** How many items NetBackup returns without a `page[limit]`. */
  readonly defaultLimit?: number;
  /** A page of it was too large, or may have been: it is read item by item. */
  readonly mayBeOversized: boolean;
}

/** What is known of the response to one uri. */
export interface KnownSize {
  readonly own: KnownResponses;
  readonly siblings: KnownResponses;
  /** It was too large within the last 30 minutes, and cannot be requested in parts. */
  readonly isBlocked: boolean;
}

const URI = 'uri#';
const uriKey = (uri: string): string => `${URI}${sha256(uri)}`;

/** From this size on, a single response is recorded for its own shape too, besides the shape of its siblings. */
const LARGE_BYTES = 8 * 1024;

const shapesToRecord = ({ own, siblings }: Shape, { sizes, list }: Measured): string[] => {
  if (list) return [own];
  const isLarge = sizes.some((size) => size >= LARGE_BYTES);
  return isLarge && own !== siblings ? [siblings, own] : [siblings];
};

const isShorterThan = (until: number) =>
  when`attribute_not_exists(${path('doubtedUntil')}) OR ${path('doubtedUntil')} < ${until}`;
const endsBy = (time: number) => when`${path('doubtedUntil')} <= ${time}`;
const startedAfter = (time: number) => when`${path('since')} > ${time}`;
const startedBy = (time: number) =>
  when`attribute_not_exists(${path('since')}) OR ${path('since')} <= ${time}`;
const isSmallerOrExpired = (size: number, now: number) =>
  when`attribute_not_exists(${path('largest')}) OR ${path('largest')} < ${size} OR ${path('largestUntil')} <= ${now}`;

/** The AnswerSizes table: how large the responses of each group's NetBackup are. Its items live for a week at most. */
export class ResponseSizesStore {
  readonly #table: Table<StoredSize>;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
  }

  /** Reads consistently: a uri that was just blocked must not be requested by the next caller. */
  async lookUp(groupId: string, uri: string): Promise<KnownSize> {
    const { own, siblings } = shapeOf(uri);
    const shapes = [...new Set([own, siblings, uriKey(uri)])];
    const keys = shapes.map((shape) => ({ groupId, shape }));
    const found = await this.#table.getMany(keys, { consistent: true });
    const item = (shape: string) => found.find((one) => one.shape === shape);
    const isBlocked = (item(uriKey(uri))?.refusedUntil ?? 0) > this.#now();
    return { own: this.#known(item(own)), siblings: this.#known(item(siblings)), isBlocked };
  }

  /** Records the sizes of items for their list, or of a single response for its siblings, and for its own shape if it is large. */
  async record(groupId: string, uri: string, measured: Measured): Promise<void> {
    for (const shape of shapesToRecord(shapeOf(uri), measured)) await this.#record(groupId, shape, measured);
  }

  /** The response to this uri is too large, and cannot be requested in parts. */
  async block(groupId: string, uri: string): Promise<void> {
    const until = this.#now() + BLOCKED_FOR_S;
    const set = { refusedUntil: until, expiresAt: until };
    await this.#table.update({ groupId, shape: uriKey(uri) }, { set });
    await this.#markOversized(groupId, uri, until);
  }

  /** Removes the mark of a uri: its response was not too large after all. */
  async unblock(groupId: string, uri: string): Promise<void> {
    await this.#table.update({ groupId, shape: uriKey(uri) }, { remove: ['refusedUntil'] });
  }

  /** A page of this list was under way when a message was too large: it may contain an item that is. */
  markOversized(groupId: string, uri: string): Promise<void> {
    // The measurements were wrong, so they start again.
    return this.#markOversized(groupId, uri, this.#now() + OVERSIZED_FOR_S, {
      count: 0,
      total: 0,
      squares: 0,
    });
  }

  /** The list was read to its end, so its items are measured. A mark for longer than {@link OVERSIZED_FOR_S} stays. */
  async clearOversized(groupId: string, uri: string): Promise<void> {
    const key = { groupId, shape: shapeOf(uri).own };
    await this.#table.update(key, { remove: ['doubtedUntil'] }, endsBy(this.#now() + OVERSIZED_FOR_S));
  }

  /** A message was too large that was probably not a response: uris that were blocked for it may be requested again. */
  async unblockAll(groupId: string): Promise<void> {
    const key = when`${path('groupId')} = ${groupId} AND ${path('shape')} BETWEEN ${URI} AND ${`${URI}~`}`;
    const { items } = await this.#table.query({ key, limit: 100, consistent: true });
    for (const { shape } of items) await this.#table.update({ groupId, shape }, { remove: ['refusedUntil'] });
  }

  async #markOversized(
    groupId: string,
    uri: string,
    until: number,
    measured: Partial<SizeStatistics> = {},
  ): Promise<void> {
    const set = { ...measured, doubtedUntil: until, expiresAt: this.#now() + MEASURED_FOR_S };
    await this.#table.update({ groupId, shape: shapeOf(uri).own }, { set }, isShorterThan(until));
  }

  async #record(groupId: string, shape: string, { sizes, list }: Measured): Promise<void> {
    const now = this.#now();
    const { largest = 0, ...sums } = addSizes(NOTHING_MEASURED, sizes);
    const about = { style: list?.style, defaultLimit: list?.limit };
    const oldest = now - MEASURED_FOR_S;
    const change = { set: about, add: { ...sums } };
    const written = await this.#table.update({ groupId, shape }, change, startedAfter(oldest));
    if (written.ok) return this.#recordLargest(written.item, largest);
    const recent = { largest, largestUntil: now + LARGEST_FOR_S };
    const set = { ...about, ...sums, ...recent, since: now, expiresAt: now + MEASURED_FOR_S };
    // If two functions begin at the same time, the lost measurements of the second do not matter.
    await this.#table.update({ groupId, shape }, { set }, startedBy(oldest));
  }

  async #recordLargest(
    { groupId, shape, largest = 0, largestUntil = 0 }: StoredSize,
    size: number,
  ): Promise<void> {
    const now = this.#now();
    if (size <= largest && now < largestUntil) return;
    const set = { largest: size, largestUntil: now + LARGEST_FOR_S };
    await this.#table.update({ groupId, shape }, { set }, isSmallerOrExpired(size, now));
  }

  #known(item: StoredSize | undefined): KnownResponses {
    const mayBeOversized = (item?.doubtedUntil ?? 0) > this.#now();
    const isCurrent = (item?.since ?? 0) > this.#now() - MEASURED_FOR_S;
    if (!item || !isCurrent) return { statistics: NOTHING_MEASURED, mayBeOversized };
    const { count = 0, total = 0, squares = 0, style, defaultLimit, largest, largestUntil = 0 } = item;
    const isRecent = largestUntil > this.#now();
    return {
      statistics: { count, total, squares, ...omitUndefined({ largest: isRecent ? largest : undefined }) },
      ...omitUndefined({ style, defaultLimit }),
      mayBeOversized,
    };
  }

  #now(): number {
    return seconds(this.#clock());
  }
}
