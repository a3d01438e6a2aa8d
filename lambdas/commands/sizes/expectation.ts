/** How large a response is expected to be, before it is requested. Pure. */
import { pageOf } from '../page-uri.ts';
import type { KnownSize } from './response-sizes-store.ts';
import { PLANNED_BYTES, predictedBytes, type SizeStatistics, usualBytes } from './statistics.ts';

export interface Expectation {
  /** The usual maximum of such a response. Absent if it is not known whether it fits into one message. */
  readonly bytes?: number;
  /** Whether its size is recorded even if it is not larger than expected. */
  readonly learn: boolean;
}

/** For a response that was not measured yet. */
export const UNKNOWN_SIZE: Expectation = { learn: true };

/** For a response at the relay, where nothing has to be predicted. */
export const NOT_PREDICTED: Expectation = { learn: false };

/** From this many items on, a prediction is reliable. */
const MANY_ITEMS = 20;
/** From this many siblings on, a response that was never requested can be predicted. */
const MANY_SIBLINGS = 3;
/** After this many, only responses that are larger than expected are recorded. */
const ENOUGH_ITEMS = 1000;
const ENOUGH_RESPONSES = 20;

const expect = (known: SizeStatistics, n: number, many: number, enough: number): Expectation =>
  known.count >= many && predictedBytes(known, n) <= PLANNED_BYTES
    ? { bytes: usualBytes(known, n), learn: known.count < enough }
    : UNKNOWN_SIZE;

/** The expectation of a page of `n` items. */
export const expectPage = (items: SizeStatistics, n: number): Expectation =>
  expect(items, n, MANY_ITEMS, ENOUGH_ITEMS);

/** The first requests of every client. Their responses have a few hundred bytes. */
const SMALL = /^\/netbackup\/(ping|appdetails|tokenkey)$/;

/** The expectation of an unchanged GET: a list in the page that it requests, or a single response. */
export const expectResponse = ({ own, siblings }: KnownSize, uri: string): Expectation => {
  if (SMALL.test(uri)) return { bytes: 1024, learn: false };
  if (own.mayBeOversized) return UNKNOWN_SIZE;
  if (own.style !== undefined) {
    const n = pageOf(uri).limit ?? own.defaultLimit;
    return n === undefined ? UNKNOWN_SIZE : expectPage(own.statistics, n);
  }
  const measured = own.statistics.count > 0;
  return measured
    ? expect(own.statistics, 1, 1, ENOUGH_RESPONSES)
    : expect(siblings.statistics, 1, MANY_SIBLINGS, ENOUGH_RESPONSES);
};
