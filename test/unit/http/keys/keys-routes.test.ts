import { keysRoutes } from '../../../../lambdas/http/keys/keys-routes.ts';
import { createKey } from '../../../../lambdas/http/keys-store.ts';
import { apiWorld } from '../../../support/api.ts';

const setUp = () => {
  const world = apiWorld(Date.parse('2026-11-29T10:00:00Z'));
  keysRoutes(world.app, world.context);
  const admin = world.keyFor('admin', '*');
  const create = (body: object, key = admin) => world.request('/v1/keys', key, { method: 'POST', body });
  return { ...world, admin, create };
};

it('creates a key, shows it once, and lists it', async () => {
  const { create, request, admin } = setUp();
  const created = await create({ scopes: ['read'], groups: ['berlin'], description: 'Grafana' });
  expect(created).toMatchObject({
    status: 201,
    body: {
      apiKey: expect.stringMatching(/^nbk_/),
      scopes: ['read'],
      groups: ['berlin'],
      description: 'Grafana',
      createdAt: '2026-11-29T10:00:00.000Z',
      expiresAt: '2027-02-27T10:00:00.000Z',
    },
  });
  const { apiKey, ...shown } = created.body;
  expect(created.headers.get('location')).toBe(`https://api.example.com/v1/keys/${String(shown['keyId'])}`);
  const listed = (await request('/v1/keys', admin)).body['items'] as Record<string, unknown>[];
  expect(listed).toContainEqual(shown);
  expect(JSON.stringify(listed)).not.toContain(String(apiKey));
  expect((await request(`/v1/keys/${String(shown['keyId'])}`, admin)).body).toEqual(shown);
});

it('a revoked key is refused at once, and cannot be revoked again', async () => {
  const { create, request, admin } = setUp();
  const { keyId, apiKey } = (await create({ scopes: ['admin'] })).body as Record<string, string>;
  expect((await request('/v1/keys', apiKey)).status).toBe(200);
  expect((await request(`/v1/keys/${keyId}`, admin, { method: 'DELETE' })).status).toBe(204);
  expect((await request('/v1/keys', apiKey)).status).toBe(401);
  expect((await request(`/v1/keys/${keyId}`, admin, { method: 'DELETE' })).status).toBe(404);
});

it('a key cannot revoke itself', async () => {
  const { create, request } = setUp();
  const { keyId, apiKey } = (await create({ scopes: ['admin'] })).body as Record<string, string>;
  const refused = await request(`/v1/keys/${keyId}`, apiKey, { method: 'DELETE' });
  expect(refused).toMatchObject({ status: 409, body: { code: 'own-key' } });
});

it('I-13 an administrator of one group creates, sees and revokes only keys of this group', async () => {
  const { create, request, keyFor } = setUp();
  const berlin = keyFor('admin', 'berlin');
  const { keyId } = (await create({ scopes: ['read'], groups: ['tokyo'] })).body as Record<string, string>;
  for (const groups of [['tokyo'], ['*'], ['berlin', 'tokyo']])
    expect(await create({ scopes: ['read'], groups }, berlin)).toMatchObject({
      status: 403,
      body: { code: 'grant-not-allowed' },
    });
  expect((await create({ scopes: ['read'], groups: ['berlin'] }, berlin)).status).toBe(201);
  const listed = (await request('/v1/keys', berlin)).body['items'] as { groups: string[] }[];
  expect(listed.map(({ groups }) => groups)).toEqual(expect.arrayContaining([['berlin']]));
  expect(JSON.stringify(listed)).not.toContain('tokyo');
  expect((await request(`/v1/keys/${keyId}`, berlin)).status).toBe(404);
  expect((await request(`/v1/keys/${keyId}`, berlin, { method: 'DELETE' })).status).toBe(404);
});

it('pages through all keys, and leaves out expired ones', async () => {
  const { create, request, admin, clock } = setUp();
  for (let count = 0; count < 5; count++) await create({ scopes: ['read'], validDays: 10 });
  await create({ scopes: ['read'], validDays: 1 });
  clock.advance(2 * 86_400_000);
  const found: unknown[] = [];
  let cursor = '';
  do {
    const { body } = await request(`/v1/keys?limit=2${cursor}`, admin);
    found.push(...(body['items'] as unknown[]));
    cursor = body['cursor'] === undefined ? '' : `&cursor=${String(body['cursor'])}`;
  } while (cursor !== '');
  // The five, and the administrator's.
  expect(found).toHaveLength(6);
});

it.each(['before', 'between', 'behind'])(
  'I-13 pages of a limited administrator, whose keys are %s the others, name only keys of the own groups, also in their cursors',
  async (position) => {
    const { context, request, keyFor, dynamodb } = setUp();
    const places = { before: ['2', '2', '2'], between: ['2', 'h', 'z'], behind: ['z', 'z', 'z'] }[position];
    const own = (places ?? []).map((place, index) =>
      createKey({ scopes: ['admin'], groups: ['berlin'] }, 0, `${place.repeat(15)}${index}`),
    );
    for (const { stored } of own) dynamodb.set('keys', stored);
    for (let count = 0; count < 1_500; count++) keyFor('read', 'tokyo');
    const found: string[] = [];
    let cursor: string | undefined;
    let requests = 0;
    do {
      expect(++requests).toBeLessThan(10);
      dynamodb.calls.length = 0;
      const query = cursor === undefined ? '' : `&cursor=${cursor}`;
      const { body } = await request(`/v1/keys?limit=1${query}`, own[0]?.key);
      expect(dynamodb.calls.length).toBeLessThanOrEqual(22);
      found.push(...(body['items'] as { keyId: string }[]).map(({ keyId }) => keyId));
      cursor = body['cursor'] as string | undefined;
      const [, place] = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString() || '[0, {}]');
      const named = await context.keysStore.get(String(place.keyId));
      expect(named?.groups ?? ['berlin']).toEqual(['berlin']);
    } while (cursor !== undefined);
    expect(found).toEqual(own.map(({ stored }) => stored.keyId));
  },
);

it.each([
  [{ scopes: [] }],
  [{ scopes: ['root'] }],
  [{ scopes: ['read'], groups: [] }],
  [{ scopes: ['read'], groups: ['..'] }],
  [{ scopes: ['read'], addresses: ['10.0.0.1'] }],
  [{ scopes: ['read'], addresses: [] }],
  [{ scopes: ['read'], validDays: 0 }],
  [{ scopes: ['read'], validDays: 3_651 }],
  [{ scopes: ['read'], keyId: 'mine' }],
  [{}],
])('%j is refused with 400', async (body) => {
  const { create } = setUp();
  expect((await create(body)).status).toBe(400);
});

it('a key without the scope admin manages no keys', async () => {
  const { create, request, keyFor } = setUp();
  for (const scope of ['read', 'command', 'inject'] as const) {
    const key = keyFor(scope, '*');
    expect((await create({ scopes: ['read'] }, key)).status).toBe(403);
    expect((await request('/v1/keys', key)).status).toBe(403);
  }
});
