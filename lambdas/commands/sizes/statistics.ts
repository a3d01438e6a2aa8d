/** How large the responses of one shape are, and predictions from that. All sizes are bytes on the socket. Pure. */
import { GATEWAY_MESSAGE_BYTES } from '../../protocol/limits.ts';

/** Enough for mean and deviation; two of them can be added member by member. */
export interface SizeStatistics {
  readonly count: number;
  readonly total: number;
  /** The sum of the squares. */
  readonly squares: number;
  /** The largest recent one, which may occur again. */
  readonly largest?: number;
}

export const NOTHING_MEASURED: SizeStatistics = { count: 0, total: 0, squares: 0 };

export const addSizes = (known: SizeStatistics, sizes: readonly number[]): SizeStatistics => ({
  count: known.count + sizes.length,
  total: known.total + sizes.reduce((sum, size) => sum + size, 0),
  squares: known.squares + sizes.reduce((sum, size) => sum + size * size, 0),
  largest: Math.max(known.largest ?? 0, ...sizes),
});

/** The bytes that a page is planned for: the gateway's limit, less what surrounds the items. */
export const PLANNED_BYTES = GATEWAY_MESSAGE_BYTES - 8 * 1024;
/** The size of an escaped item of 30 KB: a large one in NetBackup's lists. Three of them fit. */
export const LARGE_ITEM_BYTES = 34 * 1024;

const spread = ({ count, total, squares }: SizeStatistics) => {
  const mean = total / count;
  return { mean, deviation: Math.sqrt(Math.max(0, squares / count - mean * mean)) };
};

/** The usual maximum of `n` responses (or items of one page) together. 0 when nothing was measured. */
export const usualBytes = (known: SizeStatistics, n: number): number => {
  if (known.count === 0) return 0;
  const { mean, deviation } = spread(known);
  return Math.ceil(n * mean + 3 * deviation * Math.sqrt(n));
};

/**
 * The size to expect of `n` responses (or items of one page) together, with a reserve: one item of ten times the usual size or as
 * large as the largest, and one large item more for each multiple of the measured number of items.
 */
export const predictedBytes = (known: SizeStatistics, n: number): number => {
  if (known.count === 0) return n * LARGE_ITEM_BYTES;
  const { mean } = spread(known);
  const excess = Math.max(0, LARGE_ITEM_BYTES - mean);
  const withLargeItem = usualBytes(known, n) + Math.min(9 * mean, excess);
  // The largest one is the cause of the deviation: it counts once.
  const largest = known.largest ?? 0;
  const withLargest = (n - 1) * mean + largest;
  const withReserve = Math.max(withLargeItem, withLargest) + (n / known.count) * excess;
  return Math.min(withReserve, n * Math.max(LARGE_ITEM_BYTES, largest));
};

/** Every list of NetBackup supports this many items in one page; some refuse more. */
const MAX_PAGE = 100;

/** This many items of 30 KB fit. */
const FIRST_PAGE = Math.floor(PLANNED_BYTES / LARGE_ITEM_BYTES);

/**
 * The most items that a page should have to fit into one message; at least one. A page has at most half as many items as were
 * measured: if one item in five is large, a long run of small ones is not uncommon.
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
