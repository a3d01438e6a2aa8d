/** Pages of a list as NetBackup returns them, independent of the paging of the simulator and the proxy. */
import { type ItemHead, itemText } from './items.ts';
import type { ListModel } from './lists.ts';

export const ORIGIN = 'https://primary.example.com';

export interface PageCall {
  readonly list: ListModel;
  /** Names the list in its seed. */
  readonly key: string;
  /** The requested path, below `/netbackup`, without query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Major API version: it decides the style of jobs. */
  readonly version: number;
}

/** A request that NetBackup refuses, with its message. */
export class Refused extends Error {
  override readonly name = 'Refused';
}

const FIRST_CURSOR_VERSION = 9;
const DEFAULT_LIMIT = 10;

const whole = (
  query: URLSearchParams,
  name: string,
  byDefault: number,
  low: number,
  high: number,
): number => {
  const text = query.get(name);
  if (text === null) return byDefault;
  const value = /^\d{1,15}$/.test(text) ? Number(text) : -1;
  if (value < low || value > high) throw new Refused(`The ${name} value must be between ${low} and ${high}.`);
  return value;
};

const headOf = ({ list, path }: PageCall, index: number): ItemHead => {
  // Newest first: the first item has the highest number.
  const id = String(list.items - index);
  return {
    type: list.type,
    id,
    self: list.relative ? `${path}/${id}` : `${ORIGIN}/netbackup${path}/${id}`,
    ...(list.hosts ? { host: `host-${index % list.hosts}` } : {}),
  };
};

const dataText = (call: PageCall, from: number, to: number): string => {
  const texts: string[] = [];
  for (let index = Math.max(0, from); index < Math.min(to, call.list.items); index++)
    texts.push(itemText(headOf(call, index), call.list.size(call.key, index), call.key));
  return `[${texts.join(',')}]`;
};

/** Each host once, in the order in which the items of the page refer to it. */
const includedText = (call: PageCall, from: number, to: number): string => {
  if (!call.list.hosts) return '';
  const ids = new Set<string>();
  for (let index = from; index < Math.min(to, call.list.items); index++)
    ids.add(headOf(call, index).host ?? '');
  const hosts = [...ids].map((id) => ({
    type: 'host',
    id,
    attributes: { displayName: `${id}.example.com` },
  }));
  return `,"included":${JSON.stringify(hosts)}`;
};

type Page = Readonly<Record<string, string | number | undefined>>;
const linkTo = ({ path, query }: PageCall, page: Page): { href: string } => {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(page))
    if (value !== undefined) parameters.append(`page[${name}]`, String(value));
  for (const [name, value] of query) if (!name.startsWith('page[')) parameters.append(name, value);
  return { href: `${ORIGIN}/netbackup${path}?${parameters}` };
};

const bodyOf = (call: PageCall, from: number, to: number, pagination: object, links: object): string =>
  `{"data":${dataText(call, from, to)},"meta":${JSON.stringify({ pagination })},"links":${JSON.stringify(links)}${includedText(call, from, to)}}`;

const offsetPage = (call: PageCall): string => {
  const { list, query } = call;
  const disabled = list.canDisable === true && query.get('page[disable]') === 'true';
  const limit = disabled
    ? Math.max(1, list.items)
    : whole(query, 'page[limit]', DEFAULT_LIMIT, 1, list.maxLimit);
  const offset = disabled ? 0 : whole(query, 'page[offset]', 0, 0, 1e9);
  const count = list.items;
  const next = offset + limit < count ? offset + limit : undefined;
  const prev = offset > 0 ? Math.max(0, offset - limit) : undefined;
  const last = Math.max(0, Math.floor((count - 1) / limit) * limit);
  const pagination =
    list.style === 'hasNext'
      ? { offset, limit, count, hasNext: next !== undefined, hasPrev: prev !== undefined }
      : {
          first: 0,
          last,
          next,
          prev,
          page: Math.floor(offset / limit),
          pages: Math.ceil(count / limit),
          offset,
          limit,
          count,
        };
  const to = (start: number | undefined) =>
    start === undefined ? undefined : linkTo(call, { offset: start, limit });
  const links = { self: to(offset), first: to(0), last: to(last), next: to(next), prev: to(prev) };
  return bodyOf(call, offset, offset + limit, pagination, links);
};

const cursorOf = (index: number): string => Buffer.from(`place ${index}`).toString('base64url');
const placeOf = (query: URLSearchParams, name: string): number | undefined => {
  const cursor = query.get(name);
  if (cursor === null) return undefined;
  const place = /^place (\d+)$/.exec(Buffer.from(cursor, 'base64url').toString())?.[1];
  if (place === undefined) throw new Refused(`The ${name} value is not valid.`);
  return Number(place);
};

const cursorPage = (call: PageCall): string => {
  const { list, query } = call;
  const limit = whole(query, 'page[limit]', DEFAULT_LIMIT, 1, list.maxLimit);
  const after = placeOf(query, 'page[after]');
  const before = placeOf(query, 'page[before]');
  const named = [after, before, query.get('page[offset]') ?? undefined].filter(
    (value) => value !== undefined,
  );
  if (named.length > 1)
    throw new Refused('Only one of page[after], page[before] and page[offset] can be given.');
  const from = before === undefined ? (after ?? -1) + 1 : Math.max(0, before - limit);
  const to = Math.min(list.items, before ?? from + limit);
  const next = to < list.items ? cursorOf(to - 1) : undefined;
  const prev = from > 0 ? cursorOf(from) : undefined;
  const given = {
    after: query.get('page[after]') ?? undefined,
    before: query.get('page[before]') ?? undefined,
  };
  const links = {
    self: linkTo(call, { limit, ...given }),
    first: linkTo(call, { limit }),
    next: next === undefined ? undefined : linkTo(call, { limit, after: next }),
    prev: prev === undefined ? undefined : linkTo(call, { limit, before: prev }),
  };
  return bodyOf(call, from, to, { limit, next, prev, rangeTruncated: false }, links);
};

/** @throws Refused for paging parameters that NetBackup refuses */
export const pageText = (call: PageCall): string => {
  const { style, items } = call.list;
  if (style === 'flat') return `{"data":${dataText(call, 0, items)}}`;
  return style === 'cursor' && call.version >= FIRST_CURSOR_VERSION ? cursorPage(call) : offsetPage(call);
};
