/**
 * How long after a good backup the next one is usual: learned from the starts of the last good ones. The same time of the
 * week decides: after a Friday three days may be usual, after a Monday one. Pure.
 */
import type { Attempt } from './attempts.ts';

export interface Habit {
  /** Hours from the start of the last good backup to the usual start of the next one. */
  readonly gapHours: number;
  /** Hours that it may come later, its usual duration included. */
  readonly graceHours: number;
  /** The data from which `gapHours` was learned. */
  readonly basis: 'same-time-of-week' | 'longest-gap';
  /** The number of good backups from which it was learned. */
  readonly goodBackups: number;
}

const WEEK = 7 * 24;
/** Eight weeks, but at least this many backups: those of a month are fewer. */
const MAX_AGE = 8 * WEEK;
const MIN_STARTS = 8;
/** With fewer good backups nothing is learned. */
const MIN_GOOD = 3;
/** With fewer starts at the same time of the week all gaps count. */
const MIN_SAME = 2;
/** From this many starts on, one gap that is longer than all others is an exception. */
const MIN_FOR_EXCEPTION = 4;
const MIN_GRACE = 3;
const MAX_GRACE = 12;

const longest = (gaps: readonly number[]): number => Math.max(...gaps);
const usual = (gaps: readonly number[]): number =>
  gaps.length < MIN_FOR_EXCEPTION ? longest(gaps) : ([...gaps].sort((a, b) => b - a)[1] ?? 0);

/** Whether two hours are the same time of the week, give or take one. */
const isSameTimeOfWeek = (a: number, b: number): boolean => {
  const distance = Math.abs(a - b) % WEEK;
  return Math.min(distance, WEEK - distance) <= 1;
};

/** The longest duration of the good runs that are kept, in hours. */
const durationOf = (good: readonly Attempt[]): number =>
  Math.max(
    0,
    ...good.map(({ startedAt, endedAt }) => (endedAt === undefined ? 0 : (endedAt - startedAt) / 3_600)),
  );

/** The habit; undefined while there is too little to learn from. @param attempts of a client under a policy, the latest first */
export const habitOf = (attempts: readonly Attempt[]): Habit | undefined => {
  const good = attempts.filter(({ isGood }) => isGood);
  const hours = [...new Set(good.map(({ localHour }) => localHour))].sort((a, b) => b - a);
  const [last = 0] = hours;
  const recent = hours.filter((hour, index) => index < MIN_STARTS || last - hour <= MAX_AGE);
  if (recent.length < MIN_GOOD) return undefined;
  const gaps = recent.slice(1).map((start, index) => ({ start, gap: (recent[index] ?? start) - start }));
  const same = gaps.filter(({ start }) => isSameTimeOfWeek(start, last)).map(({ gap }) => gap);
  const isSame = same.length >= MIN_SAME;
  const gapHours = isSame ? usual(same) : longest(gaps.map(({ gap }) => gap));
  const grace = Math.min(MAX_GRACE, Math.max(MIN_GRACE, gapHours / 4)) + durationOf(good);
  return {
    gapHours,
    graceHours: Math.ceil(grace),
    basis: isSame ? 'same-time-of-week' : 'longest-gap',
    goodBackups: recent.length,
  };
};
