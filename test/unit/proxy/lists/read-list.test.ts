/** Lists through a channel that closes on large messages: whole, in few calls, and without closing it. */

import { pageOf } from '../../../../lambdas/commands/page-uri.ts';
import type { Problem } from '../../../../lambdas/platform/errors.ts';
import type { CommandCall } from '../../../../lambdas/protocol/messages.ts';
import { callNetBackup } from '../../../../lambdas/proxy/call-netbackup.ts';
import { commandWorld } from '../../../support/commands.ts';
import { type PlayedAnswer, playChannel } from '../../../support/played-channel.ts';

interface List {
  readonly style?: 'offset' | 'cursor';
  readonly sizes: readonly number[];
  /** Of `meta.pagination`, in place of what NetBackup says. */
  readonly pagination?: (offset: number) => object | undefined;
  readonly maxLimit?: number;
  readonly defaultLimit?: number;
  readonly included?: (index: number) => object[];
  readonly before?: () => Promise<void>;
}

const PATH = '/netbackup/config/slps';
const same = (count: number, bytes: number) => Array.from({ length: count }, () => bytes);

const answerOf = (list: List, uri: string): PlayedAnswer => {
  const { style = 'offset', sizes, maxLimit = 1e9, defaultLimit = 10, included } = list;
  const wanted = pageOf(uri);
  const limit = wanted.disable === 'true' ? sizes.length : (wanted.limit ?? defaultLimit);
  if (limit > maxLimit) return { status: 400, body: '{"errorCode":9400}' };
  const start = style === 'cursor' ? Number(wanted.after ?? 0) : (wanted.offset ?? 0);
  const items = sizes.slice(start, start + limit);
  const data = items.map((size, index) => ({ id: start + index, pad: 'x'.repeat(Math.max(0, size - 30)) }));
  const next = start + items.length < sizes.length ? start + items.length : undefined;
  const said = {
    offset: { offset: start, limit, count: sizes.length, next },
    cursor: { limit, next: next?.toString() },
  };
  const pagination = list.pagination ? list.pagination(start) : said[style];
  const along = included ? { included: data.flatMap(({ id }) => included(id)) } : {};
  return {
    status: 200,
    body: JSON.stringify({ data, ...along, ...(pagination ? { meta: { pagination } } : {}) }),
  };
};

const listWorld = (list: List | ((call: CommandCall) => PlayedAnswer)) => {
  const world = commandWorld();
  const channel = playChannel(world, async (call) => {
    if (typeof list === 'function') return list(call);
    await list.before?.();
    return answerOf(list, call.uri);
  });
  const get = async (query: string, path = PATH) => {
    const uri = `${path}${query}`;
    const group = await world.context.groups.get('demo');
    const { answer } = await callNetBackup(
      world.context,
      group as NonNullable<typeof group>,
      {
        call: { method: 'GET', uri, headers: {} },
        requestedBy: 'key',
        until: world.clock() + 25_000,
        admitted: async () => {},
      },
      await world.context.sizes.of('demo', uri),
      () => '',
    );
    return answer;
  };
  const ids = async (query: string) =>
    (JSON.parse((await get(query)).body) as { data: { id: number }[] }).data.map(({ id }) => id);
  return { ...world, ...channel, get, ids };
};

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const limits = (asked: readonly string[]) => asked.map((uri) => pageOf(uri).limit);

