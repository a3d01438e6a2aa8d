import type { Group } from '../../../../lambdas/groups/group.ts';
import { groupsRoutes } from '../../../../lambdas/http/groups/groups-routes.ts';
import { apiWorld } from '../../../support/api.ts';

const setUp = () => {
  const world = apiWorld();
  groupsRoutes(world.app, world.context);
  return world;
};

describe('labels', () => {
  const admin = (world: ReturnType<typeof setUp>) => world.keyFor('admin', '*');
  const change = (world: ReturnType<typeof setUp>, body: unknown) =>
    world.request('/v1/groups/demo', admin(world), { method: 'PATCH', body });

  it('are set, replaced as a whole, and removed', async () => {
    const world = setUp();
    const body = { groupId: 'demo', labels: { stage: 'test', customer: 'acme' } };
    const created = await world.request('/v1/groups', admin(world), { method: 'POST', body });
    expect(JSON.stringify(created.body['labels'])).toBe('{"customer":"acme","stage":"test"}');
    const labels = { 'example.com/Site_1-a': '東京, A=B' };
    expect((await change(world, { labels })).body).toMatchObject({ labels });
    expect((await change(world, { description: 'Berlin' })).body).toMatchObject({ labels });
    expect((await change(world, { labels: null })).body).not.toHaveProperty('labels');
  });

  it('have the sweep look again at what rules have muted, when they change', async () => {
    const world = setUp();
    world.group('demo');
    const due = async () =>
      (await world.context.problems.listDue(world.clock(), 10)).items.map(({ groupId }) => groupId).sort();
    await change(world, { description: 'Berlin' });
    expect(await due()).toEqual(['demo']);
    await change(world, { labels: { customer: 'acme' } });
    expect(await due()).toEqual(['*', 'demo']);
  });

  it('are 20 at most', async () => {
    const world = setUp();
    world.group('demo');
    const labels = Object.fromEntries(Array.from({ length: 21 }, (_, index) => [`key${index}`, 'x']));
    expect(await change(world, { labels })).toMatchObject({ status: 400 });
    delete labels['key0'];
    expect(await change(world, { labels })).toMatchObject({ status: 200, body: { labels } });
  });

  it.each<[string, unknown]>([
    ['an empty key', { '': 'x' }],
    ['a key with =', { 'a=b': 'x' }],
    ['a key with a blank', { 'a b': 'x' }],
    ['a key that begins with a sign', { '-a': 'x' }],
    ['a long key', { ['k'.repeat(64)]: 'x' }],
    ['an empty value', { a: '' }],
    ['a value with surrounding blanks', { a: ' x' }],
    ['a value with a line break', { a: 'x\ny' }],
    ['half a character', { a: '\ud800' }],
    ['a long value', { a: 'x'.repeat(257) }],
    ['a number', { a: 1 }],
    ['null as a value', { a: null }],
    ['a list', ['a=b']],
    ['a text', 'a=b'],
  ])('%s is refused', async (_, labels) => {
    const world = setUp();
    world.group('demo');
    expect(await change(world, { labels })).toMatchObject({
      status: 400,
      body: { code: 'request-not-valid' },
    });
    expect(world.dynamodb.items('groups')[0]).not.toHaveProperty('labels');
  });

  it('a __proto__ is left out', async () => {
    const world = setUp();
    world.group('demo');
    const body = '{"labels":{"__proto__":"a"}}';
    expect((await change(world, body)).body['labels']).toEqual({});
  });

  const fleet = () => {
    const world = setUp();
    for (let index = 100; index < 450; index++) {
      const stage = index % 100 === 7 ? { stage: 'test, 1' } : {};
      world.group(`g${index}`, { labels: { customer: index % 2 ? 'acme' : 'Acme', ...stage } });
    }
    world.group('none');
    return world;
  };
  const list = async (world: ReturnType<typeof setUp>, query: string, ...groups: string[]) => {
    const key = world.keyFor('read', ...(groups.length > 0 ? groups : ['*']));
    const found: string[] = [];
    let cursor = '';
    do {
      const answer = await world.request(`/v1/groups?${query}${cursor}`, key);
      expect(answer.status).toBe(200);
      found.push(...(answer.body['items'] as Group[]).map(({ groupId }) => groupId));
      cursor = answer.body['cursor'] ? `&cursor=${answer.body['cursor']}` : '';
    } while (cursor !== '');
    return found;
  };

  it('filter groups: every label must match, letter by letter', async () => {
    const world = fleet();
    expect(await list(world, 'label=customer=acme&limit=100')).toHaveLength(175);
    expect(await list(world, 'label=customer=acme&limit=7')).toHaveLength(175);
    const both = 'label=customer=acme&label=stage=test,%201';
    expect(await list(world, both)).toEqual(['g107', 'g207', 'g307', 'g407']);
    expect(await list(world, `${both}&limit=1`)).toEqual(['g107', 'g207', 'g307', 'g407']);
    expect(await list(world, `${both}&limit=4`)).toEqual(['g107', 'g207', 'g307', 'g407']);
    expect(await list(world, both, 'g207', 'g208', 'g999')).toEqual(['g207']);
    expect(await list(world, 'label=customer=nobody')).toEqual([]);
    expect(await list(world, 'label=constructor=x')).toEqual([]);
    expect(await list(world, 'label=customer=acme&label=customer=Acme')).toEqual([]);
  });

  it.each(['customer', '=acme', 'customer=', '=', '', 'a%20b=x', 'a=%20', 'a=b&label=c'])(
    'label=%s is malformed',
    async (text) => {
      const world = fleet();
      expect(await world.request(`/v1/groups?label=${text}`, world.keyFor('read', '*'))).toMatchObject({
        status: 400,
        body: { code: 'request-not-valid' },
      });
    },
  );

  it('a cursor belongs to its labels', async () => {
    const world = fleet();
    const key = world.keyFor('read', '*');
    const { body } = await world.request('/v1/groups?label=customer=acme&limit=1', key);
    const other = `/v1/groups?label=customer=Acme&limit=1&cursor=${body['cursor']}`;
    expect(await world.request(other, key)).toMatchObject({ body: { code: 'cursor-not-valid' } });
  });
});
