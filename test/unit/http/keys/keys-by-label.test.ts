import { groupsRoutes } from '../../../../lambdas/http/groups/groups-routes.ts';
import { keysRoutes } from '../../../../lambdas/http/keys/keys-routes.ts';
import { createKey } from '../../../../lambdas/http/keys-store.ts';
import { fleetRoutes } from '../../../../lambdas/http/reports/fleet-routes.ts';
import { summaryRoutes } from '../../../../lambdas/http/reports/summary-routes.ts';
import { apiWorld } from '../../../support/api.ts';

const ACME = { customer: 'acme' };

const setUp = () => {
  const world = apiWorld(Date.parse('2026-11-29T10:00:00Z'));
  const { app, context, keyFor, request } = world;
  keysRoutes(app, context);
  groupsRoutes(app, context);
  fleetRoutes(app, context);
  summaryRoutes(app, context);
  const admin = keyFor('admin', '*');
  const create = (body: object, key = admin) => request('/v1/keys', key, { method: 'POST', body });
  const relabel = (groupId: string, labels: object | null, key = admin) =>
    request(`/v1/groups/${groupId}`, key, { method: 'PATCH', body: { labels } });
  const keyByLabel = async (scope: string, labels: object = ACME) =>
    String((await create({ scopes: [scope], labels })).body['apiKey']);
  const namesIn = async (path: string, key: string) => {
    const { body } = await request(path, key);
    return (body['items'] as { groupId: string }[]).map(({ groupId }) => groupId);
  };
  return { ...world, admin, create, relabel, keyByLabel, namesIn };
};

it('is shown with its labels, and without groups', async () => {
  const { create, request, admin } = setUp();
  const { body } = await create({ scopes: ['read'], labels: ACME });
  expect(body).toMatchObject({ groups: [], labels: ACME });
  expect((await request(`/v1/keys/${String(body['keyId'])}`, admin)).body).toMatchObject({ labels: ACME });
});

it.each([
  ['groups and labels', { groups: ['berlin'], labels: ACME }],
  ['all groups and labels', { groups: ['*'], labels: ACME }],
  ['no label', { labels: {} }],
  ['a name that is not a label', { labels: { '': 'acme' } }],
  ['no groups', { groups: [] }],
])('a key for %s is refused', async (_, reach) => {
  expect(await setUp().create({ scopes: ['read'], ...reach })).toMatchObject({
    status: 400,
    body: { code: 'request-not-valid' },
  });
});

it('I-13 sees the groups that have its labels at the time of the request, in routes of a group and in lists', async () => {
  const { group, keyByLabel, request, relabel, namesIn } = setUp();
  group('berlin', { labels: ACME });
  group('paris', { labels: { customer: 'other' } });
  group('tokyo', {});
  const key = await keyByLabel('read');
  expect((await request('/v1/groups/berlin', key)).status).toBe(200);
  for (const groupId of ['paris', 'tokyo', 'nowhere'])
    expect(await request(`/v1/groups/${groupId}`, key)).toMatchObject({
      status: 404,
      body: { code: 'group-not-found' },
    });
  expect(await namesIn('/v1/groups', key)).toEqual(['berlin']);
  expect(await namesIn('/v1/summary', key)).toEqual(['berlin']);

  await relabel('berlin', null);
  await relabel('tokyo', { ...ACME, region: 'east' });
  expect((await request('/v1/groups/berlin', key)).status).toBe(404);
  expect(await namesIn('/v1/groups', key)).toEqual(['tokyo']);
  expect(await namesIn('/v1/groups?label=region=west', key)).toEqual([]);
});

it('I-13 a group that is being deleted is not seen', async () => {
  const { group, keyByLabel, request } = setUp();
  group('berlin', { labels: ACME, kind: 'deleting' });
  expect((await request('/v1/groups/berlin', await keyByLabel('admin'))).status).toBe(404);
});

