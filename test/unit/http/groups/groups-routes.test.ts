import type { Group } from '../../../../lambdas/groups/group.ts';
import { groupView } from '../../../../lambdas/http/groups/group-view.ts';
import { groupsRoutes } from '../../../../lambdas/http/groups/groups-routes.ts';
import { apiWorld } from '../../../support/api.ts';
import { sessionOf } from '../../../support/sessions.ts';

const setUp = () => {
  const world = apiWorld();
  groupsRoutes(world.app, world.context);
  return world;
};
const group: Group = { groupId: 'demo', kind: 'group', createdAt: 0, epoch: 3 };
const session = sessionOf('c1', { endpointId: 'e', since: 2_000 });

describe('groupView', () => {
  it('shows the known fields, and no internal ones', () => {
    expect(
      groupView(
        {
          ...group,
          description: 'Berlin',
          endpointId: 'e',
          netbackupApiVersion: '12.0',
          roundTripMs: 40,
          timeZone: 'Asia/Kolkata',
        },
        0,
      ),
    ).toEqual({
      groupId: 'demo',
      createdAt: '1970-01-01T00:00:00.000Z',
      description: 'Berlin',
      endpointId: 'e',
      netbackupApiVersion: '12.0',
      roundTripMs: 40,
      session: { connected: false, state: 'never-connected' },
      timeZone: 'Asia/Kolkata',
      utcOffset: { seconds: -19_800, source: 'configured' },
      utcOffsetSeconds: -19_800,
    });
  });

  it.each<[string, Partial<Group>, object]>([
    [
      'connected',
      { session },
      {
        connected: true,
        state: 'connected',
        sourceIp: '192.0.2.10',
        since: '1970-01-01T00:00:02.000Z',
        lastSeen: '1970-01-01T00:00:02.000Z',
        endpointId: 'e',
      },
    ],
    [
      'heard of since',
      { session, lastSeen: 9_000 },
      { connected: true, lastSeen: '1970-01-01T00:00:09.000Z' },
    ],
    [
      'authenticated, without its CONNECT RESPONSE',
      { session: { ...session, ready: false } },
      { connected: false, state: 'connecting' },
    ],
    [
      'gone',
      {
        lastSession: {
          connectionId: 'c1',
          endpointId: 'e',
          since: 2_000,
          endedAt: 5_000,
          closeCode: 1006,
          closeReason: 'away',
        },
        lastSeen: 3_000,
      },
      {
        connected: false,
        since: '1970-01-01T00:00:05.000Z',
        lastSeen: '1970-01-01T00:00:03.000Z',
        endpointId: 'e',
        closeCode: 1006,
        closeReason: expect.any(String),
      },
    ],
  ])('a session that is %s', (_, change, expected) => {
    expect(groupView({ ...group, ...change }, 0).session).toMatchObject(expected);
  });

  it('a notification counts as activity', () => {
    const view = groupView({ ...group, session, lastSeen: 3_000 }, 9_000, 8_000);
    expect(view).toMatchObject({
      lastNotificationAt: '1970-01-01T00:00:08.000Z',
      session: { lastSeen: '1970-01-01T00:00:08.000Z' },
    });
  });

  it('explains why the last CONNECT was rejected', () => {
    const lastRejection = { at: 5_000, reason: 'expired-token', sourceIp: '192.0.2.10' };
    expect(groupView({ ...group, lastRejection }, 0).lastRejection).toEqual({
      at: '1970-01-01T00:00:05.000Z',
      reason: 'expired-token',
      explanation: expect.stringContaining('has expired'),
      sourceIp: '192.0.2.10',
    });
  });
});

