/** `/v1/problems` and `/v1/mutes`. */

import { mutesRoutes } from '../../../../lambdas/http/problems/mutes-routes.ts';
import { problemsRoutes } from '../../../../lambdas/http/problems/problems-routes.ts';
import type { About, Finding } from '../../../../lambdas/problems/finding.ts';
import { createReconcile } from '../../../../lambdas/problems/reconcile.ts';
import { apiWorld } from '../../../support/api.ts';
import { fakeBus } from '../../../support/fakes.ts';

const HOUR = 3_600_000;

const setUp = () => {
  const world = apiWorld();
  const { app, context, clock, group, keyFor } = world;
  problemsRoutes(app, context);
  mutesRoutes(app, context);
  for (const groupId of ['berlin', 'oslo']) group(groupId, { labels: { site: groupId } });
  const reconcile = createReconcile({
    ...context,
    bus: fakeBus(),
    repeatAfterHours: 24,
    labelsOf: async (groupId) => ({ site: groupId }),
    silencedUntil: async () => undefined,
  });
  const fail = (groupId: string | undefined, clientName: string, more: Partial<Finding> = {}) => {
    const about: About = {
      ...(groupId === undefined ? {} : { groupId }),
      subject: { clientName, policyName: 'daily' },
      kinds: ['backup-failed', 'no-good-backup'],
    };
    const finding: Finding = {
      kind: 'backup-failed',
      since: clock() - HOUR,
      last: clock(),
      count: 2,
      jobIds: [12, 11],
      measures: [
        { name: 'ageHours', value: 0, ageOf: clock() - 30 * HOUR, threshold: 24, from: 'deployment' },
      ],
      text: `The backup of ${clientName} failed.`,
      ...more,
    };
    clock.advance(1_000);
    return reconcile(about, [finding]);
  };
  const recover = (groupId: string, clientName: string) =>
    reconcile({ groupId, subject: { clientName, policyName: 'daily' }, kinds: ['backup-failed'] }, []);
  const admin = keyFor('admin', '*');
  const get = async (path: string, key = admin) => {
    const { status, body } = await world.request(path, key);
    return status === 200
      ? (body as { items: Record<string, unknown>[]; cursor?: string })
      : Promise.reject(status);
  };
  const clients = async (path: string, key = admin) =>
    (await get(path, key)).items.map(({ subject }) => (subject as Record<string, string>)['clientName']);
  const post = (path: string, body: unknown, key = admin) =>
    world.request(path, key, { method: 'POST', body });
  const until = (hours: number) => new Date(clock() + hours * HOUR).toISOString();
  return { ...world, fail, recover, admin, get, clients, post, until };
};

test('a problem is shown with its numbers, their thresholds and the labels of its group', async () => {
  const { fail, get } = setUp();
  await fail('berlin', 'db01');
  const { items } = await get('/v1/problems');
  expect(items).toEqual([
    {
      problemId: expect.stringMatching(/^berlin~.{22}~backup-failed$/),
      kind: 'backup-failed',
      severity: 'critical',
      groupId: 'berlin',
      labels: { site: 'berlin' },
      subject: { clientName: 'db01', policyName: 'daily' },
      state: 'open',
      since: expect.any(String),
      last: expect.any(String),
      count: 2,
      jobIds: [12, 11],
      measures: [{ name: 'ageHours', value: 30, threshold: 24, from: 'deployment' }],
      text: 'The backup of db01 failed.',
      openedAt: expect.any(String),
      informedAt: expect.any(String),
    },
  ]);
});

test('an age is computed when it is shown', async () => {
  const { fail, get, clock } = setUp();
  await fail('berlin', 'db01');
  clock.advance(10 * HOUR);
  expect((await get('/v1/problems')).items[0]?.['measures']).toMatchObject([{ value: 40 }]);
});

test('without a state all but the recovered ones are listed, the latest first; filters narrow them down', async () => {
  const { fail, recover, clients } = setUp();
  await fail('berlin', 'a');
  await fail('oslo', 'b');
  await fail('oslo', 'c', { kind: 'no-good-backup' });
  await fail('berlin', 'd');
  await recover('berlin', 'd');
  expect(await clients('/v1/problems')).toEqual(['c', 'b', 'a']);
  expect(await clients('/v1/problems?state=recovered')).toEqual(['d']);
  expect(await clients('/v1/problems?state=open,recovered')).toEqual(['c', 'b', 'a', 'd']);
  expect(await clients('/v1/problems?kind=no-good-backup')).toEqual(['c']);
  expect(await clients('/v1/problems?label=site=oslo')).toEqual(['c', 'b']);
  expect(await clients('/v1/groups/berlin/problems')).toEqual(['a']);
});

