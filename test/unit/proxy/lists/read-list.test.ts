/** Lists over a connection that closes on large messages: complete, in few calls, and without closing it. */
import { pageOf } from '../../../../lambdas/commands/page-uri.ts';
import type { HttpProblem } from '../../../../lambdas/platform/errors.ts';
import type { FakeResponse } from '../../../support/fake-channel.ts';
import { type List, limits, listWorld, responseTo, same, upTo } from '../../../support/lists.ts';

describe.each(['offset', 'cursor'] as const)('a list by %s', (style) => {
  const secondPage = `?page[limit]=40&page[${style === 'cursor' ? 'after' : 'offset'}]=40`;
  /** A list with one item of this size after sixty small ones. */
  const withLargeItem = (size: number) =>
    listWorld({ style, sizes: [...same(60, 2_000), size, ...same(40, 2_000)] });
  it.each([200, 2_000, 4_000, 8_000, 15_000, 30_000])(
    'with items of %i bytes never closes the connection',
    async (size) => {
      const world = listWorld({ style, sizes: same(230, size) });
      expect(await world.ids('?page[limit]=100')).toEqual(upTo(100));
      expect(await world.ids('?page[limit]=100')).toEqual(upTo(100));
      expect([world.closed(), world.requested.length < 150]).toEqual([0, true]);
    },
  );

  it('begins with pages of three items, and continues with pages that fit', async () => {
    const world = listWorld({ style, sizes: same(500, 2_000) });
    await world.ids('?page[limit]=100');
    expect(limits(world.requested)[0]).toBe(3);
    for (let turn = 0; turn < 12; turn++) await world.ids('?page[limit]=100');
    world.requested.length = 0;
    await world.ids('?page[limit]=100');
    expect(limits(world.requested)).toEqual([50, 50]);
  });

  it('with an item of ten times the usual size does not close the connection', async () => {
    const world = withLargeItem(20_000);
    for (let turn = 0; turn < 5; turn++) await world.ids('?page[limit]=40');
    expect(await world.ids(secondPage)).toEqual(upTo(80).slice(40));
    expect(world.closed()).toBe(0);
  });

  it('with an item that fills a message closes the connection once at most', async () => {
    const world = withLargeItem(110_000);
    for (let turn = 0; turn < 12; turn++) await world.ids('?page[limit]=40');
    for (let turn = 0; turn < 4; turn++) expect(await world.ids(secondPage)).toEqual(upTo(80).slice(40));
    expect(world.closed()).toBe(1);
  });

  it('with an item that is larger than a message is refused, and the item is not requested again', async () => {
    const world = withLargeItem(200_000);
    for (let turn = 0; turn < 5; turn++) await world.ids('?page[limit]=40');
    for (let turn = 0; turn < 4; turn++) {
      await expect(world.get(secondPage)).rejects.toMatchObject({
        status: 502,
        code: 'answer-too-large',
      } satisfies Partial<HttpProblem>);
    }
    expect(await world.ids('?page[limit]=40')).toEqual(upTo(40));
    expect(world.closed()).toBeLessThanOrEqual(2);
  });

  it('with page[disable]=true is complete', async () => {
    const world = listWorld({ style, sizes: same(230, 2_000) });
    const list = JSON.parse((await world.get('?page[disable]=true&sort=x')).body);
    expect(list.data.map(({ id }: { id: number }) => id)).toEqual(upTo(230));
    expect(list.meta.pagination).not.toHaveProperty('next');
    expect(world.requested.every((uri) => uri.includes('sort=x') && !uri.includes('disable'))).toBe(true);
    expect(world.closed()).toBe(0);
  });

  it('with page[disable]=true is refused if it is larger than an HTTP response can be', async () => {
    const world = listWorld({ style, sizes: same(700, 8_000) });
    await expect(world.get('?page[disable]=true')).rejects.toMatchObject({ code: 'answer-too-large' });
    expect(world.closed()).toBe(0);
  });

  it('without page[limit] is returned as NetBackup returns it if that fits, else joined from pages', async () => {
    const small = listWorld({ style, sizes: same(30, 2_000), defaultLimit: 12 });
    expect(await small.ids('')).toEqual(upTo(12));
    const large = listWorld({ style, sizes: same(30, 28_000) });
    expect(await large.ids('')).toEqual(upTo(10));
    expect(await large.ids('')).toEqual(upTo(10));
    expect([small.closed(), large.closed()]).toEqual([0, 0]);
  });
});

it('up to twelve pages of an offset list are under way at a time', async () => {
  const world = listWorld({ sizes: same(300, 15_000) });
  expect(await world.ids('?page[limit]=100')).toEqual(upTo(100));
  expect(world.maxUnderWay()).toBe(12);
});

