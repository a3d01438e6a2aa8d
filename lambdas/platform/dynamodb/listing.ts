/**
 * Lists in the order of positions, put together from one or more partitions of an index, with a bound on what one request
 * reads (I-8). Pure: where pages come from is the caller's business.
 */

/** What every entry of an index has: its place in the list. No two entries of a list have the same. */
export interface Positioned {
  readonly at: string;
}

/** Both ends belong to it. */
export interface Range {
  readonly low: string;
  readonly high: string;
  readonly order: 'asc' | 'desc';
}

/** Reads one page of one partition. */
export type ReadPage<T> = (range: Range, limit: number) => Promise<{ items: readonly T[]; more: boolean }>;

/** The range from a position on, in the range's own direction. The position itself belongs to it still. */
export const from = (range: Range, at: string | undefined): Range => {
  if (at === undefined) return range;
  return range.order === 'asc'
    ? { ...range, low: at > range.low ? at : range.low }
    : { ...range, high: at < range.high ? at : range.high };
};

/** The entries of one partition behind `after`, page by page. */
async function* entries<T extends Positioned>(
  read: ReadPage<T>,
  range: Range,
  after: string | undefined,
  pageSize: number,
): AsyncGenerator<T, void> {
  let last = after;
  for (;;) {
    const rest = from(range, last);
    if (rest.low > rest.high) return;
    const { items, more } = await read(rest, pageSize + 1);
    const fresh = items.filter(({ at }) => at !== last);
    yield* fresh;
    last = fresh.at(-1)?.at ?? last;
    if (!more) return;
  }
}

/** The entries of several partitions as one list. */
export async function* merged<T extends Positioned>(
  sources: readonly ReadPage<T>[],
  range: Range,
  after: string | undefined,
  pageSize: number,
): AsyncGenerator<T, void> {
  // Each partition gives a share of the page; one that gives more is asked again.
  const share = sources.length === 1 ? pageSize : Math.ceil(pageSize / 2);
  const open = await Promise.all(
    sources.map(async (read) => {
      const source = entries(read, range, after, share);
      return { source, head: await source.next() };
    }),
  );
  const before = (a: T, b: T) => (range.order === 'asc' ? a.at < b.at : a.at > b.at);
  for (;;) {
    const first = open.reduce<(typeof open)[number] | undefined>(
      (best, one) =>
        !one.head.done && (!best || best.head.done || before(one.head.value, best.head.value)) ? one : best,
      undefined,
    );
    if (!first || first.head.done) return;
    yield first.head.value;
    // Only now: what nobody asks for is not read.
    first.head = await first.source.next();
  }
}

/** A list in chunks of `size`; each tells whether another one follows. */
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

export interface Collected<V> {
  readonly items: readonly V[];
  /** The position after which the list goes on; undefined when all of it has been seen. */
  readonly next?: string;
}

export interface Bounds {
  /** The most that a page holds. */
  readonly limit: number;
  /** The most entries that are looked at, whether they match or not. */
  readonly entries: number;
  /** The most bytes of answer. */
  readonly bytes: number;
}

/** BatchGetItem takes that many. */
const MAX_AT_A_TIME = 100;

/**
 * A page: the entries for which `load` gives something. Ends early, with the position to go on from, when a bound is
 * reached.
 * @param load the views of some entries, undefined for one that does not belong to the list
 */
export const collect = async <T extends Positioned, V>(
  list: AsyncGenerator<T, void>,
  bounds: Bounds,
  load: (entries: readonly T[]) => Promise<readonly (V | undefined)[]>,
): Promise<Collected<V>> => {
  const items: V[] = [];
  let looked = 0;
  let bytes = 0;
  let last: string | undefined;
  let ahead = await list.next();
  while (!ahead.done) {
    const size = Math.min(MAX_AT_A_TIME, bounds.limit - items.length, bounds.entries - looked);
    if (size <= 0 || bytes >= bounds.bytes) return { items, ...(last === undefined ? {} : { next: last }) };
    const batch: T[] = [];
    while (batch.length < size && !ahead.done) {
      batch.push(ahead.value);
      ahead = await list.next();
    }
    for (const [index, view] of (await load(batch)).entries()) {
      // One batch can hold more bytes than an answer.
      if (bytes >= bounds.bytes) return { items, ...(last === undefined ? {} : { next: last }) };
      looked += 1;
      last = batch[index]?.at;
      if (view === undefined) continue;
      items.push(view);
      bytes += Buffer.byteLength(JSON.stringify(view));
    }
  }
  return { items };
};
