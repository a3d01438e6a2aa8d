/** Bodies keep every byte except their links; joined pages equal the page that was requested. */
import fc from 'fast-check';
import { type PageParameters, pageOf, withPage } from '../../../lambdas/commands/page-uri.ts';
import { type ListPage, readPage } from '../../../lambdas/commands/sizes/list-page.ts';
import { memberOf, readJsonText, replaceSpans, textOf } from '../../../lambdas/platform/json-text.ts';
import { readLinks } from '../../../lambdas/proxy/links/links.ts';
import { joinPages, nextPage } from '../../../lambdas/proxy/lists/join-pages.ts';
import { pageByCursor, pageByOffset } from '../../../netbackup/simulator/rest/paging.ts';
import { parseUri } from '../../../netbackup/simulator/rest/query.ts';

const BASE = 'https://api.example.com/v1/groups/demo';
const rewriteLinks = (body: string, ...hosts: string[]) =>
  readLinks(body).rewrittenFor('/netbackup/a', { base: BASE, hosts: new Set(hosts) });

/** JSON with blanks at all possible places. */
const jsonText = fc
  .tuple(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 1, 3))
  .map(([value, indent]) => JSON.stringify(value, undefined, indent));

test('replacing the parts of a text with themselves changes nothing', () => {
  fc.assert(
    fc.property(jsonText, (text) => {
      const root = readJsonText(text);
      if (!root) throw new Error('not read');
      expect(JSON.parse(textOf(text, root))).toEqual(JSON.parse(text));
      if (root.kind !== 'object') return;
      expect(
        replaceSpans(
          text,
          root.members.map(([, value]) => [value, textOf(text, value)]),
        ),
      ).toBe(text);
      for (const [name] of root.members) {
        const member = memberOf(root, name);
        if (!member) throw new Error('no member');
        expect(JSON.parse(textOf(text, member))).toEqual((JSON.parse(text) as Record<string, unknown>)[name]);
      }
    }),
  );
});

test('a body without links is unchanged', () => {
  fc.assert(
    fc.property(fc.oneof(jsonText, fc.string()), (text) => {
      fc.pre(!text.includes('links'));
      expect(rewriteLinks(text)).toBe(text);
    }),
  );
});

test.each([
  '{"n":12345678901234567890,"f":1.0,"e":1E5,"links":{"self":{"href":"/a"}}}',
  '{ "links" : [ {"rel":"self","href":"https:\\/\\/nbu1:8443\\/netbackup\\/a"} ] , "x" : "\\u00e9" }',
])('numbers, escapes and blanks are kept in %s', (text) => {
  expect(rewriteLinks(text)).toBe(text.replace(/"(\/a|https:.*\\\/a)"/, `"${BASE}/netbackup/a"`));
});

test('links are found at any place, and only addresses are changed', () => {
  const own = { self: '/a', next: { href: '/b', rel: 5 }, none: { href: 7 }, last: null };
  const listed = [{ rel: 'self', href: '/c' }, '/no-link', { rel: 'x' }];
  const body = [{ data: [{ links: own, x: { links: listed } }], links: '/no-link', self: '/no-link' }];
  expect(JSON.parse(rewriteLinks(JSON.stringify(body)))).toEqual([
    {
      data: [
        {
          links: { ...own, self: `${BASE}/netbackup/a`, next: { href: `${BASE}/netbackup/b`, rel: 5 } },
          x: { links: [{ rel: 'self', href: `${BASE}/netbackup/c` }, '/no-link', { rel: 'x' }] },
        },
      ],
      links: '/no-link',
      self: '/no-link',
    },
  ]);
});

test('a link is found at any depth', () => {
  const nested = (href: string) =>
    `${'[{"a":'.repeat(50_000)}{"links":{"self":"${href}"}}${'}]'.repeat(50_000)}`;
  expect(rewriteLinks(nested('/b'))).toBe(nested(`${BASE}/netbackup/b`));
});

test.each(['{"links":', '', 'links', '{"links":"\\/a"}'])('%j has no links', (text) => {
  expect(rewriteLinks(text)).toBe(text);
});

test('an address that is found twice is replaced once', () => {
  const text = (href: string) => `{"links":{"links":{"href":"${href}"}}}`;
  expect(rewriteLinks(text('/a'))).toBe(text(`${BASE}/netbackup/a`));
});

test('hosts are taken from absolute links below /netbackup, own ones from self and first', () => {
  const link = (host: string, path = 'netbackup/x') => ({ href: `https://${host}/${path}` });
  const links = {
    self: link('A.example.com:1556'),
    first: link('b'),
    next: link('c'),
    other: link('d', 'x'),
  };
  const listed = [{ rel: 'self', ...link('e') }, link('f')];
  const read = readLinks(JSON.stringify({ links, data: [{ links: listed }] }));
  expect([[...read.hosts].sort(), [...read.ownHosts].sort()]).toEqual([
    ['a.example.com', 'b', 'c', 'e', 'f'],
    ['a.example.com', 'b', 'e'],
  ]);
});

