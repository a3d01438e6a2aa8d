/** Lists of the API, page after page. A page can be empty although others follow. */
import { type ApiClient, segment } from './api-client.ts';

export type Query = Readonly<Record<string, string | number | readonly string[] | undefined>>;

export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor?: string;
}

/** `?a=1&b=2`; a list is repeated, what is undefined is left out. */
export const queryOf = (query: Query): string => {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined
      ? []
      : (Array.isArray(value) ? value : [value]).map((one) => `${name}=${segment(String(one))}`),
  );
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`;
};

/** Of every list of the API. */
const MAX_PAGE = 100;

/**
 * All items, or so many.
 * @throws Error when the list does not go on: the same cursor again
 */
export async function* itemsOf<T>(
  api: ApiClient,
  path: string,
  query: Query = {},
  limit = Number.POSITIVE_INFINITY,
): AsyncGenerator<T, void> {
  let cursor: string | undefined;
  let left = limit;
  do {
    const paged = { ...query, limit: Math.min(left, MAX_PAGE), cursor };
    const page: Page<T> = await api.call<Page<T>>('GET', `${path}${queryOf(paged)}`);
    for (const item of page.items.slice(0, left)) yield item;
    left -= page.items.length;
    if (page.cursor !== undefined && page.cursor === cursor)
      throw new Error(`The list ${path} does not go on: the API has sent the same cursor twice.`);
    cursor = page.cursor;
  } while (cursor !== undefined && left > 0);
}

export const collected = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
};