test('pages follow each other, and a cursor names no group', async () => {
  const { fail, get, keyFor } = setUp();
  for (let index = 0; index < 7; index += 1)
    await fail(index % 2 === 0 ? 'berlin' : 'oslo', `client-${index}`);
  const key = keyFor('read', 'berlin');
  const seen: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await get(`/v1/problems?limit=2${cursor === undefined ? '' : `&cursor=${cursor}`}`, key);
    seen.push(...page.items.map(({ groupId }) => groupId));
    cursor = page.cursor;
    expect(Buffer.from(cursor ?? '', 'base64url').toString()).not.toMatch(/berlin|oslo/);
  } while (cursor !== undefined);
  expect(seen).toEqual(['berlin', 'berlin', 'berlin', 'berlin']);
});

test('a key sees only the problems of its groups, by id too (I-13)', async () => {
  const { fail, get, clients, keyFor, post, until } = setUp();
  await fail('oslo', 'b');
  await fail(undefined, 'whole deployment');
  const problemId = (await get('/v1/groups/oslo/problems')).items[0]?.['problemId'];
  const key = keyFor('admin', 'berlin');
  expect(await clients('/v1/problems', key)).toEqual([]);
  await expect(get(`/v1/problems/${problemId}`, key)).rejects.toBe(404);
  expect((await post(`/v1/problems/${problemId}/mute`, { until: until(1), reason: 'r' }, key)).status).toBe(
    404,
  );
  expect((await get('/v1/problems')).items).toHaveLength(2);
});

test('a problem is acknowledged or muted until a time, by somebody and for a reason; then it is open again', async () => {
  const { fail, get, post, clients, clock, until } = setUp();
  await fail('berlin', 'a');
  const path = `/v1/problems/${(await get('/v1/problems')).items[0]?.['problemId']}`;
  const acknowledged = await post(`${path}/acknowledge`, { reason: 'ticket 7', until: until(2) });
  expect(acknowledged).toMatchObject({
    status: 200,
    body: { state: 'acknowledged', acknowledged: { reason: 'ticket 7', by: expect.any(String) } },
  });
  expect((await post(`${path}/mute`, { reason: 'move', until: until(1) })).body['state']).toBe('muted');
  expect(await clients('/v1/problems?state=muted')).toEqual(['a']);
  clock.advance(HOUR);
  expect((await get('/v1/problems')).items[0]?.['state']).toBe('acknowledged');
  clock.advance(HOUR);
  expect((await get('/v1/problems')).items[0]?.['state']).toBe('open');
  expect((await post(`${path}/mute`, { reason: 'move', until: until(1) })).status).toBe(200);
  expect((await post(`${path}/reopen`, undefined)).body).toMatchObject({ state: 'open' });
});

test.each<[number, string, Record<string, unknown>]>([
  [400, 'mute', { reason: 'r' }],
  [400, 'acknowledge', { reason: 'r' }],
  [400, 'mute', { until: 'soon', reason: 'r' }],
  [400, 'mute', { until: '2020-01-01T00:00:00Z', reason: 'r' }],
  [400, 'mute', { until: '2999-01-01T00:00:00Z', reason: 'r' }],
  [400, 'mute', { until: '2023-11-15T00:00:00Z' }],
  [400, 'mute', { until: '2023-11-15T00:00:00Z', reason: ' ' }],
])('%s for %s %j', async (status, action, body) => {
  const { fail, get, post } = setUp();
  await fail('berlin', 'a');
  const path = `/v1/problems/${(await get('/v1/problems')).items[0]?.['problemId']}`;
  expect((await post(`${path}/${action}`, body)).status).toBe(status);
});

test('half a character, which DynamoDB would refuse, is no reason', async () => {
  const { fail, get, post, until } = setUp();
  await fail('berlin', 'db01');
  const [{ problemId } = {}] = (await get('/v1/problems')).items;
  for (const action of ['acknowledge', 'mute'])
    expect(
      await post(`/v1/problems/${String(problemId)}/${action}`, { reason: '\udc00', until: until(1) }),
    ).toMatchObject({ status: 400, body: { code: 'request-not-valid' } });
});

test('what has recovered can be neither muted nor acknowledged, and an unknown problem is not found', async () => {
  const { fail, recover, get, post, until } = setUp();
  await fail('berlin', 'a');
  const path = `/v1/problems/${(await get('/v1/problems')).items[0]?.['problemId']}`;
  await recover('berlin', 'a');
  expect((await post(`${path}/mute`, { until: until(1), reason: 'r' })).status).toBe(409);
  expect((await get(path)) as unknown).toMatchObject({ state: 'recovered', recoveredAt: expect.any(String) });
  for (const id of ['x', 'berlin~x', `berlin~${'a'.repeat(22)}~backup-failed`, '*mutes~x'])
    await expect(get(`/v1/problems/${id}`)).rejects.toBe(404);
});

