/**
 * The feed: every stored notification in the order of arrival. A reader that continues from its last place misses none, although
 * the index of arrivals is eventually consistent: each request reads its last minutes again, and returns what has appeared there.
 */
import { type Clock, MINUTE_MS, milliseconds, timeKey } from '../platform/clock.ts';
import { answerBytes, merged, type Range } from '../platform/dynamodb/listing.ts';
import { type EventView, eventsOf } from './event-view.ts';
import { ALL, type Place, ReadMessages, startOf } from './feed-place.ts';
import type { JournalEntry, JournalStore } from './journal-store.ts';

export interface FeedQuery {
  readonly groupId: string;
  /** Only events of this kind. */
  readonly object: string | undefined;
  /** Arrived from the first time up to, not including, the second; epoch seconds. */
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly after: Place | undefined;
  readonly limit: number;
}

export interface FeedPage {
  readonly items: readonly EventView[];
  /** Where to continue, now or later. */
  readonly place: Place;
  /** Whether more is available now. */
  readonly more: boolean;
}

/** How long a message may take from its arrival to the index. Nothing looks for it later. */
export const SETTLED_MS = 5 * MINUTE_MS;
/**
 * A cursor names the messages of that time that have been read, so their number is limited: further messages are shown when the first
 * are settled. NetBackup sends one in 5 s (PRP-3), which are 60.
 */
const MAX_RECENT = 150;
/** How many messages one request reads; a message has up to 128 KB. */
const MAX_MESSAGES = 200;
const BATCH_SIZE = 25;
/** How many are read first: a few can fill the page, and each may have 128 KB. */
const FIRST_BATCH = 5;
const MAX_BYTES = 3_000_000;

/** An `arrival` is `time#digest`, and `$` sorts after `#`: the end of a millisecond. */
const endOf = (ms: number): string => `${timeKey(ms)}$`;

const rangeOf = ({ from, to }: FeedQuery, until: number): Range => {
  const last = to === undefined ? until : Math.min(until, milliseconds(to) - 1);
  return { low: timeKey(milliseconds(from ?? 0)), high: endOf(last), order: 'asc' };
};

const earlier = (a: string, b: string): string => (a < b ? a : b);
const later = (a: string, b: string): string => (a < b ? b : a);

/** An entry of the feed that has not been read to its end. `before`: the arrival before it, up to which everything has been read. */
interface Unread extends Pick<JournalEntry, 'groupDay' | 'entry'> {
  readonly at: string;
  readonly before: string;
}

/** Collects the events of a page. */
class PageOfEvents {
  readonly items: EventView[] = [];
  #bytes = 0;
  readonly #query: FeedQuery;

  constructor(query: FeedQuery) {
    this.#query = query;
  }

  get isFull(): boolean {
    return this.items.length >= this.#query.limit || this.#bytes >= MAX_BYTES;
  }

  /** @param read how many events of the message have been read; @returns how many are now, {@link ALL} at its end */
  add(message: JournalEntry | undefined, read: number): number {
    const { object } = this.#query;
    for (const [index, event] of (message ? eventsOf(message) : []).entries()) {
      if (index < read) continue;
      if (this.isFull) return index;
      if (object !== undefined && event.object !== object) continue;
      this.items.push(event);
      this.#bytes += answerBytes(event);
    }
    return ALL;
  }
}

/** The entries of a range after `start` that have not been read to their end. */
async function* unread(
  journal: Pick<JournalStore, 'feed'>,
  { groupId, limit }: FeedQuery,
  range: Range,
  start: string,
  known: ReadMessages,
): AsyncGenerator<Unread, void> {
  const read = (rest: Range, count: number) => journal.feed(groupId, rest, count);
  let before = start;
  for await (const entry of merged([read], range, start, known.size + Math.min(limit, BATCH_SIZE))) {
    if (known.of(entry.at) < ALL) yield { ...entry, before };
    before = entry.at;
  }
}

/** Reads in batches. A page that continues within a message may need only that message. */
async function* inBatches(entries: AsyncGenerator<Unread, void>, known: ReadMessages) {
  let batch: Unread[] = [];
  let size = 0;
  for await (const one of entries) {
    size ||= known.of(one.at) > 0 ? 1 : FIRST_BATCH;
    batch.push(one);
    if (batch.length < size) continue;
    yield batch;
    batch = [];
    size = BATCH_SIZE;
  }
  if (batch.length > 0) yield batch;
}

/** @param delayMs how long a notification usually takes from its arrival to the feed: younger notifications are held back */
export const readFeed = async (
  journal: Pick<JournalStore, 'feed' | 'entries'>,
  query: FeedQuery,
  clock: Clock,
  delayMs: number,
): Promise<FeedPage> => {
  const now = clock();
  const range = rangeOf(query, now - delayMs);
  const settled = endOf(now - SETTLED_MS);
  const start = later(range.low, startOf(query.after));
  const known = new ReadMessages(query.after);
  const page = new PageOfEvents(query);
  let messages = 0;
  /** The page when everything up to `at` has been read. Its place is where the index is settled, if that is earlier. */
  const endAt = (at: string, more: boolean): FeedPage => {
    const place = known.placeAt(later(start, earlier(settled, at)));
    return { items: page.items, place, more };
  };
  /** The page, if it ends before this message. */
  const endBefore = ({ at, before }: Unread): FeedPage | undefined => {
    if (page.isFull || messages === MAX_MESSAGES) return endAt(before, true);
    const isNew = at > settled && known.of(at) === 0;
    return isNew && known.beyond(earlier(settled, before)) >= MAX_RECENT ? endAt(before, false) : undefined;
  };
  for await (const batch of inBatches(unread(journal, query, range, start, known), known)) {
    const [first] = batch;
    const end = first && endBefore(first);
    if (end) return end;
    const found = await journal.entries(batch, clock);
    for (const [index, one] of batch.entries()) {
      const end = endBefore(one);
      if (end) return end;
      messages += 1;
      const count = page.add(found[index], known.of(one.at));
      known.record(one.at, count);
      if (count < ALL) return endAt(one.before, true);
    }
  }
  return endAt(range.high, false);
};
