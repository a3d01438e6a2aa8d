/** What has been read of a list so far, and how many of its items may be asked for next. */

import { withPage } from '../../commands/page-uri.ts';
import type { KnownSize } from '../../commands/sizes/answer-sizes-store.ts';
import { expectPage } from '../../commands/sizes/expectation.ts';
import { type ListPage, readPage } from '../../commands/sizes/list-page.ts';
import { measurePage } from '../../commands/sizes/measure.ts';
import {
  added,
  fittingPage,
  NOTHING_MEASURED,
  PLANNED_BYTES,
  predictedBytes,
  type SizeStatistics,
} from '../../commands/sizes/statistics.ts';
import { Problem } from '../../platform/errors.ts';
import { utf8Bytes } from '../../protocol/limits.ts';
import type { CommandCall } from '../../protocol/messages.ts';
import type { CallOnce, Reply } from '../reply.ts';
import type { Position } from './stitch.ts';

/** What an HTTP answer can hold (Lambda returns 6 MB, and the text is written into JSON on the way). */
export const MAX_LIST_BYTES = 5 * 1024 * 1024;

export const listTooLarge = () =>
  new Problem(
    502,
    'answer-too-large',
    `The list is larger than the ${MAX_LIST_BYTES} bytes that can be returned at once; ask for pages (page[limit]) or filter it.`,
  );

/** An answer that ends the reading: NetBackup's own refusal of one page. */
export class OtherAnswer extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super('NetBackup answered a page of the list with something else.');
    this.reply = reply;
  }
}

/**
 * Items that follow each other, of which any may be the one that was too large: they are asked for one by one, until one
 * explains it or all of them have come.
 */
export class Suspicion {
  #page = 0;
  #left = 0;

  /** A page of so many items was too large. */
  begin(items: number): void {
    this.#page = items;
    this.#left = items;
  }

  /** How many items are still to be asked for one by one. */
  get left(): number {
    return this.#left;
  }

  /** @param usual what an item usually has, as far as that is known */
  note(sizes: readonly number[], usual: number): void {
    const largest = Math.max(0, ...sizes);
    const isExplained = largest > 3 * usual && largest * this.#page > PLANNED_BYTES;
    this.#left = isExplained ? 0 : Math.max(0, this.#left - sizes.length);
  }
}

interface Asked {
  readonly reply: Reply;
  readonly asked: number;
}

export class Reading {
  readonly #once: CallOnce;
  readonly #call: CommandCall;
  /** By the number of items before them. */
  readonly #pages = new Map<number, ListPage>();
  /** Somebody's page of this list was too large, and nobody has found out why: every item is suspected. */
  readonly #isDoubted: boolean;
  #items: SizeStatistics;
  #bytes = 0;
  /** The end of the last page whose turn it was. */
  #lastTurn: Promise<void> = Promise.resolve();
  /** Whether a page of it was too large, now or before. */
  wasDoubted: boolean;
  /** One page has failed: the others are of no use. */
  hasFailed = false;
  last: Reply | undefined;

  constructor(once: CallOnce, call: CommandCall, { own }: KnownSize) {
    this.#once = once;
    this.#call = call;
    this.#items = own.statistics;
    this.#isDoubted = own.isDoubted;
    this.wasDoubted = own.isDoubted;
  }

  #isOneByOne(suspicion: Suspicion): boolean {
    return this.#isDoubted || suspicion.left > 0;
  }

  /** How many items may be asked for at once, of so many that are wanted. */
  pageSize(wanted: number, suspicion: Suspicion): number {
    if (this.#isOneByOne(suspicion)) return 1;
    const fitting = fittingPage(this.#items);
    // Even pages: 50 and 50 rather than 60 and 40.
    return wanted === Number.POSITIVE_INFINITY ? fitting : Math.ceil(wanted / Math.ceil(wanted / fitting));
  }

  /** Whether several pages may be under way at a time. */
  get mayBeParallel(): boolean {
    return !this.#isDoubted;
  }

  /** Whether so many would fit into one message. */
  fits(items: number): boolean {
    return !this.#isDoubted && this.#items.count > 0 && predictedBytes(this.#items, items) <= PLANNED_BYTES;
  }

  /** Nobody has asked for this list before, as far as anybody remembers. */
  get isUnknown(): boolean {
    return !this.wasDoubted && this.#items.count === 0;
  }

  expectedBytes(items: number): number {
    return items * this.#usualItem();
  }

  /**
   * Asks for one page. `asked`: less than `size` when that turned out too large on the way. From then on one page of this list
   * is under way at a time: two of unknown size would have to be tried again one by one.
   */
  async ask(position: Position, size: number, suspicion: Suspicion): Promise<Asked> {
    if (!this.wasDoubted) return this.#askNow(position, size, suspicion);
    const turn = this.#lastTurn.then(() => {
      if (this.hasFailed) throw new Error('Another page of this list has failed.');
      return this.#askNow(position, size, suspicion);
    });
    this.#lastTurn = turn.then(
      () => {},
      () => {},
    );
    return turn;
  }

  async #askNow(position: Position, size: number, suspicion: Suspicion): Promise<Asked> {
    const uri = withPage(this.#call.uri, { ...position, limit: size, disable: undefined });
    // Where every item may be the large one, each is looked up before it is asked for.
    const expectation = this.#isOneByOne(suspicion) ? undefined : expectPage(this.#items, size);
    const reply = await this.#once({ ...this.#call, uri }, expectation, size);
    const asked = reply.command.page ?? size;
    if (asked < size) {
      suspicion.begin(size);
      this.wasDoubted = true;
      // What was known did not hold.
      this.#items = NOTHING_MEASURED;
    }
    this.last = reply;
    return { reply, asked };
  }

  /** Keeps a page. @throws Problem 502 when all of them are too much */
  keep(before: number, page: ListPage, { command, answer }: Reply, suspicion: Suspicion): void {
    this.#pages.set(before, page);
    const bytes = utf8Bytes(answer.body);
    const { sizes } = measurePage(page, command.answerBytes ?? bytes);
    suspicion.note(sizes, this.#usualItem());
    this.#items = added(this.#items, sizes);
    this.#bytes += bytes;
    if (this.#bytes > MAX_LIST_BYTES) throw listTooLarge();
  }

  /** Asks for one page and keeps it. @throws OtherAnswer */
  async next(before: number, position: Position, size: number, suspicion: Suspicion): Promise<ListPage> {
    const { reply } = await this.ask(position, size, suspicion);
    const page = reply.answer.status === 200 ? readPage(reply.answer.body) : undefined;
    if (!page) throw new OtherAnswer(reply);
    this.keep(before, page, reply, suspicion);
    return page;
  }

  /** In the order of the list; nothing after the first gap. */
  inOrder(): ListPage[] {
    const pages: ListPage[] = [];
    let before = 0;
    for (let page = this.#pages.get(0); page && page.items.length > 0; page = this.#pages.get(before)) {
      pages.push(page);
      before += page.items.length;
    }
    return pages.length > 0 ? pages : [...this.#pages.values()].slice(0, 1);
  }

  #usualItem(): number {
    return this.#items.total / Math.max(1, this.#items.count);
  }
}
