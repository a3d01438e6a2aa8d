/** Lists of the API, page after page. A page can be empty although others follow. */
import { type ApiResult, answerOf } from './api-client.ts';

export interface PageQuery {
  readonly limit: number;
  readonly cursor?: string;
}

/** Reads one page. */
export type ReadPage<T> = (page: PageQuery) => Promise<ApiResult<{ items: T[]; cursor?: string }>>;

/** Of every list of the API. */
const MAX_PAGE = 100;

/**
 * All items, or so many.
 * @throws Error when the list does not go on: the same cursor again
 */
export async function* itemsOf<T>(
  read: ReadPage<T>,
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<T, void> {
  let page: PageQuery = { limit: Math.min(limit, MAX_PAGE) };
  let left = limit;
  for (;;) {
    const { items, cursor } = await answerOf(read(page));
    yield* items.slice(0, left);
    left -= items.length;
    if (cursor === undefined || left <= 0) return;
    if (cursor === page.cursor)
      throw new Error('The list does not go on: the API has sent the same cursor twice.');
    page = { limit: Math.min(left, MAX_PAGE), cursor };
  }
}

/** The same as an array. */
export const allOf = async <T>(read: ReadPage<T>, limit?: number): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of itemsOf(read, limit)) all.push(item);
  return all;
};
