/**
 * The feed: every stored notification in the order of arrival. The newest are held back for as long as a notification can take
 * from its arrival to the feed, so a reader that continues from its last place misses none.
 */
import { type Clock, milliseconds, timeKey } from '../platform/clock.ts';
import { chunked, merged, type Range, startingAt } from '../platform/dynamodb/listing.ts';
import { type EventView, eventsOf } from './event-view.ts';
import type { JournalEntry, JournalStore } from './journal-store.ts';

/** Where a reader has got to: a message's `arrival`, and how many of its events have been read. */
export interface Place {
  readonly at: string;
  readonly read: number;
}

export interface FeedQuery {
  readonly groupId: string;
  /** Only this kind. */
  readonly object: string | undefined;
  /** Arrived from this moment up to, not including, that one; epoch seconds. */
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

/** `read` of a message whose events have all been read. */
const ALL = 1_000_000;
/** Per request; a message has up to 128 KB. */
const MAX_MESSAGES = 200;
const BATCH_SIZE = 25;
/** How many are read first: a few can fill the page, and each may have 128 KB. */
const FIRST_BATCH = 5;
const MAX_BYTES = 3_000_000;

const rangeOf = ({ from, to }: FeedQuery, until: number): Range => {
  const last = to === undefined ? until : Math.min(until, milliseconds(to) - 1);
  // An `arrival` is `time#digest`, and `$` sorts after `#`: the end of a millisecond.
  return { low: timeKey(milliseconds(from ?? 0)), high: `${timeKey(last)}$`, order: 'asc' };
};

/** Collects events until the page is full. */
class PageOfEvents {
  readonly items: EventView[] = [];
  place: Place;
  #bytes = 0;
  readonly #query: FeedQuery;

  constructor(query: FeedQuery, start: Place) {
    this.#query = query;
    this.place = start;
  }

  get full(): boolean {
    return this.items.length >= this.#query.limit || this.#bytes >= MAX_BYTES;
  }

  /** `false` when the page was full before the message's end. */
  add(at: string, entry: JournalEntry | undefined): boolean {
    const events = entry ? eventsOf(entry) : [];
    const read = at === this.place.at ? this.place.read : 0;
    for (const [index, event] of events.entries()) {
      if (index < read) continue;
      if (this.full) return false;
      this.place = { at, read: index + 1 };
      if (this.#query.object !== undefined && event.object !== this.#query.object) continue;
      this.items.push(event);
      this.#bytes += Buffer.byteLength(JSON.stringify(event));
    }
    this.place = { at, read: ALL };
    return true;
  }
}

/** The messages from a place on, beginning with the one that was read in part. */
const messagesFrom = (journal: Pick<JournalStore, 'feed'>, query: FeedQuery, range: Range) => {
  const { groupId, after, limit } = query;
  const read = (rest: Range, count: number) => journal.feed(groupId, rest, count);
  const size = Math.min(limit, BATCH_SIZE);
  const list =
    after && after.read < ALL
      ? merged([read], startingAt(range, after.at), undefined, size)
      : merged([read], range, after?.at, size);
  return chunked(list, size);
};

/** How many messages are read at a time. A page that continues within a message needs perhaps only that one. */
const firstBatch = ({ after }: FeedQuery): number => (after && after.read < ALL ? 1 : FIRST_BATCH);

/** @param delayMs how long a notification can take from its arrival to the feed */
export const readFeed = async (
  journal: Pick<JournalStore, 'feed' | 'entries'>,
  query: FeedQuery,
  clock: Clock,
  delayMs: number,
): Promise<FeedPage> => {
  const range = rangeOf(query, clock() - delayMs);
  const page = new PageOfEvents(query, query.after ?? { at: range.low, read: ALL });
  let size = firstBatch(query);
  let messages = 0;
  let more = false;
  for await (const chunk of messagesFrom(journal, query, range)) {
    for (let start = 0; start < chunk.entries.length; ) {
      if (page.full) return { items: page.items, place: page.place, more: true };
      const batch = chunk.entries.slice(start, start + size);
      const found = await journal.entries(batch, clock);
      for (const [index, { at }] of batch.entries()) {
        if (page.full || !page.add(at, found[index]))
          return { items: page.items, place: page.place, more: true };
      }
      start += batch.length;
      size = BATCH_SIZE;
    }
    messages += chunk.entries.length;
    ({ more } = chunk);
    if (messages >= MAX_MESSAGES) break;
  }
  return { items: page.items, place: page.place, more };
};
