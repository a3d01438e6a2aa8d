/** One list, read in pages that fit into a message each, and put together as its caller asked for it. */
import { Problem } from '../../platform/errors.ts';
import { utf8Bytes } from '../../protocol/limits.ts';
import type { CommandCall } from '../../protocol/messages.ts';
import type { Group } from '../../sessions/group.ts';
import type { CallOnce, Reply } from '../call-netbackup.ts';
import { versionFor, withMediaType } from '../request.ts';
import type { KnownSize } from '../sizes/answer-sizes-store.ts';
import { expectAnswer, expectPage } from '../sizes/expectation.ts';
import { measurePage } from '../sizes/measure.ts';
import {
  added,
  fittingPage,
  NOTHING_MEASURED,
  PLANNED_BYTES,
  type SizeStatistics,
} from '../sizes/statistics.ts';
import type { SubmitContext } from '../submit.ts';
import { type ListWish, wishOf } from './list-wish.ts';
import { withPage } from './page-uri.ts';
import { isOffsetStyle, type ListPage, listed, nextPage, type Position, readPage, stitch } from './stitch.ts';

/** Pages of one list that are under way at a time. NetBackup may take seconds for each. */
const PARALLEL = 12;
/** What an HTTP answer can hold (Lambda returns 6 MB, and the text is written into JSON on the way). */
const MAX_LIST_BYTES = 5 * 1024 * 1024;

const listTooLarge = () =>
  new Problem(
    502,
    'answer-too-large',
    `The list is larger than the ${MAX_LIST_BYTES} bytes that can be returned at once; ask for pages (page[limit]) or filter it.`,
  );

/** An answer that ends the reading: NetBackup's own refusal of one page. */
class OtherAnswer extends Error {
  readonly reply: Reply;
  constructor(reply: Reply) {
    super('NetBackup answered a page of the list with something else.');
    this.reply = reply;
  }
}

/** What has been read of a list so far. */
class Reading {
  readonly #once: CallOnce;
  readonly #call: CommandCall;
  /** By the number of items before them. */
  readonly #pages = new Map<number, ListPage>();
  #items: SizeStatistics;
  #bytes = 0;
  /** How many items the page had that was too large. */
  #suspected = Number.POSITIVE_INFINITY;
  /** Read item by item: any of them may be the large one. */
  isDoubted: boolean;
  wasDoubted: boolean;
  /** One page has failed: the others are of no use. */
  hasFailed = false;
  last: Reply | undefined;

  constructor(once: CallOnce, call: CommandCall, known: KnownSize) {
    this.#once = once;
    this.#call = call;
    this.#items = known.own.statistics;
    this.isDoubted = known.own.isDoubted;
    this.wasDoubted = this.isDoubted;
  }