describe('mute rules', () => {
  test('mute what they match, until they end or are deleted', async () => {
    const { fail, get, post, request, admin, until } = setUp();
    await fail('berlin', 'lab-1');
    await fail('berlin', 'db01');
    const { status, body } = await post('/v1/mutes', { reason: 'lab', until: until(2), clientName: 'LAB-*' });
    expect(status).toBe(201);
    const states = async () => (await get('/v1/problems')).items.map(({ state }) => state);
    expect(await states()).toEqual(['open', 'muted']);
    expect((await get('/v1/mutes')).items).toMatchObject([{ muteId: body['muteId'], reason: 'lab' }]);
    const path = `/v1/mutes/${body['muteId']}`;
    expect((await request(path, admin, { method: 'DELETE' })).status).toBe(204);
    expect((await request(path, admin, { method: 'DELETE' })).status).toBe(404);
    expect(await states()).toEqual(['open', 'open']);
  });

  test('that are deleted have the sweep look again at what they have muted', async () => {
    const { post, request, admin, until, context, clock } = setUp();
    const { body } = await post('/v1/mutes', { reason: 'lab', until: until(2_000), groupId: 'berlin' });
    const due = async () => (await context.problems.listDue(clock(), 10)).items.map(({ groupId }) => groupId);
    expect(await due()).toEqual([]);
    await request(`/v1/mutes/${body['muteId']}`, admin, { method: 'DELETE' });
    expect(await due()).toEqual(['*']);
  });

  test.each<[string, Record<string, unknown>]>([
    ['no end', { reason: 'r', groupId: '*' }],
    ['no condition', { reason: 'r', until: '2023-11-15T00:00:00Z' }],
    ['labels without a label', { reason: 'r', until: '2023-11-15T00:00:00Z', labels: {} }],
    [
      'a label that no group can have, and no item',
      { reason: 'r', until: '2023-11-15T00:00:00Z', labels: { customer: 'x'.repeat(500_000) } },
    ],
    [
      'kinds that are no list of different ones',
      { reason: 'r', until: '2023-11-15T00:00:00Z', kinds: Array(50_000).fill('backup-failed') },
    ],
    ['no reason', { until: '2023-11-15T00:00:00Z', groupId: '*' }],
    ['an unknown kind', { reason: 'r', until: '2023-11-15T00:00:00Z', kinds: ['x'] }],
    [
      'an end before its beginning',
      { reason: 'r', from: '2023-11-15T01:00:00Z', until: '2023-11-15T00:00:00Z', groupId: '*' },
    ],
    [
      'a time zone that does not exist',
      {
        reason: 'r',
        until: '2023-11-15T00:00:00Z',
        groupId: '*',
        window: { days: ['sat'], from: '22:00', to: '06:00', timeZone: 'Mars/Base' },
      },
    ],
    [
      'a time that does not exist',
      {
        reason: 'r',
        until: '2023-11-15T00:00:00Z',
        groupId: '*',
        window: { days: ['sat'], from: '24:00', to: '06:00', timeZone: 'UTC' },
      },
    ],
  ])('need more than %s', async (_, body) => {
    expect((await setUp().post('/v1/mutes', body)).status).toBe(400);
  });

  test('of a key for some groups name one of them, and others are not shown to it', async () => {
    const { post, keyFor, get, until } = setUp();
    const key = keyFor('command', 'berlin');
    const rule = { reason: 'r', until: until(1) };
    expect((await post('/v1/mutes', { ...rule, clientName: '*' }, key)).status).toBe(403);
    expect((await post('/v1/mutes', { ...rule, groupId: 'b*' }, key)).status).toBe(403);
    expect((await post('/v1/mutes', { ...rule, groupId: 'oslo' }, key)).status).toBe(403);
    expect((await post('/v1/mutes', { ...rule, groupId: 'berlin' }, key)).status).toBe(201);
    await post('/v1/mutes', { ...rule, groupId: 'oslo' });
    expect((await get('/v1/mutes', key)).items).toHaveLength(1);
    expect((await get('/v1/mutes')).items).toHaveLength(2);
  });

  test.each([
    [
      'more labels than a group can have',
      { labels: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`a${i}`, 'b'])) },
    ],
    ['a label that no group can have', { labels: { customer: 'x'.repeat(100_000) } }],
    ['no label as the only condition, which would mute everything', { labels: {} }],
    ['kinds again and again', { kinds: Array(10_000).fill('backup-failed') }],
    ['half a character', { clientName: '\ud800' }],
    ['half a character as its reason', { clientName: 'x', reason: '\ud800' }],
  ])('do not have %s', async (_, conditions) => {
    const { post, until } = setUp();
    const refused = await post('/v1/mutes', { reason: 'why', until: until(1), ...conditions });
    expect(refused).toMatchObject({ status: 400, body: { code: 'request-not-valid' } });
  });

  test('are a hundred at most', async () => {
    const { post, until } = setUp();
    const rule = { reason: 'r', until: until(1), groupId: 'berlin' };
    for (let count = 0; count < 100; count += 1) await post('/v1/mutes', rule);
    expect((await post('/v1/mutes', rule)).status).toBe(409);
  });
});
