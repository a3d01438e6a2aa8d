import { type Clock, DAY_MS, MINUTE_MS, seconds } from '../../platform/clock.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { path, when } from '../../platform/dynamodb/expression.ts';
import { Table } from '../../platform/dynamodb/table.ts';
import { sha256 } from '../../platform/ids.ts';
import type { ListStyle, Measured } from './measure.ts';
import { type Shape, shapeOf } from './shape.ts';
import { added, NOTHING_MEASURED, type SizeStatistics } from './statistics.ts';

/** After this everything is measured anew: what made answers heavy may have gone. */
const MEASURED_FOR_S = (7 * DAY_MS) / 1000;
/** How long there is room for the largest one that came. */
const LARGEST_FOR_S = DAY_MS / 1000;
/** How long an answer that was too large is not asked for again, and how long a list that held it is read item by item. */
const REFUSED_FOR_S = (30 * MINUTE_MS) / 1000;
/** How long a list that may have been too large is read item by item, unless somebody has read it through before. */
const DOUBTED_FOR_S = (10 * MINUTE_MS) / 1000;

/** An item of the table: of a shape, or of one uri whose answer was too large. Times are epoch seconds. */
interface AnswerSize extends Partial<SizeStatistics> {
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

/** What is known of the answers of one shape. */
export interface KnownAnswers {
  readonly statistics: SizeStatistics;
  /** Set when they are lists. */
  readonly style?: ListStyle;
  /** How many items NetBackup gives when nobody says how many. */
  readonly defaultLimit?: number;
  /** A page of it was too large, or may have been: item by item is the only safe way. */
  readonly isDoubted: boolean;
}

/** What is known of the answer to one uri. */
export interface KnownSize {
  readonly own: KnownAnswers;
  readonly siblings: KnownAnswers;
  /** It was too large, minutes ago, and cannot be asked for in parts. */
  readonly isRefused: boolean;
}

const URI = 'uri#';
const uriKey = (uri: string): string => `${URI}${sha256(uri)}`;

/** From this size on, a single answer is remembered by itself, beside what those of its kind usually have. */
const REMARKABLE_BYTES = 8 * 1024;

const shapesToTeach = ({ own, siblings }: Shape, { sizes, list }: Measured): string[] => {
  if (list) return [own];
  const isRemarkable = sizes.some((size) => size >= REMARKABLE_BYTES);
  return isRemarkable && own !== siblings ? [siblings, own] : [siblings];
};

/** The AnswerSizes table: how large the answers of each group's NetBackup are. Nothing in it outlives a week. */
export class AnswerSizesStore {
  readonly #table: Table<AnswerSize>;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
  }