describe('paging parameters', () => {
  const uris = fc
    .array(
      fc.constantFrom('filter=a+b', 'page[limit]=5', 'page%5Boffset%5D=10', 'page%5bafter%5d=x', 'y', '='),
    )
    .map((pairs) => `/netbackup/l?${pairs.join('&')}`);

  test('a parameter that was set is read, and nothing else changes', () => {
    fc.assert(
      fc.property(uris, fc.integer({ min: 1, max: 500 }), (uri, limit) => {
        const changed = withPage(uri, { limit });
        expect(pageOf(changed)).toEqual({ ...pageOf(uri), limit });
        const others = (text: string) => text.split(/[?&]/).filter((pair) => !/limit/.test(pair));
        expect(others(changed).filter(Boolean)).toEqual(others(uri).filter(Boolean));
      }),
    );
  });

  test.each<[string, Parameters<typeof withPage>[1], string]>([
    ['/l', { limit: 5 }, '/l?page%5Blimit%5D=5'],
    ['/l?a=1', { after: 'x%3D', limit: 5 }, '/l?a=1&page%5Bafter%5D=x%3D&page%5Blimit%5D=5'],
    ['/l?page[limit]=100&a', { limit: 50 }, '/l?page[limit]=50&a'],
    ['/l?page[after]=x', { after: undefined }, '/l'],
  ])('%s with %j', (uri, change, expected) => {
    expect(withPage(uri, change)).toBe(expected);
  });

  test.each(['/l', '/l?limit=5', '/l?page[limit]=x', '/l?page[limit]=', '/l?page[limit]=-1'])(
    '%s has no paging',
    (uri) => {
      expect(pageOf(uri).limit).toBeUndefined();
    },
  );
});

