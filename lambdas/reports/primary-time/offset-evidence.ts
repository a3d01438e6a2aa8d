/**
 * What notifications show of the primary's UTC offset (contract TRAP-2). Exact evidence is a backup job and its image in one
 * message: they started at the same moment, and only the job's start is a local time. Other local times give bounds. Pure.
 */

import type { Interpretation } from '../../notifications/notification.ts';
import { groupBy } from '../../platform/collections.ts';
import { isTimeStamp } from '../../protocol/time-stamp.ts';
import {
  type Estimate,
  type ExactOffset,
  type OffsetHistory,
  withEstimateOf,
  withExact,
} from './offset-history.ts';
import { usableTime } from './usable-time.ts';
import { MAX_OFFSET, MIN_OFFSET, QUARTER } from './utc-offset.ts';

/** The seconds by which two readings of one clock may differ. */
const TOLERANCE = 5;
/** The seconds by which daylight saving moves a clock. */
const CLOCK_CHANGE = 3600;
/** The types of jobs that produce an image. A job without a type may be one. */
const PRODUCERS: readonly unknown[] = [
  'BACKUP',
  'DBBACKUP',
  'ARCHIVE',
  'SNAPSHOT',
  'BACKUP_FROM_SNAPSHOT',
  undefined,
];

/** The offsets that are possible. */
interface Bounds {
  readonly min: number;
  readonly max: number;
}

/** One event with a local time. It is reported after it happens, and happens to an image after its backup started. */
interface Event extends Bounds {
  readonly local: number;
}

const upperCase = (value: unknown): unknown => (typeof value === 'string' ? value.toUpperCase() : value);

/** The events of images, and the starts of jobs, whose time is usable. */
const eventIn = (one: Interpretation): Event | undefined => {
  if (one.kind === 'QUARANTINE') return undefined;
  const { startTime, createdTime, backupTime } = one.content;
  const local = usableTime(one.kind === 'JOB' ? startTime : createdTime, one.timeStamp);
  if (local === undefined) return undefined;
  const isBounded = one.kind === 'IMAGE' && isTimeStamp(backupTime);
  return {
    local,
    min: local - one.timeStamp - TOLERANCE,
    max: isBounded ? local - backupTime + TOLERANCE : MAX_OFFSET,
  };
};

/** Whether a message contains any evidence. */
export const hasEvidence = (notifications: readonly Interpretation[]): boolean =>
  notifications.some((one) => eventIn(one) !== undefined);

const allows = ({ min, max }: Bounds, seconds: number): boolean =>
  seconds >= Math.max(min, MIN_OFFSET) && seconds <= Math.min(max, MAX_OFFSET);

/** A job and an image of one client that can belong together, and the offset if they do. */
interface Pair extends ExactOffset {
  /**
   * How well the image's event fits: it was reported within a quarter of an hour (2), or is at least possible (1). Otherwise (0) the
   * clock was changed during the backup, or they do not belong together.
   */
  readonly fit: 0 | 1 | 2;
}

const pairsIn = (notifications: readonly Interpretation[]): Pair[] => {
  const jobs = notifications
    .filter((one) => one.kind === 'JOB')
    .filter(({ content }) => PRODUCERS.includes(upperCase(content['jobType'])));
  const byClient = groupBy(jobs, ({ content }) => upperCase(content['clientName']));
  const images = notifications.filter((one) => one.kind === 'IMAGE');
  return images.flatMap((image) => {
    const moment = usableTime(image.content['backupTime'], image.timeStamp);
    if (moment === undefined) return [];
    const bounds = eventIn(image) ?? { min: MIN_OFFSET, max: MAX_OFFSET };
    const wide = { min: bounds.min - CLOCK_CHANGE, max: bounds.max + CLOCK_CHANGE };
    const starts = new Set(
      byClient.get(upperCase(image.content['clientName']))?.map(({ content }) => content['startTime']),
    );
    return [...starts].flatMap((start): Pair[] => {
      const seconds = Number(start) - moment;
      const isPossible = seconds % QUARTER === 0 && allows(wide, seconds);
      const isPrompt = seconds - bounds.min <= QUARTER + TOLERANCE;
      const fit = !allows(bounds, seconds) ? 0 : isPrompt ? 2 : 1;
      return isPossible ? [{ moment, seconds, fit }] : [];
    });
  });
};

/** The offset at each backup time with a job: the most frequent of the best offsets, and none if there are several. */
const exactIn = (notifications: readonly Interpretation[]): ExactOffset[] => {
  const pairs = pairsIn(notifications);
  const bySeconds = groupBy(pairs, ({ seconds }) => seconds);
  return [...groupBy(pairs, ({ moment }) => moment)].flatMap(([moment, all]) => {
    const best = Math.max(...all.map(({ fit }) => fit));
    const fitting = all.filter(({ fit }) => fit === best);
    const offsets = [...new Set(fitting.map(({ seconds }) => seconds))]
      .map((seconds) => ({ moment, seconds, votes: bySeconds.get(seconds)?.length ?? 0 }))
      .sort((a, b) => b.votes - a.votes);
    const [first, second] = offsets;
    if (!first || first.votes === second?.votes) return [];
    return [{ moment, seconds: first.seconds, ...(best === 2 ? {} : { isUnsure: true as const }) }];
  });
};

/** The smallest offset that an event allows: correct if it was reported within a quarter of an hour. */
const smallest = (event: Event): number | undefined => {
  // More than the smallest of all offsets behind its report: it was reported late.
  if (event.min < MIN_OFFSET) return undefined;
  const seconds = Math.ceil(event.min / QUARTER) * QUARTER;
  return allows(event, seconds) ? seconds : undefined;
};

/** The estimate after one more event. */
const estimated = ({ exact, estimate }: OffsetHistory, event: Event): Estimate | undefined => {
  const known = exact.at(-1);
  const inForce = estimate ?? known;
  if (inForce && allows(event, inForce.seconds)) return estimate;
  // A job alone has no upper bound, and may be planned for later: it counts only without better evidence.
  const isUnbounded = event.max === MAX_OFFSET;
  if (isUnbounded && known) return estimate;
  // A late report allows much smaller offsets too, but daylight saving moves a clock by an hour.
  const likely = known && [known.seconds, known.seconds - CLOCK_CHANGE];
  const seconds = likely?.find((one) => allows(event, one)) ?? smallest(event);
  if (seconds === undefined) return estimate;
  // Without an upper bound it is evidence only if it seems to start after its report.
  if (isUnbounded && !inForce && seconds <= 0) return estimate;
  const at = event.local - seconds;
  return at < (estimate?.at ?? 0) ? estimate : { at, seconds };
};

/** The history after one message. */
export const learn = (history: OffsetHistory, notifications: readonly Interpretation[]): OffsetHistory => {
  const events = notifications.flatMap((one) => eventIn(one) ?? []).sort((a, b) => a.local - b.local);
  let after = withExact(history, exactIn(notifications));
  for (const event of events) after = withEstimateOf(after, estimated(after, event));
  return after;
};