it('I-13 pages name only groups that it may see, also in their cursors', async () => {
  const { group, keyByLabel, request } = setUp();
  const ids = Array.from({ length: 300 }, (_, index) => `group${String(index).padStart(3, '0')}`);
  for (const [index, groupId] of ids.entries()) group(groupId, index % 30 === 0 ? { labels: ACME } : {});
  const key = await keyByLabel('read');
  const found: string[] = [];
  let cursor: string | undefined;
  do {
    const query = cursor === undefined ? '' : `&cursor=${cursor}`;
    const { body } = await request(`/v1/groups?limit=3${query}`, key);
    found.push(...(body['items'] as { groupId: string }[]).map(({ groupId }) => groupId));
    cursor = body['cursor'] as string | undefined;
    const named =
      Buffer.from(cursor ?? '', 'base64url')
        .toString()
        .match(/group\d+/g) ?? [];
    for (const groupId of named) expect(found).toContain(groupId);
  } while (cursor !== undefined);
  expect(found).toEqual(ids.filter((_, index) => index % 30 === 0));
});

it('I-8 a thousand groups in succession without its labels end a list, and no cursor names them', async () => {
  const { group, keyByLabel, request } = setUp();
  group('a', { labels: ACME });
  for (let index = 0; index < 1_100; index++) group(`b${String(index).padStart(4, '0')}`);
  group('c', { labels: ACME });
  const key = await keyByLabel('read');
  const first = await request('/v1/groups', key);
  expect((first.body['items'] as object[]).length).toBe(1);
  expect(await request(`/v1/groups?cursor=${String(first.body['cursor'])}`, key)).toMatchObject({
    status: 400,
    body: { code: 'too-many-groups' },
  });
  expect((await request('/v1/jobs', key)).body).toMatchObject({ code: 'too-many-groups' });
});

it('grants only labels that include its own, and sees only such keys', async () => {
  const { create, keyByLabel, request, admin } = setUp();
  const own = await keyByLabel('admin');
  for (const reach of [{ groups: ['berlin'] }, {}, { labels: { customer: 'other' } }, { labels: { a: 'b' } }])
    expect(await create({ scopes: ['read'], ...reach }, own)).toMatchObject({
      status: 403,
      body: { code: 'grant-not-allowed', detail: expect.stringContaining('labels') },
    });
  const narrower = { labels: { ...ACME, region: 'east' }, validDays: 1 };
  expect((await create({ scopes: ['read'], ...narrower }, own)).status).toBe(201);
  const other = await create({ scopes: ['read'], groups: ['berlin'] });
  const listed = (await request('/v1/keys', own)).body['items'] as { labels?: { customer?: string } }[];
  expect(listed.map(({ labels }) => labels?.customer)).toEqual(['acme', 'acme']);
  const path = `/v1/keys/${String(other.body['keyId'])}`;
  expect((await request(path, own)).status).toBe(404);
  expect((await request(path, admin)).status).toBe(200);
});

it('I-13 only a key for all groups sets labels, so nobody puts a group among those of others', async () => {
  const { group, keyFor, keyByLabel, relabel, request, admin } = setUp();
  group('berlin', { labels: ACME });
  for (const key of [await keyByLabel('admin'), keyFor('admin', 'berlin')]) {
    for (const labels of [{ customer: 'other' }, { ...ACME, region: 'east' }, null])
      expect(await relabel('berlin', labels, key)).toMatchObject({
        status: 403,
        body: { code: 'labels-not-allowed' },
      });
    const described = { method: 'PATCH', body: { description: 'ours' } };
    expect((await request('/v1/groups/berlin', key, described)).status).toBe(200);
  }
  const create = (groupId: string, key: string) =>
    request('/v1/groups', key, { method: 'POST', body: { groupId, labels: ACME } });
  expect(await create('rome', await keyByLabel('admin'))).toMatchObject({ status: 403 });
  expect(await create('rome', keyFor('admin', 'rome'))).toMatchObject({
    body: { code: 'labels-not-allowed' },
  });
  expect((await create('rome', admin)).status).toBe(201);
});

it('I-13 a stored key with neither groups nor labels sees nothing', async () => {
  const { dynamodb, group, request, namesIn } = setUp();
  group('berlin', { labels: ACME });
  for (const labels of [undefined, {}]) {
    const { key, stored } = createKey({ scopes: ['admin'], groups: [], ...(labels && { labels }) }, 0);
    dynamodb.set('keys', stored);
    expect((await request('/v1/groups/berlin', key)).status).toBe(404);
    expect(await namesIn('/v1/groups', key)).toEqual([]);
  }
});