  /** How many items may be asked for at once, of so many that are wanted. */
  pageSize(wanted: number): number {
    const fitting = this.isDoubted ? 1 : fittingPage(this.#items);
    // Even pages: 50 and 50 rather than 60 and 40.
    return wanted === Number.POSITIVE_INFINITY ? fitting : Math.ceil(wanted / Math.ceil(wanted / fitting));
  }

  /** Whether so many would fit into one message. */
  fits(items: number): boolean {
    return !this.isDoubted && this.#items.count > 0 && items <= fittingPage(this.#items);
  }

  expectedBytes(items: number): number {
    return this.#items.count === 0 ? 0 : (items * this.#items.total) / this.#items.count;
  }

  /** Asks for one page. `asked`: less than `size` when that turned out too large on the way. */
  async ask(position: Position, size: number): Promise<{ reply: Reply; asked: number }> {
    const call = {
      ...this.#call,
      uri: withPage(this.#call.uri, { ...position, limit: size, disable: undefined }),
    };
    // Where every item may be the large one, each is looked up before it is asked for.
    const expectation = this.isDoubted ? undefined : expectPage(this.#items, size);
    const reply = await this.#once(call, expectation, size);
    const asked = reply.command.page ?? size;
    if (asked < size) this.#beginDoubt(size);
    this.last = reply;
    return { reply, asked };
  }

  /** Keeps a page. @throws Problem 502 when all of them are too much */
  keep(before: number, page: ListPage, { command, answer }: Reply): void {
    this.#pages.set(before, page);
    const bytes = utf8Bytes(answer.body);
    const { sizes } = measurePage(page, command.answerBytes ?? bytes);
    if (this.isDoubted) this.#reconsider(sizes);
    this.#items = added(this.#items, sizes);
    this.#bytes += bytes;
    if (this.#bytes > MAX_LIST_BYTES) throw listTooLarge();
  }

  /** What was known did not hold: everything is measured anew. */
  #beginDoubt(size: number): void {
    this.isDoubted = true;
    this.wasDoubted = true;
    this.#suspected = size;
    this.#items = NOTHING_MEASURED;
  }

  /** The doubt is over when an item explains it, or when none of those that were suspected is the large one. */
  #reconsider(sizes: readonly number[]): void {
    const isExplained = sizes.some((size) => this.#items.count === 0 || size > 3 * this.#usualItem());
    const page = this.#suspected;
    const wasTooLarge = page !== Number.POSITIVE_INFINITY && Math.max(...sizes) * page > PLANNED_BYTES;
    this.#suspected -= sizes.length;
    if ((isExplained && wasTooLarge) || this.#suspected <= 0) this.isDoubted = false;
  }

  #usualItem(): number {
    return this.#items.total / Math.max(1, this.#items.count);
  }

  /** @throws OtherAnswer */
  async next(before: number, position: Position, size: number): Promise<ListPage> {
    const { reply } = await this.ask(position, size);
    const page = reply.answer.status === 200 ? readPage(reply.answer.body) : undefined;
    if (!page) throw new OtherAnswer(reply);
    this.keep(before, page, reply);
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
}

/** Page after page, each by what the one before says. */
const readByCursor = async (reading: Reading, first: ListPage, { page, limit }: ListWish): Promise<void> => {
  let latest = first;
  let before = first.items.length;
  let cursor: string | undefined;
  while (before < limit && latest.items.length > 0) {
    const position = nextPage(latest, page, before);
    const next = JSON.stringify(position);
    // A cursor that leads to itself would never end.
    if (!position || next === cursor) return;
    cursor = next;
    latest = await reading.next(before, position, reading.pageSize(limit - before));
    before += latest.items.length;
  }
};

/** The items from `start` on, `length` of them. @returns how many there were */
const readRange = async (
  reading: Reading,
  { page }: ListWish,
  start: number,
  length: number,
): Promise<number> => {
  let got = 0;
  while (got < length && !reading.hasFailed) {
    const before = start + got;
    const position = { offset: (page.offset ?? 0) + before };
    const read = await reading.next(before, position, Math.min(length - got, reading.pageSize(length - got)));
    got += read.items.length;
    if (read.items.length === 0 || !nextPage(read, page, start + got)) break;
  }
  return got;
};

/** Several ranges at a time: NetBackup may take seconds for each, and where they begin is known. */
const readByOffset = async (reading: Reading, first: ListPage, wish: ListWish): Promise<void> => {
  const { count } = first.pagination;
  const isCounted = typeof count === 'number';
  let start = first.items.length;
  let end = isCounted ? Math.min(wish.limit, count - (wish.page.offset ?? 0)) : wish.limit;
  const worker = async (_: unknown, index: number): Promise<void> => {
    // One item after the other, as soon as any of them may be the large one.
    while (start < end && !reading.hasFailed && (index === 0 || !reading.isDoubted)) {
      const from = start;
      const length = reading.pageSize(end - start);
      start += length;
      try {
        const got = await readRange(reading, wish, from, length);
        if (got < length) end = Math.min(end, from + got);
      } catch (error) {
        reading.hasFailed = true;
        throw error;
      }
    }
  };
  const parallel = isCounted && !reading.isDoubted ? PARALLEL : 1;
  await Promise.all(Array.from({ length: parallel }).map(worker));
};

/** NetBackup gives so many items at a time in any list; more than that some lists refuse and some cut short. */
const USUAL_MAX_LIMIT = 100;

/**
 * What NetBackup says to more items than it usually gives: its own refusal, or how many it gives instead. Asked behind the
 * end of the list, where the answer is small.
 */
const acceptedLimit = async (once: CallOnce, call: CommandCall, first: ListPage, limit: number) => {
  if (!isOffsetStyle(first)) {
    const detail = `A list with cursors gives at most ${USUAL_MAX_LIMIT} items a page: page[limit] is ${limit}.`;
    throw new Problem(400, 'page-limit-too-large', detail);
  }
  const { count } = first.pagination;
  const offset = typeof count === 'number' ? count : 1_000_000_000;
  const reply = await once({ ...call, uri: withPage(call.uri, { offset, limit }) }, undefined, 1);
  if (reply.answer.status !== 200) throw new OtherAnswer(reply);
  const accepted = readPage(reply.answer.body)?.pagination.limit;
  return typeof accepted === 'number' && accepted > 0 ? Math.min(limit, accepted) : limit;
};

const readAll = async (reading: Reading, first: ListPage, wish: ListWish): Promise<void> => {
  const { count } = first.pagination;
  if (wish.kind === 'all' && typeof count === 'number' && reading.expectedBytes(count) > MAX_LIST_BYTES)
    throw listTooLarge();
  const isMore = nextPage(first, wish.page, first.items.length) !== undefined;
  if (first.items.length >= wish.limit || first.items.length === 0 || !isMore) return;
  if (isOffsetStyle(first)) await readByOffset(reading, first, wish);
  else await readByCursor(reading, first, wish);
};

/**
 * Reads what a GET asks for as a list. Undefined when it does not look like one: then it is asked for as it is.
 * @throws Problem as for a single call
 */
export const readList = async (
  context: Pick<SubmitContext, 'sizes'>,
  group: Group,
  given: CommandCall,
  known: KnownSize,
  once: CallOnce,
): Promise<Reply | undefined> => {
  const wish = wishOf(given.uri, known);
  if (!wish) return undefined;
  // All pages in one version, which decides their style: the first answer may be what the group's is learned from.
  const version = versionFor(given.uri, group.netbackupApiVersion);
  const call = { ...given, headers: withMediaType(given.headers, version) };
  const reading = new Reading(once, call, known);
  const asItIs = () => once(call, expectAnswer(known, call.uri), wish.page.limit);
  if (wish.kind === 'default' && reading.fits(wish.limit) && !known.isRefused) return asItIs();
  try {
    const size = reading.pageSize(wish.limit);
    const { reply, asked } = await reading.ask({}, size);
    if (wish.kind === 'page' && asked === wish.limit) return reply;
    if (reply.answer.status !== 200) return wish.kind === 'page' ? reply : undefined;
    const first = readPage(reply.answer.body);
    if (!first) {
      // Fewer than were asked for: whatever it says of further ones, that is all.
      const isWhole = (listed(reply.answer.body) ?? asked) < asked;
      return wish.kind === 'page' && isWhole ? reply : undefined;
    }
    // It gives what it gives, whatever it is asked for.
    if (first.items.length > asked) return reply;
    reading.keep(0, first, reply);
    const isAll = nextPage(first, wish.page, first.items.length) === undefined;
    if (wish.kind === 'all' && isAll) return await asItIs();
    if (wish.kind === 'default' && reading.fits(wish.limit) && !known.isRefused) return await asItIs();
    const limit =
      wish.kind === 'page' && wish.limit > USUAL_MAX_LIMIT
        ? await acceptedLimit(once, call, first, wish.limit)
        : wish.limit;
    await readAll(reading, first, { ...wish, limit });
    if (wish.kind === 'default' && reading.fits(wish.limit) && !known.isRefused) return await asItIs();
    const pages = reading.inOrder();
    const items = pages.reduce((sum, { items }) => sum + items.length, 0);
    if (reading.wasDoubted) await context.sizes.trust(group.groupId, call.uri);
    const body = stitch(pages, wish.kind === 'all' ? Math.max(1, items) : limit, wish.page);
    return { ...(reading.last ?? reply), answer: { ...reply.answer, body } };
  } catch (error) {
    if (error instanceof OtherAnswer) return error.reply;
    throw error;
  }
};
