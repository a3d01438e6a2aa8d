/** How large the answers of one shape are, and what follows for the next one. All sizes are bytes on the socket. Pure. */
import { GATEWAY_MESSAGE_BYTES } from '../../protocol/limits.ts';

/** Enough to tell the mean and the spread; two of them add up, member by member. */
export interface SizeStatistics {
  readonly count: number;
  readonly total: number;
  /** The sum of the squares. */
  readonly squares: number;
  /** The largest of late; it may come again. */
  readonly largest?: number;
}

export const NOTHING_MEASURED: SizeStatistics = { count: 0, total: 0, squares: 0 };

export const added = (known: SizeStatistics, sizes: readonly number[]): SizeStatistics => ({
  count: known.count + sizes.length,
  total: known.total + sizes.reduce((sum, size) => sum + size, 0),
  squares: known.squares + sizes.reduce((sum, size) => sum + size * size, 0),
  largest: Math.max(known.largest ?? 0, ...sizes),
});

/** What a message may be planned to have: the gateway's limit, less what surrounds the items. */
export const PLANNED_BYTES = GATEWAY_MESSAGE_BYTES - 8 * 1024;
/** An item of 30 KB, escaped: as large as items of NetBackup's lists usually get. Three of them fit. */
export const LARGE_ITEM_BYTES = 34 * 1024;

const spread = ({ count, total, squares }: SizeStatistics) => {
  const mean = total / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
};

/** What `n` answers (or items of one page) usually have together: hardly ever more. 0 when nothing was measured. */
export const usualBytes = (known: SizeStatistics, n: number): number => {
  if (known.count === 0) return 0;
  const { mean, deviation } = spread(known);
  return Math.ceil(n * mean + 3 * deviation * Math.sqrt(n));
};

/**
 * What `n` answers (or items of one page) will may have together, with room for surprises: one item of ten times the usual
 * size or as large as the largest, and one large item for every time that as many items as were measured come again.
 */
export const predictedBytes = (known: SizeStatistics, n: number): number => {
  if (known.count === 0) return n * LARGE_ITEM_BYTES;
  const { mean } = spread(known);
  const excess = Math.max(0, LARGE_ITEM_BYTES - mean);
  const unusual = usualBytes(known, n) + Math.min(9 * mean, excess);
  // The largest one is what makes the spread so wide: it counts once.
  const largest = known.largest ?? 0;
  const withLargest = (n - 1) * mean + largest;
  const surprising = Math.max(unusual, withLargest) + (n / known.count) * excess;
  return Math.min(surprising, n * Math.max(LARGE_ITEM_BYTES, largest));
};

/** Every list of NetBackup gives so many in one page; some refuse to be asked for more. */
const MAX_PAGE = 100;

/** Items of 30 KB of which so many fit. */
const FIRST_PAGE = Math.floor(PLANNED_BYTES / LARGE_ITEM_BYTES);

/**
 * The most items that a page should have so that it fits into one message; at least one. A page has at most half as many as
 * were seen: should one item in five be large, a longer run of small ones is not uncommon.
 */
export const fittingPage = (known: SizeStatistics): number => {
  let low = 1;
  let high = Math.min(MAX_PAGE, Math.max(FIRST_PAGE, Math.floor(known.count / 2)));
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (predictedBytes(known, middle) <= PLANNED_BYTES) low = middle;
    else high = middle - 1;
  }
  return low;
};
