/** Joins several small pages of a list to the page that the client requested. Pure. */
import { type PageParameters, withPage } from '../../commands/page-uri.ts';
import { isOffsetStyle, type ListPage, parsedNode } from '../../commands/sizes/list-page.ts';
import { memberOf, textOf } from '../../platform/json-text.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';

/** Whether the pagination of a page declares a next page; undefined if it does not contain this. */
const declaresNext = ({ pagination: { next, hasNext } }: ListPage): boolean | undefined => {
  if (typeof hasNext === 'boolean') return hasNext;
  return next === undefined ? undefined : next !== null && next !== 0 && next !== '';
};

/** The paging parameters of the next page; undefined removes one. */
export type Position = { readonly [N in 'offset' | 'after' | 'before']?: PageParameters[N] | undefined };

/** The position after `fetched` items, or undefined at the end of the list. */
export const nextPage = (page: ListPage, wanted: PageParameters, fetched: number): Position | undefined => {
  const { next, prev, count } = page.pagination;
  if (isOffsetStyle(page)) {
    const offset = (wanted.offset ?? 0) + fetched;
    // A page with the total count may lack the next page.
    return (declaresNext(page) ?? (typeof count === 'number' && count > offset)) ? { offset } : undefined;
  }
  const cursor = wanted.before === undefined ? next : prev;
  if (typeof cursor !== 'string' || cursor === '') return undefined;
  const value = encodeURIComponent(cursor.toWellFormed());
  // A cursor and an offset would be two positions.
  return { ...(wanted.before === undefined ? { after: value } : { before: value }), offset: undefined };
};

/** A member of `links` with its paging changed; without an address it is left out. */
const linkTo = (links: ListPage['links'], name: string, change: Parameters<typeof withPage>[1]) => {
  const link = links[name] as { readonly href?: unknown } | string | undefined;
  const href = typeof link === 'string' ? link : link?.href;
  if (typeof href !== 'string') return {};
  const changed = withPage(href, change);
  return { [name]: typeof link === 'string' ? changed : { ...(link as object), href: changed } };
};

interface Frame {
  readonly pagination: Record<string, unknown>;
  readonly links: Record<string, unknown>;
}

/** `meta` and `links` in the style of this server: only members that its pages have. */
const offsetFrame = (pages: readonly ListPage[], limit: number): Frame => {
  const first = pages[0] as ListPage;
  const last = pages.at(-1) as ListPage;
  const names = new Set(pages.flatMap(({ pagination }) => Object.keys(pagination)));
  const offset = first.pagination.offset as number;
  const count = typeof last.pagination.count === 'number' ? last.pagination.count : undefined;
  // As in nextPage: a page with the total count may lack the next page.
  const isMore =
    (declaresNext(last) ?? count !== undefined) && (count === undefined || offset + limit < count);
  const next = isMore ? offset + limit : undefined;
  const prev = offset > 0 ? Math.max(0, offset - limit) : undefined;
  const end = count === undefined ? undefined : Math.max(0, Math.floor((count - 1) / limit) * limit);
  const { next: _next, prev: _prev, ...rest } = first.pagination as Record<string, unknown>;
  const ifPresent = <T>(name: string, value: T | undefined) =>
    names.has(name) && value !== undefined ? { [name]: value } : {};
  const linkAt = (name: string, from: ListPage, value: number | undefined) =>
    value === undefined ? {} : linkTo(from.links, name, { limit, offset: value });
  return {
    pagination: {
      ...rest,
      ...ifPresent('next', isMore ? next : last.pagination.next),
      ...ifPresent('hasNext', isMore),
      ...ifPresent('prev', prev),
      ...ifPresent('last', end),
      ...ifPresent('page', Math.floor(offset / limit)),
      ...ifPresent('pages', count === undefined ? undefined : Math.ceil(count / limit)),
      limit,
      ...ifPresent('count', count),
    },
    links: {
      ...first.links,
      ...linkAt('self', first, offset),
      ...linkAt('first', first, 0),
      ...linkAt('last', last, end),
      ...withoutOr('next', linkAt('next', first, next)),
      ...withoutOr('prev', linkAt('prev', first, prev)),
    },
  };
};

/** The link, or undefined, which removes the one of the first page. */
const withoutOr = (name: string, link: Record<string, unknown>): Record<string, unknown> =>
  name in link ? link : { [name]: undefined };

const cursorFrame = (earliest: ListPage, latest: ListPage, firstRead: ListPage, limit: number): Frame => {
  const {
    next: _next,
    prev: _prev,
    hasNext: _hasNext,
    hasPrev: _hasPrev,
    ...rest
  } = firstRead.pagination as Record<string, unknown>;
  const { next, hasNext } = latest.pagination;
  const { prev, hasPrev } = earliest.pagination;
  return {
    pagination: {
      ...rest,
      limit,
      ...omitUndefined({ next, prev, hasNext, hasPrev }),
    },
    links: {
      ...firstRead.links,
      ...linkTo(firstRead.links, 'self', { limit }),
      ...linkTo(firstRead.links, 'first', { limit }),
      ...linkTo(firstRead.links, 'last', { limit }),
      ...withoutOr('next', linkTo(latest.links, 'next', { limit })),
      ...withoutOr('prev', linkTo(earliest.links, 'prev', { limit })),
    },
  };
};

/** `links` as the server writes them: by their names, or as an array of `{rel, href}` (CMD-4). */
const linksText = (links: Readonly<Record<string, unknown>>, kind: 'object' | 'array'): string =>
  JSON.stringify(kind === 'object' ? links : Object.values(links).filter((link) => link !== undefined));

/** The texts of all items of a member that is an array. */
const itemTexts = (pages: readonly ListPage[], name: string): string[] =>
  pages.flatMap(({ text, root }) => {
    const member = memberOf(root, name);
    return member?.kind === 'array' ? member.items.map((item) => textOf(text, item)) : [];
  });

/** A page includes each resource once; several pages may repeat it. */
const joinedItems = (pages: readonly ListPage[], name: 'data' | 'included'): string => {
  const texts = itemTexts(pages, name);
  return `[${(name === 'included' ? [...new Set(texts)] : texts).join(',')}]`;
};

/**
 * The page of `limit` items, made of pages in the order in which they were read. Items keep every byte; `meta` and `links` are those
 * of the whole page.
 */
export const joinPages = (fetched: readonly ListPage[], limit: number, wanted: PageParameters): string => {
  const firstRead = fetched[0] as ListPage;
  const isBackwards = wanted.before !== undefined && !isOffsetStyle(firstRead);
  const pages = isBackwards ? [...fetched].reverse() : fetched;
  const earliest = pages[0] as ListPage;
  const latest = pages.at(-1) as ListPage;
  const { pagination, links } = isOffsetStyle(firstRead)
    ? offsetFrame(pages, limit)
    : cursorFrame(earliest, latest, firstRead, limit);
  const meta = parsedNode<object>(firstRead.text, memberOf(firstRead.root, 'meta'), 'object');
  const members = firstRead.root.kind === 'object' ? firstRead.root.members : [];
  const written = members.map(([name, value]) => {
    const text =
      name === 'meta'
        ? JSON.stringify({ ...meta, pagination })
        : name === 'links' && (value.kind === 'object' || value.kind === 'array')
          ? linksText(links, value.kind)
          : (name === 'data' || name === 'included') && value.kind === 'array'
            ? joinedItems(pages, name)
            : textOf(firstRead.text, value);
    return `${JSON.stringify(name)}:${text}`;
  });
  return `{${written.join(',')}}`;
};