  /** Read consistently: what was refused a moment ago must not be tried again by the next caller. */
  async of(groupId: string, uri: string): Promise<KnownSize> {
    const { own, siblings } = shapeOf(uri);
    const shapes = [...new Set([own, siblings, uriKey(uri)])];
    const keys = shapes.map((shape) => ({ groupId, shape }));
    const found = await this.#table.getMany(keys, { consistent: true });
    const item = (shape: string) => found.find((one) => one.shape === shape);
    const isRefused = (item(uriKey(uri))?.refusedUntil ?? 0) > this.#now();
    return { own: this.#known(item(own)), siblings: this.#known(item(siblings)), isRefused };
  }

  /** Adds what an answer measured: items to their list, a whole answer to those beside it, and to its own if it is large. */
  async add(groupId: string, uri: string, measured: Measured): Promise<void> {
    for (const shape of shapesToTeach(shapeOf(uri), measured)) await this.#add(groupId, shape, measured);
  }

  /** The answer to this uri is too large, and cannot be asked for in parts. */
  async refuse(groupId: string, uri: string): Promise<void> {
    const until = this.#now() + REFUSED_FOR_S;
    const set = { refusedUntil: until, expiresAt: until };
    await this.#table.update({ groupId, shape: uriKey(uri) }, { set });
    await this.#doubt(groupId, uri, until);
  }

  /** A page of this list was under way when a message was too large: it may hold an item that is. */
  doubt(groupId: string, uri: string): Promise<void> {
    // What was measured did not hold.
    return this.#doubt(groupId, uri, this.#now() + DOUBTED_FOR_S, { count: 0, total: 0, squares: 0 });
  }

  /** The list was read through item by item: what is large in it has been measured. A longer doubt stays. */
  async trust(groupId: string, uri: string): Promise<void> {
    const until = path('doubtedUntil');
    const isShort = when`${until} <= ${this.#now() + DOUBTED_FOR_S}`;
    await this.#table.update({ groupId, shape: shapeOf(uri).own }, { remove: ['doubtedUntil'] }, isShort);
  }

  /** A message was too large that can have been nobody's answer: those that were blamed meanwhile may be asked for again. */
  async acquit(groupId: string): Promise<void> {
    const key = when`${path('groupId')} = ${groupId} AND ${path('shape')} BETWEEN ${URI} AND ${`${URI}~`}`;
    const { items } = await this.#table.query({ key, limit: 100, consistent: true });
    for (const { shape } of items) await this.#table.update({ groupId, shape }, { remove: ['refusedUntil'] });
  }

  async #doubt(
    groupId: string,
    uri: string,
    until: number,
    measured: Partial<SizeStatistics> = {},
  ): Promise<void> {
    const set = { ...measured, doubtedUntil: until, expiresAt: this.#now() + MEASURED_FOR_S };
    const isShorter = when`attribute_not_exists(${path('doubtedUntil')}) OR ${path('doubtedUntil')} < ${until}`;
    await this.#table.update({ groupId, shape: shapeOf(uri).own }, { set }, isShorter);
  }

  async #add(groupId: string, shape: string, { sizes, list }: Measured): Promise<void> {
    const now = this.#now();
    const { largest = 0, ...sums } = added(NOTHING_MEASURED, sizes);
    const about = { style: list?.style, defaultLimit: list?.limit };
    const isCurrent = when`${path('since')} > ${now - MEASURED_FOR_S}`;
    const change = { set: about, add: { ...sums } };
    const written = await this.#table.update({ groupId, shape }, change, isCurrent);
    if (written.ok) return this.#noteLargest(written.item, largest);
    const lately = { largest, largestUntil: now + LARGEST_FOR_S };
    const set = { ...about, ...sums, ...lately, since: now, expiresAt: now + MEASURED_FOR_S };
    const isOutdated = when`attribute_not_exists(${path('since')}) OR ${path('since')} <= ${now - MEASURED_FOR_S}`;
    // Two that begin at once: the second one's measurements are not missed.
    await this.#table.update({ groupId, shape }, { set }, isOutdated);
  }

  async #noteLargest(
    { groupId, shape, largest = 0, largestUntil = 0 }: AnswerSize,
    size: number,
  ): Promise<void> {
    const now = this.#now();
    if (size <= largest && now < largestUntil) return;
    const set = { largest: size, largestUntil: now + LARGEST_FOR_S };
    const isLarger = when`attribute_not_exists(${path('largest')}) OR ${path('largest')} < ${size} OR ${path('largestUntil')} <= ${now}`;
    await this.#table.update({ groupId, shape }, { set }, isLarger);
  }

  #known(item: AnswerSize | undefined): KnownAnswers {
    const isDoubted = (item?.doubtedUntil ?? 0) > this.#now();
    const isCurrent = (item?.since ?? 0) > this.#now() - MEASURED_FOR_S;
    if (!item || !isCurrent) return { statistics: NOTHING_MEASURED, isDoubted };
    const { count = 0, total = 0, squares = 0, style, defaultLimit, largest, largestUntil = 0 } = item;
    const isLate = largest !== undefined && largestUntil > this.#now();
    return {
      statistics: { count, total, squares, ...(isLate ? { largest } : {}) },
      ...(style === undefined ? {} : { style }),
      ...(defaultLimit === undefined ? {} : { defaultLimit }),
      isDoubted,
    };
  }

  #now(): number {
    return seconds(this.#clock());
  }
}
