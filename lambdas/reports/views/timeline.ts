/**
 * The reports of one job or image: their order, how they merge, and the states that they show (I-3). Merging is commutative,
 * associative and idempotent, so any order, any batching and any number of deliveries give the same result.
 */

import type { Notification } from '../../notifications/notification.ts';
import { contentId } from '../../platform/canonical-json.ts';
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';

/** The order of reports that were sent in the same second: compared number by number. */
export type Order = (content: Notification['content']) => readonly number[];

/**
 * How many reports a timeline holds. A job or image has far fewer; the bound keeps an item below DynamoDB's 400 KB whatever is
 * sent. Beyond it reports in the middle are dropped: the first and the latest matter most.
 */
const MAX_REPORTS = 200;
const KEPT_FROM_START = 50;
/** The bound in bytes, since a single report may have 128 KB. */
const MAX_BYTES = 300_000;

/** A state, from its first report to its last one without another state in between. `timeStamp` and `eventId` are those of the first. */
export interface ReportedState extends Notification {
  /** Epoch seconds. */
  readonly lastTimeStamp: number;
  /** 1 for a content that was not there before; 2 when it is repeated after another state, and so on. */
  readonly ordinal: number;
  /** The `eventId` of its notifications, which all states with this content have in common. */
  readonly contentId: string;
}

/** The earliest and the latest time at which NetBackup reported it, ISO 8601. @param states not empty. */
export const reportedBetween = (states: readonly ReportedState[]) => {
  const { first, last } = stampsOf(states);
  return { firstReportedAt: isoTime(first * 1000), lastReportedAt: isoTime(last * 1000) };
};

/** The same as epoch seconds. @param states in order */
export const stampsOf = (states: readonly ReportedState[]): { first: number; last: number } => ({
  first: states[0]?.timeStamp ?? 0,
  last: states.at(-1)?.lastTimeStamp ?? 0,
});

/** The first fields of every entry of a timeline. */
export const timelineEntry = ({ eventId, timeStamp, lastTimeStamp, receivedAt, ...one }: ReportedState) => ({
  eventId,
  reportedAt: isoTime(timeStamp * 1000),
  receivedAt: isoTime(receivedAt),
  ...omitUndefined({
    lastReportedAt: lastTimeStamp === timeStamp ? undefined : isoTime(lastTimeStamp * 1000),
  }),
  notificationType: one.notificationType,
});

const compare = (left: readonly number[], right: readonly number[]): number => {
  const index = left.findIndex((value, place) => value !== right[place]);
  return index < 0 ? 0 : (left[index] ?? 0) - (right[index] ?? 0);
};

/** Makes the order total: it differs for different reports of one second. */
const distinction = ({ text, notificationType }: Notification): string => `${text} ${notificationType}`;

/** The total order of I-3: timeStamp, then the order within a second, then the text itself. */
const inOrder = (reports: readonly Notification[], order: Order): Notification[] =>
  reports
    .map((report) => ({ report, order: order(report.content) }))
    .sort(
      (a, b) =>
        a.report.timeStamp - b.report.timeStamp ||
        compare(a.order, b.order) ||
        (distinction(a.report) < distinction(b.report) ? -1 : 1),
    )
    .map(({ report }) => report);

const bounded = (reports: Notification[]): Notification[] => {
  const kept =
    reports.length > MAX_REPORTS
      ? [...reports.slice(0, KEPT_FROM_START), ...reports.slice(KEPT_FROM_START - MAX_REPORTS)]
      : reports;
  let bytes = kept.reduce((sum, report) => sum + Buffer.byteLength(report.text), 0);
  while (bytes > MAX_BYTES && kept.length > 1) {
    const [dropped] = kept.splice(Math.floor((kept.length - 1) / 2), 1);
    bytes -= Buffer.byteLength(dropped?.text ?? '');
  }
  return kept;
};

/** The union of both, in order. The same content with the same stamp is one report. */
export const merge = (
  known: readonly Notification[],
  received: readonly Notification[],
  order: Order,
): Notification[] => {
  const byId = new Map<string, Notification>();
  for (const report of [...known, ...received]) {
    const id = `${report.eventId} ${report.timeStamp}`;
    const same = byId.get(id);
    byId.set(id, same && same.receivedAt <= report.receivedAt ? same : report);
  }
  return bounded(inOrder([...byId.values()], order));
};

/** How many of the reports of one second repeat the latest states: the longest prefix with which the states end. */
const repeated = (states: readonly ReportedState[], second: readonly Notification[]): number => {
  for (let count = Math.min(states.length, second.length); count > 0; count--) {
    const end = states.slice(-count);
    if (end.every((state, index) => state.contentId === second[index]?.eventId)) return count;
  }
  return 0;
};

/**
 * The states that the reports show. A state that is repeated after another one is a state of its own. A message that is sent again
 * under a new stamp is not: nothing came between, since NetBackup sends nothing new before the acknowledgement (NOT-4).
 * @param reports in order
 */
export const reportedStatesOf = (reports: readonly Notification[]): ReportedState[] => {
  const states: ReportedState[] = [];
  const ordinals = new Map<string, number>();
  for (let start = 0; start < reports.length; ) {
    const stamp = reports[start]?.timeStamp ?? 0;
    let end = start + 1;
    while (reports[end]?.timeStamp === stamp) end++;
    const second = reports.slice(start, end);
    const again = repeated(states, second);
    for (const [index, report] of second.entries()) {
      const place = states.length - again + index;
      const state = index < again ? states[place] : undefined;
      if (state) {
        const receivedAt = Math.min(state.receivedAt, report.receivedAt);
        states[place] = { ...state, lastTimeStamp: stamp, receivedAt };
      }
    }
    for (const report of second.slice(again)) {
      const ordinal = (ordinals.get(report.eventId) ?? 0) + 1;
      ordinals.set(report.eventId, ordinal);
      const eventId = ordinal === 1 ? report.eventId : contentId(report.eventId, String(ordinal));
      states.push({ ...report, lastTimeStamp: stamp, ordinal, contentId: report.eventId, eventId });
    }
    start = end;
  }
  return states;
};

/**
 * The states to publish for a message: those of its notifications, and repeated states from the same second on. A notification that
 * arrives late can divide a state, or show that a second does not repeat the states before it. Then other states have other ordinals,
 * and these must be published, again after a failure too.
 */
export const statesToPublish = (
  states: readonly ReportedState[],
  notifications: readonly Notification[],
): ReportedState[] => {
  const wanted = new Set<ReportedState>();
  const dropped: ReportedState[] = [];
  for (const notification of notifications) {
    const { eventId, timeStamp } = notification;
    const own = states.find(
      (one) => one.contentId === eventId && one.timeStamp <= timeStamp && timeStamp <= one.lastTimeStamp,
    );
    if (!own) {
      // Beyond the bound of the timeline: still published.
      dropped.push({ ...notification, lastTimeStamp: timeStamp, ordinal: 1, contentId: eventId });
      continue;
    }
    wanted.add(own);
    for (const one of states) if (one.ordinal > 1 && one.timeStamp >= timeStamp) wanted.add(one);
  }
  return [...states.filter((one) => wanted.has(one)), ...dropped];
};
