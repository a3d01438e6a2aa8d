/**
 * The order of the notifications of one job or image, and how they merge (I-3). Merging is commutative, associative and
 * idempotent, so any order, any batching and any number of deliveries give the same result.
 */

import type { Notification } from '../../notifications/notification.ts';
import { isoTime } from '../../platform/clock.ts';

export type Rank = (content: Notification['content']) => number;

/**
 * How many events a timeline holds. A job or image has far fewer; the bound keeps an item below DynamoDB's 400 KB whatever is
 * sent. Beyond it events in the middle are dropped: the first and the latest matter most.
 */
const MAX_EVENTS = 200;
const KEPT_FROM_START = 50;
/** And in bytes, since a single event may have 128 KB. */
const MAX_BYTES = 300_000;

const earlier = (left: Notification, right: Notification): Notification => ({
  ...left,
  timeStamp: Math.min(left.timeStamp, right.timeStamp),
  receivedAt: Math.min(left.receivedAt, right.receivedAt),
});

/** The earliest and the latest time at which NetBackup reported it, ISO 8601. @param events not empty. */
export const reportedBetween = (events: readonly Notification[]) => {
  const stamps = events.map((event) => event.timeStamp * 1000);
  return { firstReportedAt: isoTime(Math.min(...stamps)), lastReportedAt: isoTime(Math.max(...stamps)) };
};

/** The first fields of every entry of a timeline. */
export const timelineEntry = ({ eventId, timeStamp, receivedAt }: Notification) => ({
  eventId,
  reportedAt: isoTime(timeStamp * 1000),
  receivedAt: isoTime(receivedAt),
});

/** The total order of I-3: timeStamp, semantic rank, then the text itself. */
export const inOrder = (events: readonly Notification[], rank: Rank): Notification[] =>
  events
    .map((event) => ({ event, rank: rank(event.content) }))
    .sort(
      (a, b) =>
        a.event.timeStamp - b.event.timeStamp || a.rank - b.rank || (a.event.text < b.event.text ? -1 : 1),
    )
    .map(({ event }) => event);

const bounded = (events: Notification[]): Notification[] => {
  const kept =
    events.length > MAX_EVENTS
      ? [...events.slice(0, KEPT_FROM_START), ...events.slice(KEPT_FROM_START - MAX_EVENTS)]
      : events;
  let bytes = kept.reduce((sum, event) => sum + Buffer.byteLength(event.text), 0);
  while (bytes > MAX_BYTES && kept.length > 1) {
    const [dropped] = kept.splice(Math.floor((kept.length - 1) / 2), 1);
    bytes -= Buffer.byteLength(dropped?.text ?? '');
  }
  return kept;
};

/** The union of both, in order. */
export const merge = (
  known: readonly Notification[],
  received: readonly Notification[],
  rank: Rank,
): Notification[] => {
  const byId = new Map<string, Notification>();
  for (const event of [...known, ...received]) {
    const same = byId.get(event.eventId);
    byId.set(event.eventId, same ? earlier(same, event) : event);
  }
  return bounded(inOrder([...byId.values()], rank));
};
