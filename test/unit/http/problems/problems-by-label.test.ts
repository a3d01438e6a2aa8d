/** I-13: problems and mute rules of a key that is limited to labels. */
import { createKey } from '../../../../lambdas/http/keys-store.ts';
import { mutesRoutes } from '../../../../lambdas/http/problems/mutes-routes.ts';
import { problemsRoutes } from '../../../../lambdas/http/problems/problems-routes.ts';
import { metricsRoutes } from '../../../../lambdas/http/reports/metrics-routes.ts';
import type { Scope } from '../../../../lambdas/http/rights.ts';
import { createReconcile } from '../../../../lambdas/problems/reconcile.ts';
import { apiWorld } from '../../../support/api.ts';
import { fakeBus } from '../../../support/fakes.ts';

const ACME = { customer: 'acme' };

const setUp = async () => {
  const world = apiWorld();
  const { app, context, clock, dynamodb, group, request } = world;
  problemsRoutes(app, context);
  mutesRoutes(app, context);
  metricsRoutes(app, context);
  group('berlin', { labels: ACME });
  group('oslo', { labels: { customer: 'other' } });
  const reconcile = createReconcile({
    ...context,
    bus: fakeBus(),
    repeatAfterHours: 24,
    labelsOf: async () => ({}),
    silencedUntil: async () => undefined,
  });
  const finding = { since: 0, last: 0, count: 1, jobIds: [], measures: [], text: 'It is wrong.' };
  for (const groupId of ['berlin', 'oslo'])
    await reconcile({ groupId, subject: { clientName: groupId }, kinds: ['backup-failed'] }, [
      { ...finding, kind: 'backup-failed' },
    ]);
  await reconcile({ subject: { keyId: 'k' }, kinds: ['key-expiring'] }, [
    { ...finding, kind: 'key-expiring' },
  ]);
  const keyByLabel = (scope: Scope, labels: Record<string, string> = ACME) => {
    const { key, stored } = createKey({ scopes: [scope], groups: [], labels }, 0);
    dynamodb.set('keys', stored);
    return key;
  };
  const { body } = await request('/v1/problems', world.keyFor('read', '*'));
  const all = body['items'] as { problemId: string; groupId?: string }[];
  expect(all).toHaveLength(3);
  const idOf = (groupId: string) => all.find((one) => one.groupId === groupId)?.problemId;
  const until = new Date(clock() + 3_600_000).toISOString();
  const post = (path: string, key: string, body: object = { reason: 'known', until }) =>
    request(path, key, { method: 'POST', body });
  const open = (groupId: string, clientName: string) => {
    clock.advance(1000);
    return reconcile({ groupId, subject: { clientName }, kinds: ['backup-failed'] }, [
      { ...finding, kind: 'backup-failed' },
    ]);
  };
  return { ...world, keyByLabel, idOf, until, post, open };
};

it('I-13 it sees and acknowledges the problems of the groups that have its labels, and none of the deployment', async () => {
  const { keyByLabel, request, idOf, post, group } = await setUp();
  const key = keyByLabel('command');
  const groupsOf = async () =>
    ((await request('/v1/problems', key)).body['items'] as { groupId?: string }[]).map(
      ({ groupId }) => groupId,
    );
  expect(await groupsOf()).toEqual(['berlin']);
  expect((await request(`/v1/problems/${idOf('berlin')}`, key)).status).toBe(200);
  expect((await request(`/v1/problems/${idOf('oslo')}`, key)).status).toBe(404);
  expect((await post(`/v1/problems/${idOf('oslo')}/acknowledge`, key)).status).toBe(404);
  expect((await post(`/v1/problems/${idOf('berlin')}/acknowledge`, key)).status).toBe(200);
  group('berlin', { labels: {} });
  expect(await groupsOf()).toEqual([]);
});

it('I-13 it makes and sees mute rules only with all of its labels', async () => {
  const { keyByLabel, request, until, post, keyFor } = await setUp();
  const key = keyByLabel('command');
  const rule = { reason: 'maintenance', until };
  for (const conditions of [
    { groupId: 'berlin' },
    { groupId: '*' },
    { labels: { customer: 'other' } },
    { clientName: 'x' },
  ])
    expect(await post('/v1/mutes', key, { ...rule, ...conditions })).toMatchObject({
      status: 403,
      body: { code: 'group-needed' },
    });
  expect((await post('/v1/mutes', key, { ...rule, labels: ACME, clientName: 'x' })).status).toBe(201);
  await post('/v1/mutes', keyFor('admin', '*'), { ...rule, groupId: 'oslo' });
  const rules = (await request('/v1/mutes', key)).body['items'] as object[];
  expect(rules).toMatchObject([{ labels: ACME }]);
  expect((await request('/v1/mutes', keyByLabel('read', { customer: 'other' }))).body['items']).toEqual([]);
});

it('I-13 its cursors say nothing of the problems between its own', async () => {
  const { app, context, dynamodb, keyByLabel, keyFor, open, request } = await setUp();
  const key = keyByLabel('read');
  await open('oslo', 'x');
  const [latest] = (await context.problems.list('open', 'oslo', undefined, 1)).items;
  if (!latest) throw new Error('No problem is open.');
  for (let index = 0; index < 1_100; index += 1)
    dynamodb.set('problems', {
      ...latest.problem,
      problem: `${index}`.padStart(22, '0').concat('~backup-failed'),
      list: 'open',
      groupList: 'oslo#open',
      place: `${latest.place}${index}`,
    });
  const isComplete = async () => {
    const response = await app.request('/v1/metrics', { headers: { 'x-api-key': key } }, {});
    return /^nbwss_problems_complete (\d)$/m.exec(await response.text())?.[1];
  };
  expect(await request('/v1/problems', key)).toMatchObject({
    status: 400,
    body: { code: 'too-many-problems' },
  });
  expect(await isComplete()).toBe('0');
  await open('berlin', 'x');
  const { items, cursor } = (await request('/v1/problems', key)).body as { items: object[]; cursor: string };
  expect(items).toMatchObject([{ groupId: 'berlin' }]);
  const first = await request('/v1/problems?limit=1', keyFor('read', '*'));
  const placeIn = (text: unknown) => JSON.parse(Buffer.from(String(text), 'base64url').toString())[1];
  expect(placeIn(cursor)).toEqual(placeIn(first.body['cursor']));
  const next = await request(`/v1/problems?cursor=${cursor}`, key);
  expect(next).toMatchObject({ status: 400, body: { code: 'too-many-problems' } });
  expect((await request('/v1/groups/berlin/problems', key)).body['items']).toHaveLength(2);
});