describe('GET /v1/groups', () => {
  const ids = (answer: { body: Record<string, unknown> }) =>
    (answer.body['items'] as Group[]).map(({ groupId }) => groupId);
  const pages = async (world: ReturnType<typeof setUp>, key: string) => {
    const found: string[][] = [];
    const cursors: string[] = [];
    let cursor: unknown;
    do {
      const answer = await world.request(`/v1/groups?limit=2${cursor ? `&cursor=${cursor}` : ''}`, key);
      found.push(ids(answer));
      cursor = answer.body['cursor'];
      if (cursor) cursors.push(Buffer.from(String(cursor), 'base64url').toString());
    } while (cursor);
    return { found, cursors };
  };

  it('lists all groups, page by page', async () => {
    const world = setUp();
    for (const groupId of ['d', 'a', 'e', 'c', 'b']) world.group(groupId);
    expect((await pages(world, world.keyFor('read', '*'))).found).toEqual([['a', 'b'], ['c', 'd'], ['e']]);
  });

  it('I-13 shows only the groups of the key, and no others in a cursor', async () => {
    const world = setUp();
    for (const groupId of ['a', 'b', 'c', 'd', 'e', 'f']) world.group(groupId);
    const { found, cursors } = await pages(world, world.keyFor('read', 'f', 'b', 'd', 'b', 'not-there'));
    expect(found).toEqual([['b', 'd'], ['f']]);
    expect(cursors).toHaveLength(1);
    expect(cursors.join()).not.toMatch(/"groupId\\?":\\?"[ace]/);
  });

  it.each(['limit=0', 'limit=101', 'cursor=x'])('refuses %s', async (query) => {
    const world = setUp();
    expect(await world.request(`/v1/groups?${query}`, world.keyFor('read', '*'))).toMatchObject({
      status: 400,
    });
  });
});

describe('POST /v1/groups', () => {
  const post = (world: ReturnType<typeof setUp>, body: unknown, ...groups: string[]) =>
    world.request('/v1/groups', world.keyFor('admin', ...groups), { method: 'POST', body });

  it('creates a group, and returns its location', async () => {
    const world = setUp();
    const answer = await post(world, { groupId: 'Berlin_1.a-b' }, '*');
    expect(answer).toMatchObject({
      status: 201,
      body: { groupId: 'Berlin_1.a-b', session: { connected: false } },
    });
    expect(answer.headers.get('location')).toBe('https://api.example.com/v1/groups/Berlin_1.a-b');
  });

  it('does not change an existing group', async () => {
    const world = setUp();
    world.group('demo', { description: 'first' });
    expect(await post(world, { groupId: 'demo', description: 'second' }, '*')).toMatchObject({
      status: 409,
      body: { code: 'group-exists' },
    });
    expect(world.dynamodb.items('groups')).toMatchObject([{ description: 'first' }]);
  });

  it('creates no group that the key may not see', async () => {
    const world = setUp();
    expect(await post(world, { groupId: 'demo' }, 'other')).toMatchObject({
      status: 403,
      body: { code: 'group-not-allowed' },
    });
    expect(world.dynamodb.items('groups')).toEqual([]);
  });

  it.each<unknown>([
    {},
    { groupId: '' },
    { groupId: "o'neil" },
    { groupId: 'a b' },
    { groupId: 'a#b' },
    { groupId: '夜' },
    { groupId: 'a\u0000' },
    { groupId: 'x'.repeat(65) },
    { groupId: 5 },
    { groupId: 'demo', description: 'x'.repeat(1001) },
    [],
    '{',
  ])('EPT-3 refuses %j', async (body) => {
    const world = setUp();
    expect(await post(world, body, '*')).toMatchObject({ status: 400 });
    expect(world.dynamodb.items('groups')).toEqual([]);
  });
});

describe('the time zone of a group', () => {
  const post = (world: ReturnType<typeof setUp>, body: unknown) =>
    world.request('/v1/groups', world.keyFor('admin', '*'), { method: 'POST', body });
  const patch = (world: ReturnType<typeof setUp>, body: unknown) =>
    world.request('/v1/groups/demo', world.keyFor('admin', '*'), { method: 'PATCH', body });

  it('is set, changed, shown everywhere, and removed with null', async () => {
    const world = setUp();
    const created = await post(world, { groupId: 'demo', timeZone: 'Asia/Kolkata' });
    const kolkata = { timeZone: 'Asia/Kolkata', utcOffset: { seconds: -19_800, source: 'configured' } };
    expect(created).toMatchObject({ status: 201, body: kolkata });
    const key = world.keyFor('read', '*');
    expect((await world.request('/v1/groups/demo', key)).body).toMatchObject(kolkata);
    expect((await world.request('/v1/groups', key)).body).toMatchObject({ items: [kolkata] });
    expect((await patch(world, { description: 'x' })).body).toMatchObject(kolkata);
    expect((await patch(world, { timeZone: 'Asia/Kathmandu' })).body).toMatchObject({
      timeZone: 'Asia/Kathmandu',
      utcOffset: { seconds: -20_700, source: 'configured' },
    });
    const { body } = await patch(world, { timeZone: null });
    expect(body).toMatchObject({ utcOffset: { source: 'unknown' } });
    expect(body).not.toHaveProperty('timeZone');
    expect(body).not.toHaveProperty('utcOffsetSeconds');
  });

  it.each(['', '+01:00', 'Mars/Base', 'PST', 'asia/kolkata', 5, {}, ['UTC']])(
    'is not %j',
    async (timeZone) => {
      const world = setUp();
      expect(await post(world, { groupId: 'demo', timeZone })).toMatchObject({
        status: 400,
        body: { code: 'request-not-valid', detail: expect.stringContaining('timeZone') },
      });
      world.group('demo');
      expect(await patch(world, { timeZone })).toMatchObject({ status: 400 });
      expect(world.dynamodb.items('groups')[0]).not.toHaveProperty('timeZone');
    },
  );

  it('is null only to remove it', async () => {
    expect(await post(setUp(), { groupId: 'demo', timeZone: null })).toMatchObject({ status: 400 });
  });
});

it.each(['\ud800', 'x'.repeat(1001)])(
  'a description that cannot be stored, or is too long, is refused',
  async (text) => {
    const world = setUp();
    const body = { groupId: 'demo', description: text };
    const answer = await world.request('/v1/groups', world.keyFor('admin', '*'), { method: 'POST', body });
    expect(answer).toMatchObject({ status: 400, body: { code: 'request-not-valid' } });
  },
);

it.each([
  { targets: [{ client: '\ud800', targetHours: 24 }] },
  { verdicts: [{ policy: '\udc00', verdict: 'ok' }] },
  { verdicts: [{ jobType: ['\ud800'], verdict: 'ok' }] },
])('half a character, which DynamoDB would refuse, is refused: %j', async (settings) => {
  const { request, keyFor, group } = setUp();
  group('berlin');
  const answer = await request('/v1/groups/berlin', keyFor('admin', '*'), {
    method: 'PATCH',
    body: settings,
  });
  expect(answer).toMatchObject({ status: 400, body: { code: 'request-not-valid' } });
});
