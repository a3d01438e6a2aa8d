/**
 * Lists in the order of positions, merged from one or more partitions of an index, with limits on what one request
 * reads (I-8). Pure: the caller reads the pages.
 */

import { forEachInParallel } from '../collections.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { MAX_BATCH_KEYS } from './table.ts';

/** An entry of an index, with its position, which is unique in the list. */
export interface Positioned {
  readonly at: string;
}

/** A range of positions; includes both ends. */
export interface Range {
  readonly low: string;
  readonly high: string;
  readonly order: 'asc' | 'desc';
}

/** Reads one page of one partition. */
export type ReadPage<T> = (range: Range, limit: number) => Promise<{ items: readonly T[]; more: boolean }>;

/** The rest of a range from a position on, which is included. */
const startingAt = (range: Range, at: string | undefined): Range => {
  if (at === undefined) return range;
  return range.order === 'asc'
    ? { ...range, low: at > range.low ? at : range.low }
    : { ...range, high: at < range.high ? at : range.high };
};

/** How many entries are read at a time: `first`, then twice as many each time, up to `max`. */
export interface PageSizes {
  readonly first: number;
  readonly max: number;
}

/** The entries of one partition after `after`, page by page. */
async function* entries<T extends Positioned>(
  read: ReadPage<T>,
  range: Range,
  after: string | undefined,
  { first, max }: PageSizes,
): AsyncGenerator<T, void> {
  let last = after;
  for (let size = first; ; size = Math.min(2 * size, max)) {
    const rest = startingAt(range, last);
    if (rest.low > rest.high) return;
    const { items, more } = await read(rest, size + 1);
    const fresh = items.filter(({ at }) => at !== last);
    yield* fresh;
    last = fresh.at(-1)?.at ?? last;
    if (!more) return;
  }
}

/**
 * Merges sorted lists into one sorted list. Of each list, only the first page is read before its entries are needed. An entry that
 * moved from one list to another in the meantime is returned once.
 */
export async function* mergedLists<T extends Positioned>(
  lists: readonly AsyncGenerator<T, void>[],
  order: Range['order'],
): AsyncGenerator<T, void> {
  const open: { readonly source: AsyncGenerator<T, void>; head: IteratorResult<T, void> }[] = [];
  await forEachInParallel(lists, async (source) => {
    open.push({ source, head: await source.next() });
  });
  const before = (a: T, b: T) => (order === 'asc' ? a.at < b.at : a.at > b.at);
  let last: string | undefined;
  for (;;) {
    const first = open.reduce<(typeof open)[number] | undefined>(
      (best, one) =>
        !one.head.done && (!best || best.head.done || before(one.head.value, best.head.value)) ? one : best,
      undefined,
    );
    if (!first || first.head.done) return;
    if (first.head.value.at !== last) yield first.head.value;
    last = first.head.value.at;
    // After the yield, so that a page that is not needed is not read.
    first.head = await first.source.next();
  }
}

/** The entries of several partitions as one list. */
export const merged = <T extends Positioned>(
  sources: readonly ReadPage<T>[],
  range: Range,
  after: string | undefined,
  pageSize: number | PageSizes,
): AsyncGenerator<T, void> => {
  const { first, max } = typeof pageSize === 'number' ? { first: pageSize, max: pageSize } : pageSize;
  // Each partition is read by half pages, since its entries fill only a part of the page.
  const share = (size: number) => (sources.length === 1 ? size : Math.ceil(size / 2));
  const sizes = { first: share(first), max: share(max) };
  return mergedLists(
    sources.map((read) => entries(read, range, after, sizes)),
    range.order,
  );
};

/** A list in chunks of `size`. `more`: another chunk follows. */
export async function* chunked<T>(
  list: AsyncGenerator<T, void>,
  size: number,
): AsyncGenerator<{ readonly entries: readonly T[]; readonly more: boolean }, void> {
  let entries: T[] = [];
  for await (const entry of list) {
    if (entries.length === size) {
      yield { entries, more: true };
      entries = [];
    }
    entries.push(entry);
  }
  if (entries.length > 0) yield { entries, more: false };
}

/**
 * The most bytes that a value takes in a response of Lambda, as JSON, NDJSON or CSV: the text of the response is escaped in JSON,
 * and CSV doubles quotes before that.
 */
export const answerBytes = (value: unknown): number => {
  const json = JSON.stringify(value);
  return Buffer.byteLength(json) + 3 * (json.match(/["\\]/g)?.length ?? 0);
};

export interface Collected<V> {
  readonly items: readonly V[];
  /** The position after which the list continues; absent at the end of the list. */
  readonly next?: string;
}

export interface Bounds {
  /** The maximum number of items of a page. */
  readonly limit: number;
  /** The maximum number of entries that are read, whether they match or not. */
  readonly entries: number;
  /** The maximum size of a page, in {@link answerBytes}. */
  readonly bytes: number;
}

/**
 * A page: the entries for which `load` returns a view. Ends early when a limit is reached.
 * @param load returns the views of some entries in their order, undefined for an entry that does not match
 */
export const collect = async <T extends Positioned, V>(
  list: AsyncGenerator<T, void>,
  bounds: Bounds,
  load: (entries: readonly T[]) => Promise<readonly (V | undefined)[]>,
): Promise<Collected<V>> => {
  const items: V[] = [];
  let read = 0;
  let bytes = 0;
  let last: string | undefined;
  let ahead = await list.next();
  while (!ahead.done) {
    const size = Math.min(MAX_BATCH_KEYS, bounds.limit - items.length, bounds.entries - read);
    if (size <= 0 || bytes >= bounds.bytes) return omitUndefined({ items, next: last });
    const batch: T[] = [];
    while (batch.length < size && !ahead.done) {
      batch.push(ahead.value);
      ahead = await list.next();
    }
    for (const [index, view] of (await load(batch)).entries()) {
      // One batch can exceed the size of a page.
      if (bytes >= bounds.bytes) return omitUndefined({ items, next: last });
      read += 1;
      last = batch[index]?.at;
      if (view === undefined) continue;
      items.push(view);
      bytes += answerBytes(view);
    }
  }
  return { items };
};
