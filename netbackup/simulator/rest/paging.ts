import { omitUndefined } from '../../omit-undefined.ts';
import { badRequest } from './errors.ts';
import { queryPair } from './query.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly meta: { readonly pagination: Readonly<Record<string, unknown>> };
  readonly links: Readonly<Record<string, { readonly href: string }>>;
}

export interface PageRequest {
  readonly query: ReadonlyMap<string, string>;
  /** Absolute address of the list, without query. */
  readonly address: string;
  readonly defaultLimit: number;
  readonly maxLimit: number;
}

function limitOf({ query, defaultLimit, maxLimit }: PageRequest): number {
  return wholeNumber(query.get('page[limit]'), 'page[limit]', defaultLimit, 1, maxLimit);
}

function wholeNumber(
  text: string | undefined,
  name: string,
  byDefault: number,
  low: number,
  high: number,
): number {
  if (text === undefined) return byDefault;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < low || value > high) {
    throw badRequest(`The ${name} value must be between ${low} and ${high}.`);
  }
  return value;
}

function link(
  { query, address }: PageRequest,
  page: Readonly<Record<string, string | number>>,
): { href: string } {
  const kept = [...query].filter(([name]) => !name.startsWith('page['));
  const pairs = [...Object.entries(page), ...kept].map(([name, value]) => queryPair(name, value));
  return { href: `${address}?${pairs.join('&')}` };
}

/** Offset paging: `page[offset]` and `page[limit]`; clients stop at a page with fewer items than `page[limit]`. */
export function pageByOffset<T>(items: readonly T[], request: PageRequest): Page<T> {
  const limit = limitOf(request);
  const { MAX_SAFE_INTEGER } = Number;
  const offset = wholeNumber(request.query.get('page[offset]'), 'page[offset]', 0, 0, MAX_SAFE_INTEGER);
  const to = (start: number): { href: string } =>
    link(request, { 'page[offset]': start, 'page[limit]': limit });
  const count = items.length;
  const last = Math.max(0, Math.floor((count - 1) / limit) * limit);
  const next = offset + limit < count ? offset + limit : undefined;
  const prev = offset > 0 ? Math.max(0, offset - limit) : undefined;
  return {
    items: items.slice(offset, offset + limit),
    meta: {
      pagination: {
        ...omitUndefined({ prev, next }),
        first: 0,
        last,
        page: Math.floor(offset / limit),
        pages: Math.ceil(count / limit),
        offset,
        limit,
        count,
      },
    },
    links: {
      self: to(offset),
      first: to(0),
      last: to(last),
      ...(next !== undefined && { next: to(next) }),
      ...(prev !== undefined && { prev: to(prev) }),
    },
  };
}

/** Cursor paging: `meta.pagination.next` is a string for `page[after]`. `keyOf` identifies an item in the order given. */
export function pageByCursor<T>(
  items: readonly T[],
  request: PageRequest,
  keyOf: (item: T) => string,
): Page<T> {
  const limit = limitOf(request);
  const find = (name: string): number | undefined => {
    const cursor = request.query.get(name);
    if (cursor === undefined) return undefined;
    const key = Buffer.from(cursor, 'base64url').toString();
    const index = items.findIndex((item) => keyOf(item) === key);
    if (index < 0) throw badRequest(`The ${name} value is not valid.`);
    return index;
  };
  const after = find('page[after]');
  const before = find('page[before]');
  const start = after !== undefined ? after + 1 : before !== undefined ? Math.max(0, before - limit) : 0;
  const end = before !== undefined && after === undefined ? before : start + limit;
  const page = items.slice(start, end);
  const cursorOf = (item: T | undefined): string =>
    item === undefined ? '' : Buffer.from(keyOf(item)).toString('base64url');
  const next = start + page.length < items.length ? cursorOf(page.at(-1)) : '';
  const prev = start > 0 ? cursorOf(page[0]) : '';
  return {
    items: page,
    meta: { pagination: { limit, ...(next !== '' && { next }), ...(prev !== '' && { prev }) } },
    links: {
      self: link(request, {
        'page[limit]': limit,
        ...(after !== undefined && { 'page[after]': request.query.get('page[after]') ?? '' }),
      }),
      first: link(request, { 'page[limit]': limit }),
      ...(next !== '' && { next: link(request, { 'page[limit]': limit, 'page[after]': next }) }),
      ...(prev !== '' && { prev: link(request, { 'page[limit]': limit, 'page[before]': prev }) }),
    },
  };
}
