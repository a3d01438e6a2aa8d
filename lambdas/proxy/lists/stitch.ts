/** Several small pages of a list become the one that the client asked for. Pure. */

import { type PageParameters, withPage } from '../../commands/page-uri.ts';
import { isOffsetStyle, type ListPage, parsedNode } from '../../commands/sizes/list-page.ts';
import { memberOf, textOf } from '../../platform/json-text.ts';

/** Whether a page says itself that more follows; undefined when it says nothing about that. */
const saysMore = ({ pagination: { next, hasNext } }: ListPage): boolean | undefined => {
  if (typeof hasNext === 'boolean') return hasNext;
  return next === undefined ? undefined : next !== null && next !== 0 && next !== '';
};

/** Where to go on; undefined takes a parameter away. */
export type Position = { readonly [N in 'offset' | 'after' | 'before']?: PageParameters[N] | undefined };

/** Where the page goes on after `fetched` items, or undefined at the end of the list. */
export const nextPage = (page: ListPage, wanted: PageParameters, fetched: number): Position | undefined => {
  const { next, prev, count } = page.pagination;
  if (isOffsetStyle(page)) {
    const offset = (wanted.offset ?? 0) + fetched;
    // What names the whole count need not name the next page.
    return (saysMore(page) ?? (typeof count === 'number' && count > offset)) ? { offset } : undefined;
  }
  const cursor = wanted.before === undefined ? next : prev;
  if (typeof cursor !== 'string' || cursor === '') return undefined;
  const value = encodeURIComponent(cursor);
  // An offset beside a cursor would be a second way to say where to go on.
  return { ...(wanted.before === undefined ? { after: value } : { before: value }), offset: undefined };
};

/** A member of `links` with its paging changed; whatever has no address stays away. */
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

/** `meta` and `links` as this server writes them: a member that none of its pages has is not made up. */
const offsetFrame = (pages: readonly ListPage[], limit: number): Frame => {
  const first = pages[0] as ListPage;
  const last = pages.at(-1) as ListPage;
  const names = new Set(pages.flatMap(({ pagination }) => Object.keys(pagination)));
  const offset = first.pagination.offset as number;
  const count = typeof last.pagination.count === 'number' ? last.pagination.count : undefined;
  const isMore = saysMore(last) === true && (count === undefined || offset + limit < count);
  const next = isMore ? offset + limit : undefined;
  const prev = offset > 0 ? Math.max(0, offset - limit) : undefined;
  const end = count === undefined ? undefined : Math.max(0, Math.floor((count - 1) / limit) * limit);
  const { next: _next, prev: _prev, ...rest } = first.pagination as Record<string, unknown>;
  const said = <T>(name: string, value: T | undefined) =>
    names.has(name) && value !== undefined ? { [name]: value } : {};
  const at = (name: string, from: ListPage, value: number | undefined) =>
    value === undefined ? {} : linkTo(from.links, name, { limit, offset: value });
  return {
    pagination: {
      ...rest,
      ...said('next', isMore ? next : last.pagination.next),
      ...said('hasNext', isMore),
      ...said('prev', prev),
      ...said('last', end),
      ...said('page', Math.floor(offset / limit)),
      ...said('pages', count === undefined ? undefined : Math.ceil(count / limit)),
      limit,
      ...said('count', count),
    },
    links: {
      ...first.links,
      ...at('self', first, offset),
      ...at('first', first, 0),
      ...at('last', last, end),
      ...withoutOr('next', at('next', first, next)),
      ...withoutOr('prev', at('prev', first, prev)),
    },
  };
};

/** The link, or its absence where the page that lends the others had one. */
const withoutOr = (name: string, link: Record<string, unknown>): Record<string, unknown> =>
  name in link ? link : { [name]: undefined };

const cursorFrame = (earliest: ListPage, latest: ListPage, asked: ListPage, limit: number): Frame => {
  const { next: _next, prev: _prev, ...rest } = asked.pagination as Record<string, unknown>;
  const { next } = latest.pagination;
  const { prev } = earliest.pagination;
  return {
    pagination: {
      ...rest,
      limit,
      ...(next === undefined ? {} : { next }),
      ...(prev === undefined ? {} : { prev }),
    },
    links: {
      ...asked.links,
      ...linkTo(asked.links, 'self', { limit }),
      ...linkTo(asked.links, 'first', { limit }),
      ...linkTo(asked.links, 'last', { limit }),
      ...withoutOr('next', linkTo(latest.links, 'next', { limit })),
      ...withoutOr('prev', linkTo(earliest.links, 'prev', { limit })),
    },
  };
};

/** All items of a member that is an array in every page, as they were written. */
const itemTexts = (pages: readonly ListPage[], name: string): string[] =>
  pages.flatMap(({ text, root }) => {
    const member = memberOf(root, name);
    return member?.kind === 'array' ? member.items.map((item) => textOf(text, item)) : [];
  });

/** One page holds what its items refer to once; of several pages the same may come again. */
const joinedItems = (pages: readonly ListPage[], name: 'data' | 'included'): string => {
  const texts = itemTexts(pages, name);
  return `[${(name === 'included' ? [...new Set(texts)] : texts).join(',')}]`;
};

/**
 * The page of `limit` items, made of those that were fetched, in the order of fetching. Items keep every byte; `meta` and
 * `links` say what they would have said of the whole page.
 */
export const stitch = (fetched: readonly ListPage[], limit: number, wanted: PageParameters): string => {
  const asked = fetched[0] as ListPage;
  const isBackwards = wanted.before !== undefined && !isOffsetStyle(asked);
  const pages = isBackwards ? [...fetched].reverse() : fetched;
  const earliest = pages[0] as ListPage;
  const latest = pages.at(-1) as ListPage;
  const { pagination, links } = isOffsetStyle(asked)
    ? offsetFrame(pages, limit)
    : cursorFrame(earliest, latest, asked, limit);
  const meta = parsedNode<object>(asked.text, memberOf(asked.root, 'meta'), 'object');
  const members = asked.root.kind === 'object' ? asked.root.members : [];
  const written = members.map(([name, value]) => {
    const text =
      name === 'meta'
        ? JSON.stringify({ ...meta, pagination })
        : name === 'links' && value.kind === 'object'
          ? JSON.stringify(links)
          : (name === 'data' || name === 'included') && value.kind === 'array'
            ? joinedItems(pages, name)
            : textOf(asked.text, value);
    return `${JSON.stringify(name)}:${text}`;
  });
  return `{${written.join(',')}}`;
};
