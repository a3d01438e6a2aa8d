/**
 * The order of what was said about one job or one image, and how reports of it merge (I-3). Merging is commutative,
 * associative and idempotent, so that any order, any batching and any number of deliveries come out alike.
 */

import { isoTime } from '../../platform/clock.ts';

/** One thing said. Equal `eventId` means equal `content`. */
export interface TimelineEvent {
  readonly eventId: string;
  /** Epoch seconds; the earliest stamp under which it was sent. */
  readonly timeStamp: number;
  /** Epoch ms; the earliest arrival. */
  readonly receivedAt: number;
  /** Canonical JSON. */
  readonly content: string;
}

export type Rank = (content: Readonly<Record<string, unknown>>) => number;

/**
 * How many events one timeline keeps. Far beyond what a job or image has; a bound so that no sender can make an item
 * outgrow DynamoDB's 400 KB. Beyond it the middle goes: the beginning and the latest are what people look at.
 */
const MAX_EVENTS = 200;
const KEPT_FROM_START = 50;
/** And the same in bytes of content, since a single one may be 128 KB. */
const MAX_BYTES = 300_000;

const earlier = (left: TimelineEvent, right: TimelineEvent): TimelineEvent => ({
  ...left,
  timeStamp: Math.min(left.timeStamp, right.timeStamp),
  receivedAt: Math.min(left.receivedAt, right.receivedAt),
});

/** The notification as NetBackup sent it. */
export const contentOf = (event: TimelineEvent): Record<string, unknown> =>
  JSON.parse(event.content) as Record<string, unknown>;

/** The earliest and the latest time at which NetBackup said something, ISO 8601. @param events not empty. */
export const reportedBetween = (events: readonly TimelineEvent[]) => {
  const stamps = events.map((event) => event.timeStamp * 1000);
  return { firstReportedAt: isoTime(Math.min(...stamps)), lastReportedAt: isoTime(Math.max(...stamps)) };
};

/** The total order of I-3: timeStamp, semantic rank, and then the content itself, whoever's it is. */
export const inOrder = (events: readonly TimelineEvent[], rank: Rank): TimelineEvent[] =>
  events
    .map((event) => ({ event, rank: rank(contentOf(event)) }))
    .sort(
      (a, b) =>
        a.event.timeStamp - b.event.timeStamp ||
        a.rank - b.rank ||
        (a.event.content < b.event.content ? -1 : 1),
    )
    .map(({ event }) => event);

const bounded = (events: TimelineEvent[]): TimelineEvent[] => {
  const kept =
    events.length > MAX_EVENTS
      ? [...events.slice(0, KEPT_FROM_START), ...events.slice(KEPT_FROM_START - MAX_EVENTS)]
      : events;
  let bytes = kept.reduce((sum, event) => sum + Buffer.byteLength(event.content), 0);
  while (bytes > MAX_BYTES && kept.length > 1) {
    const [dropped] = kept.splice(Math.floor((kept.length - 1) / 2), 1);
    bytes -= Buffer.byteLength(dropped?.content ?? '');
  }
  return kept;
};

/** The union of what is known and what is new, in order. */
export const merge = (
  known: readonly TimelineEvent[],
  said: readonly TimelineEvent[],
  rank: Rank,
): TimelineEvent[] => {
  const byId = new Map<string, TimelineEvent>();
  for (const event of [...known, ...said]) {
    const same = byId.get(event.eventId);
    byId.set(event.eventId, same ? earlier(same, event) : event);
  }
  return bounded(inOrder([...byId.values()], rank));
};