it('an offset list may be shorter than its count', async () => {
  const world = listWorld({
    sizes: same(40, 2_000),
    pagination: (offset) => ({ offset, limit: 1, count: 1_000, next: offset + 1 }),
  });
  expect(await world.ids('?page[limit]=100')).toEqual(upTo(40));
});

it('a page that is joined has no ETag: that of a part stays the same when another part changes', async () => {
  const headers = {
    etag: '"of a part"',
    'last-modified': 'Thu, 26 Nov 2026 07:00:00 GMT',
    'x-request-id': 'r',
  };
  const world = listWorld(({ uri }) => ({ ...responseTo({ sizes: same(30, 2_000) }, uri), headers }));
  expect((await world.get('?page[limit]=20')).headers).toEqual({ 'x-request-id': 'r' });
  expect((await world.get('?page[limit]=2')).headers).toEqual(headers);
});

it('`included` has no duplicates', async () => {
  const world = listWorld({
    sizes: same(50, 4_000),
    included: () => [
      { type: 'host', id: 'a' },
      { type: 'host', id: 'b' },
    ],
  });
  const { included } = JSON.parse((await world.get('?page[limit]=50')).body);
  expect(included).toEqual([
    { type: 'host', id: 'a' },
    { type: 'host', id: 'b' },
  ]);
});

describe('a server that', () => {
  it.each<[string, number, List['pagination'], number]>([
    ['returns no pagination', 100, () => undefined, 100],
    ['returns no pagination and few items', 2, () => undefined, 2],
    ['returns the count and not the next page', 120, (offset) => ({ offset, count: 120 }), 100],
    ['returns the next page and not the count', 120, (offset) => ({ offset, next: offset + 1 }), 100],
    ['always returns the same next page', 120, () => ({ next: 'same' }), 4],
  ])('%s', async (_, count, pagination, length) => {
    const world = listWorld({ sizes: same(count, 1_000), ...(pagination ? { pagination } : {}) });
    if (length === 4) return expect((await world.ids('?page[limit]=100')).length).toBeLessThan(100);
    return expect(await world.ids('?page[limit]=100')).toEqual(upTo(length));
  });

  it.each<[string, FakeResponse]>([
    ['returns no list', { status: 200, body: '{"data":{}}' }],
    [
      'returns an empty list and always a next page',
      { status: 200, body: '{"data":[],"meta":{"pagination":{"next":"x"}}}' },
    ],
    ['returns HTML', { status: 200, body: '<html>' }],
    ['returns no content', { status: 204, body: '' }],
    ['refuses', { status: 401, body: '{"errorCode":8}' }],
  ])('%s: its response is returned', async (_, response) => {
    const world = listWorld(() => response);
    for (const query of [
      '?page[limit]=100',
      '?page[disable]=true',
      '',
      '?page[limit]=abc',
      '?page[limit]=0',
    ]) {
      const { status, body } = await world.get(query);
      expect([status, JSON.stringify(JSON.parse(body.startsWith('{') ? body : '{}').data)]).toEqual([
        response.status,
        JSON.stringify(JSON.parse(response.body.startsWith('{') ? response.body : '{}').data),
      ]);
    }
    expect(world.requested.length).toBeLessThan(20);
  });

  it('refuses one of the later pages: its response is returned', async () => {
    const list: List = { sizes: same(100, 2_000) };
    const world = listWorld(({ uri }) =>
      (pageOf(uri).offset ?? 0) > 10 ? { status: 403, body: 'no' } : responseTo(list, uri),
    );
    expect(await world.get('?page[limit]=100')).toMatchObject({ status: 403, body: 'no' });
  });
});

describe('more items than NetBackup usually returns', () => {
  it('are refused by NetBackup', async () => {
    const world = listWorld({ sizes: same(300, 2_000), maxLimit: 100 });
    expect(await world.get('?page[limit]=100000')).toMatchObject({ status: 400, body: '{"errorCode":9400}' });
    expect(world.closed()).toBe(0);
  });

  it('are returned if NetBackup returns them', async () => {
    const world = listWorld({ sizes: same(300, 2_000) });
    expect(await world.ids('?page[limit]=100000')).toEqual(upTo(300));
    expect(world.closed()).toBe(0);
  });

  it('are refused in a list with cursors', async () => {
    const world = listWorld({ style: 'cursor', sizes: same(300, 2_000) });
    await expect(world.get('?page[limit]=101')).rejects.toMatchObject({
      status: 400,
      code: 'page-limit-too-large',
    });
  });
});
