import { auditRoutes } from '../../../../lambdas/http/audit/audit-routes.ts';
import { groupsRoutes } from '../../../../lambdas/http/groups/groups-routes.ts';
import { keysRoutes } from '../../../../lambdas/http/keys/keys-routes.ts';
import { apiWorld } from '../../../support/api.ts';

const setUp = () => {
  const world = apiWorld(Date.parse('2026-11-29T10:00:00Z'));
  for (const add of [keysRoutes, auditRoutes]) add(world.app, world.context);
  groupsRoutes(world.app, world.context);
  const admin = world.keyFor('admin', '*');
  const change = (method: string, path: string, body?: object, key = admin) =>
    world.request(path, key, { method, body });
  return { ...world, admin, change };
};
const itemsOf = ({ body }: { body: Record<string, unknown> }) => body['items'] as Record<string, unknown>[];

it('what an admin changes is recorded, with the status of the response', async () => {
  const { change, request, admin } = setUp();
  await change('POST', '/v1/groups', { groupId: 'berlin' });
  await change('POST', '/v1/groups', { groupId: 'berlin', description: 'again' });
  await change('PATCH', '/v1/groups/berlin', { description: 'Berlin' });
  await request('/v1/groups/berlin', admin);
  const keyId = admin.slice(4, 20);
  const event = { at: '2026-11-29T10:00:00.000Z', keyId, path: '/v1/groups' };
  const events = itemsOf(await request('/v1/audit', admin));
  expect(events).toHaveLength(3);
  expect(events).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ ...event, action: 'createGroup', status: 201 }),
      expect.objectContaining({ ...event, action: 'createGroup', status: 409 }),
      expect.objectContaining({
        ...event,
        action: 'updateGroup',
        path: '/v1/groups/berlin',
        groupId: 'berlin',
        status: 200,
      }),
    ]),
  );
});

it('a refused change names the same tracking id as its problem', async () => {
  const { change, request, admin } = setUp();
  const refused = await change('PATCH', '/v1/groups/paris', {});
  expect(refused.status).toBe(404);
  expect(itemsOf(await request('/v1/audit', admin))).toMatchObject([
    { action: 'updateGroup', status: 404, trackingId: refused.body['trackingId'] },
  ]);
});

it('requests without a valid key or scope are not recorded, nor are bodies and keys', async () => {
  const { change, request, admin, keyFor } = setUp();
  await change('POST', '/v1/groups', { groupId: 'x' }, 'nbk_x');
  await change('POST', '/v1/groups', { groupId: 'x' }, keyFor('read', '*'));
  const { body } = await change('POST', '/v1/keys', { scopes: ['read'], description: 'secret words' });
  const { body: audit } = await request('/v1/audit', admin);
  expect(audit['items']).toHaveLength(1);
  expect(JSON.stringify(audit)).not.toContain(String(body['apiKey']).split('.')[1]);
  expect(JSON.stringify(audit)).not.toContain('secret words');
});

it('pages from the latest month to the oldest', async () => {
  const { change, request, admin, clock } = setUp();
  for (const days of [0, 40, 3, 90]) {
    clock.advance(days * 86_400_000);
    await change('POST', '/v1/groups', { groupId: `g${days}` });
  }
  const paths: string[] = [];
  let cursor = '';
  do {
    const page = await request(`/v1/audit?limit=1${cursor}`, admin);
    paths.push(...itemsOf(page).map(({ at }) => String(at)));
    cursor = page.body['cursor'] === undefined ? '' : `&cursor=${String(page.body['cursor'])}`;
  } while (cursor !== '');
  expect(paths).toHaveLength(4);
  expect(paths).toEqual([...paths].sort().reverse());
});

it('I-13 an administrator of one group reads only what changed in this group', async () => {
  const { change, request, keyFor, group } = setUp();
  group('berlin');
  group('tokyo');
  const berlin = keyFor('admin', 'berlin');
  for (const groupId of ['berlin', 'tokyo']) await change('PATCH', `/v1/groups/${groupId}`, {});
  expect(await request('/v1/audit', berlin)).toMatchObject({
    status: 403,
    body: { code: 'all-groups-needed' },
  });
  expect((await request('/v1/groups/tokyo/audit', berlin)).status).toBe(404);
  expect(itemsOf(await request('/v1/groups/berlin/audit', berlin))).toMatchObject([{ groupId: 'berlin' }]);
});

it('a change that cannot be recorded has happened: the response stays, and the log has it', async () => {
  const { change, log, context } = setUp();
  jest.spyOn(context.audit, 'add').mockRejectedValue(new Error('throttled'));
  expect((await change('POST', '/v1/groups', { groupId: 'berlin' })).status).toBe(201);
  expect(log.lines).toContainEqual(
    expect.objectContaining({
      code: 'audit-not-stored',
      detail: expect.objectContaining({ action: 'createGroup' }),
    }),
  );
});

it('a made-up cursor is refused, or reads no more than others', async () => {
  const { change, request, admin, clock, dynamodb } = setUp();
  for (const description of ['created', 'changed', 'changed again']) {
    clock.advance(86_400_000);
    await change('PATCH', '/v1/groups/berlin', { description });
  }
  const madeUp = async (path: string, place: object) => {
    const { body } = await request(`${path}?limit=1`, admin);
    const [name] = JSON.parse(Buffer.from(String(body['cursor']), 'base64url').toString());
    const cursor = Buffer.from(JSON.stringify([name, place])).toString('base64url');
    dynamodb.calls.length = 0;
    return (await request(`${path}?cursor=${cursor}`, admin)).status;
  };
  expect(await madeUp('/v1/audit', { month: '9999-12' })).toBe(200);
  expect(dynamodb.calls.length).toBeLessThan(10);
  expect(await madeUp('/v1/groups/berlin/audit', { month: '', entry: 'x' })).toBe(400);
});

it('a request whose path has no valid id is not an event of a group: its index takes no longer ids', async () => {
  const { change, request, admin } = setUp();
  const groupId = 'g'.repeat(2_049);
  expect((await change('PATCH', `/v1/groups/${groupId}`, {})).status).toBe(400);
  const [event] = itemsOf(await request('/v1/audit', admin));
  expect(event).toMatchObject({ action: 'updateGroup', path: `/v1/groups/${groupId}`, status: 400 });
  expect(event).not.toHaveProperty('groupId');
});
