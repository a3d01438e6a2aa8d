/** How large an answer is expected to be, before it is asked for. Pure. */
import { pageOf } from '../page-uri.ts';
import type { KnownSize } from './answer-sizes-store.ts';
import { PLANNED_BYTES, predictedBytes, type SizeStatistics, usualBytes } from './statistics.ts';

export interface Expectation {
  /** What such an answer usually has at most. Absent: nobody knows whether it fits into one message. */
  readonly bytes?: number;
  /** Whether its size is of interest, whatever it is. */
  readonly learn: boolean;
}

/** What nobody has measured. */
export const UNKNOWN: Expectation = { learn: true };

/** From so many items on, a prediction rests on what was seen more than on what might come. */
const MANY_ITEMS = 20;
/** Answers of the same kind that say enough of one that was never asked for. */
const MANY_SIBLINGS = 3;
/** After so many nobody learns anything new; an answer larger than expected is counted all the same. */
const ENOUGH_ITEMS = 1000;
const ENOUGH_ANSWERS = 20;

const expect = (known: SizeStatistics, n: number, many: number, enough: number): Expectation =>
  known.count >= many && predictedBytes(known, n) <= PLANNED_BYTES
    ? { bytes: usualBytes(known, n), learn: known.count < enough }
    : UNKNOWN;

/** Of a page of `n` items. */
export const expectPage = (items: SizeStatistics, n: number): Expectation =>
  expect(items, n, MANY_ITEMS, ENOUGH_ITEMS);

/** What every client asks for first, of a primary that nobody has asked anything yet. Some hundred bytes. */
const SMALL = /^\/netbackup\/(ping|appdetails|tokenkey)$/;

/** Of a GET as it stands: a list in the page that it asks for, or a single answer. */
export const expectAnswer = ({ own, siblings }: KnownSize, uri: string): Expectation => {
  if (SMALL.test(uri)) return { bytes: 1024, learn: false };
  if (own.isDoubted) return UNKNOWN;
  if (own.style !== undefined) {
    const n = pageOf(uri).limit ?? own.defaultLimit;
    return n === undefined ? UNKNOWN : expectPage(own.statistics, n);
  }
  const measured = own.statistics.count > 0;
  return measured
    ? expect(own.statistics, 1, 1, ENOUGH_ANSWERS)
    : expect(siblings.statistics, 1, MANY_SIBLINGS, ENOUGH_ANSWERS);
};
