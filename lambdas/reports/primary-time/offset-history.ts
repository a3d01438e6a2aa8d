/**
 * What is known of a primary's UTC offset (I-12), as a history of evidence. Merging is independent of order, repetition and
 * batches. Pure.
 */

import { omitUndefined } from '../../platform/omit-undefined.ts';
import { changesOnly, QUARTER, type UtcOffset } from './utc-offset.ts';

/** A job and its image show the offset at the moment when both started (epoch seconds, UTC). */
export interface ExactOffset {
  readonly moment: number;
  readonly seconds: number;
  /** They were reported late, or do not belong together: an image can arrive with another job of its client. */
  readonly isUnsure?: true;
}
/** The offset that the latest reports suggest, in force from the event that showed it (epoch seconds, UTC). */
export interface Estimate {
  readonly at: number;
  readonly seconds: number;
}
export interface OffsetHistory {
  /** In order, each moment once. */
  readonly exact: readonly ExactOffset[];
  /** Contradicts the last entry of `exact`, and is later. */
  readonly estimate?: Estimate;
}

export const NO_HISTORY: OffsetHistory = { exact: [] };

/** Equal offsets that are at most this far apart were in force all the time between: no zone changes there and back so soon. */
const SAME_SPAN = 14 * 86_400;
/** More than two years at one entry a fortnight; the oldest are dropped. Packed they have about 300 bytes. */
const MAX_EXACT = 64;

/** Whether sure evidence before and after a moment agrees, so that no other offset can have been in force. */
const isBetweenEqual = ({ moment }: ExactOffset, sure: readonly ExactOffset[]): boolean => {
  const before = sure.findLast((one) => one.moment < moment);
  const next = sure.find((one) => one.moment > moment);
  return (
    before !== undefined &&
    next !== undefined &&
    before.seconds === next.seconds &&
    next.moment - before.moment <= SAME_SPAN
  );
};

/** Drops entries that follow from their neighbours, and unsure ones that the neighbours contradict. */
const compressed = (exact: readonly ExactOffset[]): ExactOffset[] => {
  const sure = exact.filter(({ isUnsure }) => !isUnsure);
  const all = exact.filter((one) => !(one.isUnsure && isBetweenEqual(one, sure)));
  const kept: ExactOffset[] = [];
  for (const [index, one] of all.entries()) {
    const [before, next] = [kept.at(-1), all[index + 1]];
    const follows =
      before?.seconds === one.seconds &&
      next?.seconds === one.seconds &&
      next.moment - before.moment <= SAME_SPAN &&
      (one.isUnsure || !(before.isUnsure || next.isUnsure));
    if (!follows) kept.push(one);
  }
  return kept.slice(-MAX_EXACT);
};

/** An estimate is never kept where there is exact evidence, and repeats none. */
const withEstimate = (exact: readonly ExactOffset[], estimate: Estimate | undefined): OffsetHistory => {
  const last = exact.at(-1);
  const stands = !last || !estimate || (estimate.at > last.moment && estimate.seconds !== last.seconds);
  return stands ? omitUndefined({ exact, estimate }) : { exact };
};

/** Whether evidence replaces other evidence of its moment: sure evidence does, else the smaller offset: a later job shows a larger one. */
const isBetter = (one: ExactOffset, known: ExactOffset): boolean =>
  one.isUnsure === known.isUnsure ? one.seconds < known.seconds : !one.isUnsure;

/** Adds exact evidence. */
export const withExact = (history: OffsetHistory, found: readonly ExactOffset[]): OffsetHistory => {
  const byMoment = new Map(history.exact.map((one) => [one.moment, one]));
  for (const one of found) {
    const known = byMoment.get(one.moment);
    if (!known || isBetter(one, known)) byMoment.set(one.moment, one);
  }
  const exact = compressed([...byMoment.values()].sort((a, b) => a.moment - b.moment));
  return withEstimate(exact, history.estimate);
};

export const withEstimateOf = ({ exact }: OffsetHistory, estimate: Estimate | undefined): OffsetHistory =>
  withEstimate(exact, estimate);

/** The union of both histories. */
export const merged = (left: OffsetHistory, right: OffsetHistory): OffsetHistory => {
  const { exact, estimate } = withExact(left, right.exact);
  const later = (right.estimate?.at ?? 0) > (estimate?.at ?? 0) ? right.estimate : estimate;
  return withEstimate(exact, later);
};

/**
 * The offset of a moment is that of the first exact evidence at or after it: evidence counts for its own moment, and back to the
 * last evidence to the contrary. After all of it the last one is in force, until the estimate begins.
 */
export const offsetsIn = ({ exact, estimate }: OffsetHistory): UtcOffset[] => {
  const steps = exact.map(({ seconds }, index): UtcOffset => {
    const before = exact[index - 1];
    return { from: before ? before.moment + 1 : 0, seconds };
  });
  if (estimate) {
    const from = exact.length === 0 ? 0 : estimate.at;
    steps.push({ from, seconds: estimate.seconds, estimated: true });
  }
  return changesOnly(steps);
};

/** Whether the newest evidence has only moved by less than an hour: not worth a write. */
export const isMinorChange = (stored: OffsetHistory, history: OffsetHistory): boolean => {
  const [last, newest] = [stored.exact.at(-1), history.exact.at(-1)];
  if (!last || !newest || newest.seconds !== last.seconds || newest.moment - last.moment >= 3600)
    return false;
  const rest = pack({ ...history, exact: history.exact.slice(0, -1) });
  return rest === pack(stored) || rest === pack({ ...stored, exact: stored.exact.slice(0, -1) });
};

const UNSURE = '!';
const inBase36 = (value: number): string => value.toString(36);
const fromBase36 = (text: string | undefined): number => Number.parseInt(text ?? '', 36);

/**
 * As stored on the group: the seconds since the evidence before, in base 36, and the quarters of an hour if they differ from it,
 * with a mark if it is unsure; then the estimate. `s4g5xs:k,pxc0,pxc0!~t2e1a0:g`
 */
export const pack = ({ exact, estimate }: OffsetHistory): string => {
  const rows = exact.map(({ moment, seconds, isUnsure }, index) => {
    const before = exact[index - 1];
    const quarters = seconds === before?.seconds ? '' : `:${inBase36(seconds / QUARTER)}`;
    return `${inBase36(moment - (before?.moment ?? 0))}${quarters}${isUnsure ? UNSURE : ''}`;
  });
  const rest = estimate ? `~${inBase36(estimate.at)}:${inBase36(estimate.seconds / QUARTER)}` : '';
  return `${rows.join(',')}${rest}`;
};

/** @param text of {@link pack}; undefined while nothing is stored */
export const unpack = (text = ''): OffsetHistory => {
  const [rows = '', rest] = text.split('~');
  const exact: ExactOffset[] = [];
  for (const row of rows === '' ? [] : rows.split(',')) {
    const [since, quarters] = row.split(':');
    const before = exact.at(-1);
    exact.push({
      moment: (before?.moment ?? 0) + fromBase36(since),
      seconds: quarters === undefined ? (before?.seconds ?? 0) : fromBase36(quarters) * QUARTER,
      ...(row.endsWith(UNSURE) ? { isUnsure: true as const } : {}),
    });
  }
  const [at, quarters] = rest?.split(':') ?? [];
  const estimate =
    rest === undefined ? undefined : { at: fromBase36(at), seconds: fromBase36(quarters) * QUARTER };
  return omitUndefined({ exact, estimate });
};