describe('stitching', () => {
  const ADDRESS = 'https://nbu1/netbackup/l';
  /** A list as NetBackup would return it. */
  const answer = (style: 'cursor' | 'offset', count: number, uri: string): string => {
    const items = Array.from({ length: count }, (_, index) => index);
    const request = { query: parseUri(uri).query, address: ADDRESS, defaultLimit: 10, maxLimit: 100 };
    const page = style === 'cursor' ? pageByCursor(items, request, String) : pageByOffset(items, request);
    return JSON.stringify({ data: page.items.map((id) => ({ id })), meta: page.meta, links: page.links });
  };
  const fetchAll = (style: 'cursor' | 'offset', count: number, uri: string, size: number): string => {
    const wanted: PageParameters = pageOf(uri);
    const limit = wanted.limit ?? 10;
    const pages: ListPage[] = [];
    let next = uri;
    for (let fetched = 0; ; ) {
      const page = readPage(answer(style, count, withPage(next, { limit: Math.min(size, limit - fetched) })));
      if (!page) throw new Error('no page');
      pages.push(page);
      fetched += page.items.length;
      const at = fetched < limit && page.items.length > 0 ? nextPage(page, wanted, fetched) : undefined;
      if (!at) return joinPages(pages, limit, wanted);
      next = withPage(uri, at);
    }
  };
  /** Links with sorted parameters: their order does not matter. */
  const meaning = (text: string) => {
    const { links, ...rest } = JSON.parse(text) as { links: Record<string, { href: string }> };
    const read = ({ href }: { href: string }) => Object.fromEntries(parseUri(href).query);
    return {
      ...rest,
      links: Object.fromEntries(Object.entries(links).map(([name, link]) => [name, read(link)])),
    };
  };
  const cursorOf = (index: number) => Buffer.from(String(index)).toString('base64url');

  test.each(['cursor', 'offset'] as const)('%s: joined parts equal the whole page', (style) => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 130 }),
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 1, max: 40 }),
        fc.nat(120),
        fc.constantFrom('', 'after', 'before', 'offset'),
        (count, limit, size, start, from) => {
          const place =
            from === 'offset' && style === 'offset'
              ? `&page[offset]=${start}`
              : (from === 'after' || from === 'before') && style === 'cursor' && start < count
                ? `&page[${from}]=${cursorOf(start)}`
                : '';
          const uri = `/netbackup/l?page[limit]=${limit}${place}`;
          expect(meaning(fetchAll(style, count, uri, size))).toEqual(meaning(answer(style, count, uri)));
        },
      ),
      { numRuns: 300 },
    );
  });

  const part = (data: unknown[], pagination: object, more: object = {}): ListPage => {
    const links = { self: { href: '/l' }, next: { href: '/l?a=1' }, last: { href: '/l' } };
    const page = readPage(JSON.stringify({ data, meta: { pagination }, links, ...more }));
    if (!page) throw new Error('no page');
    return page;
  };

  test('an offset list without a count continues while it declares a next page', () => {
    const first = part([1, 2], { offset: 0, limit: 2, next: 2 });
    const more = JSON.parse(joinPages([first, part([3, 4], { offset: 2, limit: 2, next: 4 })], 4, {}));
    expect(more).toEqual({
      data: [1, 2, 3, 4],
      meta: { pagination: { offset: 0, limit: 4, next: 4 } },
      links: {
        self: { href: '/l?page%5Blimit%5D=4&page%5Boffset%5D=0' },
        next: { href: '/l?a=1&page%5Blimit%5D=4&page%5Boffset%5D=4' },
        last: { href: '/l' },
      },
    });
    // A server that writes `hasNext: false` does so on the whole page too.
    for (const last of [{}, { next: null }]) {
      const end = part([3], { offset: 2, limit: 2, ...last });
      expect(nextPage(end, {}, 3)).toBeUndefined();
      const whole = JSON.parse(joinPages([first, end], 4, {}));
      expect([whole.data, whole.meta.pagination]).toEqual([[1, 2, 3], { offset: 0, limit: 4, ...last }]);
      expect(whole.links).not.toHaveProperty('next');
    }
  });

  test('an offset list with a count, and no word of the next page, has a link to it', () => {
    const at = (offset: number) => part([offset, offset + 1], { offset, limit: 2, count: 6 });
    const linksOf = (text: string) => JSON.parse(text).links;
    expect(linksOf(joinPages([at(0), at(2)], 4, {})).next).toEqual({
      href: '/l?a=1&page%5Blimit%5D=4&page%5Boffset%5D=4',
    });
    expect(linksOf(joinPages([at(0), at(2), at(4)], 6, {}))).not.toHaveProperty('next');
  });

  test('a list with cursors says of the whole page whether others are before and after it', () => {
    const first = part([1, 2], { hasPrev: false, hasNext: true, next: 'b' });
    const second = part([3], { hasPrev: true, hasNext: false, prev: 'a' });
    const paginationOf = (text: string) => JSON.parse(text).meta.pagination;
    const whole = { hasPrev: false, hasNext: false, limit: 3 };
    expect(paginationOf(joinPages([first, second], 3, {}))).toEqual(whole);
    expect(paginationOf(joinPages([second, first], 3, { before: 'c' }))).toEqual(whole);
  });

  test('CMD-4 links that are an array are those of the whole page too', () => {
    const at = (offset: number, next: object) => {
      const links = ['self', 'next'].map((rel) => ({ rel, href: `/l?page[offset]=${offset}&page[limit]=2` }));
      return part([offset, offset + 1], { offset, limit: 2, count: 5, ...next }, { links });
    };
    const linksIn = (text: string) => JSON.parse(text).links;
    expect(linksIn(joinPages([at(0, { next: 2 }), at(2, { next: 4 })], 4, {}))).toEqual([
      { rel: 'self', href: '/l?page[offset]=0&page[limit]=4' },
      { rel: 'next', href: '/l?page[offset]=4&page[limit]=4' },
    ]);
    expect(linksIn(joinPages([at(0, { next: 2 }), at(2, {})], 4, { limit: 4 }))).toHaveLength(2);
    const end = joinPages([at(0, { next: 2 }), at(2, { next: 4 }), at(4, {})], 6, {});
    expect(linksIn(end).map(({ rel }: { rel: string }) => rel)).toEqual(['self']);
  });

  test('a cursor that has no UTF-8 is no error of ours', () => {
    expect(nextPage(part([1], { next: '\ud800' }), {}, 1)).toMatchObject({ after: '%EF%BF%BD' });
  });

  test('`included` is joined too; other members are those of the first page', () => {
    const pages = [
      part([1], { next: 'b' }, { included: ['x'], errors: ['y'] }),
      part([2], {}, { included: ['z'], errors: ['no'] }),
      part([3], {}),
    ];
    expect(JSON.parse(joinPages(pages, 3, {}))).toMatchObject({
      data: [1, 2, 3],
      included: ['x', 'z'],
      errors: ['y'],
    });
  });

  test.each([
    '',
    '[]',
    '{"data":{}}',
    '{"data":[]}',
    '{"data":[],"meta":{"pagination":5}}',
    '{"data":{},"meta":{"pagination":{}}}',
  ])('%j is not a page of a list', (text) => {
    expect(readPage(text)).toBeUndefined();
  });
});
