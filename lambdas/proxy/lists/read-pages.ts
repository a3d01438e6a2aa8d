/** Reads the pages of a list after the first one. */
import { isOffsetStyle, type ListPage } from '../../commands/sizes/list-page.ts';
import { MAX_RESPONSE_BYTES } from '../response.ts';
import { nextPage } from './join-pages.ts';
import { type ListReading, listTooLarge } from './list-reading.ts';
import type { ListRequest } from './list-request.ts';
import { SingleItemReads } from './single-item-reads.ts';

/** How many pages of one list are under way at a time. NetBackup may need seconds for each. */
const PARALLEL = 12;

/** Reads on after the first page. */
type ReadPages = (
  reading: ListReading,
  first: ListPage,
  list: ListRequest,
  singles: SingleItemReads,
) => Promise<void>;

/** Reads page after page, each by the cursor of the page before. */
const readByCursor: ReadPages = async (reading, first, { page, limit }, singles) => {
  let latest = first;
  let before = first.items.length;
  let cursor: string | undefined;
  while (before < limit && latest.items.length > 0) {
    const position = nextPage(latest, page, before);
    const next = JSON.stringify(position);
    // A cursor that refers to itself would never end.
    if (!position || next === cursor) return;
    cursor = next;
    latest = await reading.readPage(before, position, reading.pageSize(limit - before, singles), singles);
    before += latest.items.length;
  }
};

/** Reads `length` items from `start` on. @returns how many there were */
const readRange = async (
  reading: ListReading,
  { page }: ListRequest,
  start: number,
  length: number,
  singles: SingleItemReads,
): Promise<number> => {
  let count = 0;
  while (count < length && !reading.hasFailed) {
    const before = start + count;
    const position = { offset: (page.offset ?? 0) + before };
    const size = reading.pageSize(length - count, singles);
    const read = await reading.readPage(before, position, size, singles);
    count += read.items.length;
    if (read.items.length === 0 || !nextPage(read, page, start + count)) break;
  }
  return count;
};

/** Reads several ranges at a time, since their positions are known. */
const readByOffset: ReadPages = async (reading, first, list, singles) => {
  const { count } = first.pagination;
  const isCounted = typeof count === 'number';
  let start = first.items.length;
  let end = isCounted ? Math.min(list.limit, count - (list.page.offset ?? 0)) : list.limit;
  const readNext = async (length: number, singleReads: SingleItemReads): Promise<void> => {
    const from = start;
    start += length;
    const found = await readRange(reading, list, from, length, singleReads);
    if (found < length) end = Math.min(end, from + found);
  };
  // The remaining items of a first page that was too large.
  if (singles.remaining > 0) await readNext(Math.min(singles.remaining, end - start), singles);
  const worker = async (): Promise<void> => {
    while (start < end && !reading.hasFailed) {
      const singleReads = new SingleItemReads();
      try {
        await readNext(reading.pageSize(end - start, singleReads), singleReads);
      } catch (error) {
        reading.hasFailed = true;
        throw error;
      }
    }
  };
  const parallel = isCounted && reading.mayBeParallel ? PARALLEL : 1;
  await Promise.all(Array.from({ length: parallel }, worker));
};

export const readRemainingPages: ReadPages = async (reading, first, list, singles) => {
  const { count } = first.pagination;
  if (list.kind === 'all' && typeof count === 'number' && reading.expectedBytes(count) > MAX_RESPONSE_BYTES)
    throw listTooLarge();
  const isMore = nextPage(first, list.page, first.items.length) !== undefined;
  if (first.items.length >= list.limit || first.items.length === 0 || !isMore) return;
  if (isOffsetStyle(first)) await readByOffset(reading, first, list, singles);
  else await readByCursor(reading, first, list, singles);
};
