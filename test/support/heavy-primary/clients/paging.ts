/** How public clients page through a list. Each function returns the number of items. */
import type { Client } from '../client.ts';

/** When an offset client stops: at a page shorter than requested, at an empty one, or when `meta` has no next page. */
export type Until = 'short' | 'empty' | 'next' | 'hasNext';

export interface Walk {
  /** May have parameters. */
  readonly path: string;
  readonly version?: string;
  readonly limit?: number;
  /** The client stops after this many pages. */
  readonly pages?: number;
}

const MAX_PAGES = 200;
const join = (path: string, parameters: readonly string[]): string =>
  `${path}${path.includes('?') ? '&' : '?'}${parameters.join('&')}`;

export const byOffset = async (client: Client, walk: Walk, until: Until): Promise<number> => {
  const { path, version, limit, pages = MAX_PAGES } = walk;
  let found = 0;
  let offset = 0;
  for (let page = 0; page < pages; page++) {
    const parameters = [`page[offset]=${offset}`, ...(limit === undefined ? [] : [`page[limit]=${limit}`])];
    const { status, json } = await client.get(join(path, parameters), version);
    if (status !== 200) break;
    const items: number = json.data.length;
    const { pagination = {} } = json.meta ?? {};
    found += items;
    if (items === 0 || (until === 'short' && items < (limit ?? items))) break;
    if (until === 'next' && !pagination.next) break;
    if (until === 'hasNext' && pagination.hasNext !== true) break;
    offset = until === 'next' ? pagination.next : offset + (pagination.limit ?? items);
  }
  return found;
};

/** By `meta.pagination.next`, as cursor clients do. */
export const byCursor = async (client: Client, walk: Walk): Promise<number> => {
  const { path, version, limit = 100, pages = MAX_PAGES } = walk;
  let found = 0;
  let after = '';
  for (let page = 0; page < pages; page++) {
    const cursor = after === '' ? [] : [`page[after]=${after}`];
    const { status, json } = await client.get(join(path, [`page[limit]=${limit}`, ...cursor]), version);
    if (status !== 200) break;
    found += json.data.length;
    after = json.meta.pagination.next ?? '';
    if (after === '') break;
  }
  return found;
};

/** By `links.next.href`, as clients do that use links only. */
export const byLinks = async (client: Client, { path, version, limit = 100, pages = MAX_PAGES }: Walk) => {
  let answer = await client.get(join(path, [`page[limit]=${limit}`]), version);
  let found = 0;
  for (let page = 1; answer.status === 200; page++) {
    found += answer.json.data.length;
    const next: string | undefined = answer.json.links?.next?.href;
    if (next === undefined || page === pages) break;
    answer = await client.follow(next);
  }
  return found;
};