describe.each(['offset', 'cursor'] as const)('a list by %s', (style) => {
  it.each([200, 2_000, 4_000, 8_000, 15_000, 30_000])(
    'of items of %i bytes never closes it',
    async (size) => {
      const world = listWorld({ style, sizes: same(230, size) });
      expect(await world.ids('?page[limit]=100')).toEqual(upTo(100));
      expect(await world.ids('?page[limit]=100')).toEqual(upTo(100));
      expect([world.closed(), world.asked.length < 150]).toEqual([0, true]);
    },
  );

  it('begins with three items, and grows to what fits', async () => {
    const world = listWorld({ style, sizes: same(500, 2_000) });
    await world.ids('?page[limit]=100');
    expect(limits(world.asked)[0]).toBe(3);
    for (let turn = 0; turn < 12; turn++) await world.ids('?page[limit]=100');
    world.asked.length = 0;
    await world.ids('?page[limit]=100');
    expect(limits(world.asked)).toEqual([50, 50]);
  });

  it('with an item of ten times the usual size does not close it either', async () => {
    const world = listWorld({ style, sizes: [...same(140, 2_000), 20_000, ...same(100, 2_000)] });
    for (let turn = 0; turn < 5; turn++) await world.ids('?page[limit]=100');
    const after = style === 'cursor' ? '&page[after]=100' : '&page[offset]=100';
    expect(await world.ids(`?page[limit]=100${after}`)).toEqual(upTo(200).slice(100));
    expect(world.closed()).toBe(0);
  });

  it('with an item that fills the channel closes it once, and never again', async () => {
    const world = listWorld({ style, sizes: [...same(140, 2_000), 110_000, ...same(100, 2_000)] });
    for (let turn = 0; turn < 12; turn++) await world.ids('?page[limit]=100');
    const after = style === 'cursor' ? '&page[after]=100' : '&page[offset]=100';
    for (let turn = 0; turn < 4; turn++)
      expect(await world.ids(`?page[limit]=100${after}`)).toEqual(upTo(200).slice(100));
    expect(world.closed()).toBe(1);
  });

  it('with an item that no message can carry says so, and does not ask for it again', async () => {
    const world = listWorld({ style, sizes: [...same(140, 2_000), 200_000, ...same(100, 2_000)] });
    for (let turn = 0; turn < 5; turn++) await world.ids('?page[limit]=100');
    const after = style === 'cursor' ? '&page[after]=100' : '&page[offset]=100';
    for (let turn = 0; turn < 4; turn++) {
      await expect(world.get(`?page[limit]=100${after}`)).rejects.toMatchObject({
        status: 502,
        code: 'answer-too-large',
      } satisfies Partial<Problem>);
    }
    expect(await world.ids('?page[limit]=100')).toEqual(upTo(100));
    expect(world.closed()).toBeLessThanOrEqual(2);
  });

  it('with page[disable]=true comes whole', async () => {
    const world = listWorld({ style, sizes: same(230, 2_000) });
    const answer = JSON.parse((await world.get('?page[disable]=true&sort=x')).body);
    expect(answer.data.map(({ id }: { id: number }) => id)).toEqual(upTo(230));
    expect(answer.meta.pagination).not.toHaveProperty('next');
    expect(world.asked.every((uri) => uri.includes('sort=x') && !uri.includes('disable'))).toBe(true);
    expect(world.closed()).toBe(0);
  });

  it('with page[disable]=true that is more than an HTTP answer holds is refused', async () => {
    const world = listWorld({ style, sizes: same(700, 8_000) });
    await expect(world.get('?page[disable]=true')).rejects.toMatchObject({ code: 'answer-too-large' });
    expect(world.closed()).toBe(0);
  });

  it('without page[limit] comes as NetBackup gives it where that fits, else put together', async () => {
    const small = listWorld({ style, sizes: same(30, 2_000), defaultLimit: 12 });
    expect(await small.ids('')).toEqual(upTo(12));
    const large = listWorld({ style, sizes: same(30, 28_000) });
    expect(await large.ids('')).toEqual(upTo(10));
    expect(await large.ids('')).toEqual(upTo(10));
    expect([small.closed(), large.closed()]).toEqual([0, 0]);
  });
});

it('several pages of an offset list are under way at a time, as many as may', async () => {
  const world = listWorld({ sizes: same(300, 15_000) });
  expect(await world.ids('?page[limit]=100')).toEqual(upTo(100));
  expect(world.maxUnderWay()).toBe(12);
});

it('an offset list that is shorter than it said ends where it ends', async () => {
  const world = listWorld({
    sizes: same(40, 2_000),
    pagination: (offset) => ({ offset, limit: 1, count: 1_000, next: offset + 1 }),
  });
  expect(await world.ids('?page[limit]=100')).toEqual(upTo(40));
});

it('what came along comes once', async () => {
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
    ['says nothing of paging', 100, () => undefined, 100],
    ['says nothing of paging, and has no more', 2, () => undefined, 2],
    ['names the count, and not the next page', 120, (offset) => ({ offset, count: 120 }), 100],
    ['names the next page, and not the count', 120, (offset) => ({ offset, next: offset + 1 }), 100],
    ['leads on for ever', 120, () => ({ next: 'same' }), 4],
  ])('%s', async (_, count, pagination, length) => {
    const world = listWorld({ sizes: same(count, 1_000), ...(pagination ? { pagination } : {}) });
    if (length === 4) return expect((await world.ids('?page[limit]=100')).length).toBeLessThan(100);
    return expect(await world.ids('?page[limit]=100')).toEqual(upTo(length));
  });

  it.each<[string, PlayedAnswer]>([
    ['has no list', { status: 200, body: '{"data":{}}' }],
    [
      'has an empty list and more of it for ever',
      { status: 200, body: '{"data":[],"meta":{"pagination":{"next":"x"}}}' },
    ],
    ['sends a page for people', { status: 200, body: '<html>' }],
    ['has nothing to say', { status: 204, body: '' }],
    ['refuses', { status: 401, body: '{"errorCode":8}' }],
  ])('%s has the last word', async (_, answer) => {
    const world = listWorld(() => answer);
    for (const query of [
      '?page[limit]=100',
      '?page[disable]=true',
      '',
      '?page[limit]=abc',
      '?page[limit]=0',
    ]) {
      const { status, body } = await world.get(query);
      expect([status, JSON.stringify(JSON.parse(body.startsWith('{') ? body : '{}').data)]).toEqual([
        answer.status,
        JSON.stringify(JSON.parse(answer.body.startsWith('{') ? answer.body : '{}').data),
      ]);
    }
    expect(world.asked.length).toBeLessThan(20);
  });

  it('refuses one of the later pages is quoted', async () => {
    const list: List = { sizes: same(100, 2_000) };
    const world = listWorld(({ uri }) =>
      (pageOf(uri).offset ?? 0) > 10 ? { status: 403, body: 'no' } : answerOf(list, uri),
    );
    expect(await world.get('?page[limit]=100')).toMatchObject({ status: 403, body: 'no' });
  });
});

describe('more items than NetBackup gives at a time', () => {
  it('are NetBackup’s to refuse', async () => {
    const world = listWorld({ sizes: same(300, 2_000), maxLimit: 100 });
    expect(await world.get('?page[limit]=100000')).toMatchObject({ status: 400, body: '{"errorCode":9400}' });
    expect(world.closed()).toBe(0);
  });

  it('come all the same where it gives them', async () => {
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
