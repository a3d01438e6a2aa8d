import { endpointsRoutes } from '../../../../lambdas/http/endpoints/endpoints-routes.ts';
import { invitationsRoutes } from '../../../../lambdas/http/endpoints/invitations-routes.ts';
import { tokensRoutes } from '../../../../lambdas/http/endpoints/tokens-routes.ts';
import { groupsRoutes } from '../../../../lambdas/http/groups/groups-routes.ts';
import { apiWorld } from '../../../support/api.ts';
import { fakeBus } from '../../../support/fakes.ts';

/** A group with an endpoint, and a key with all scopes. */
const setUp = async () => {
  const world = apiWorld();
  const context = { ...world.context, bus: fakeBus() };
  groupsRoutes(world.app, context);
  endpointsRoutes(world.app, context);
  tokensRoutes(world.app, context);
  invitationsRoutes(world.app, context);
  const key = world.keyFor('admin', '*');
  world.group('demo');
  const send = (method: string, path: string, body?: unknown) =>
    world.request(path, key, { method, ...(body === undefined ? {} : { body }) });
  const created = await send('POST', '/v1/groups/demo/endpoints', { priority: 1 });
  const location = new URL(created.headers.get('location') ?? '').pathname;
  return { ...world, key, send, location };
};
type Shown = { tokens: { expiresAt?: string }[]; invitations: { state: string }[] };

it.each([
  ['POST', '/v1/groups', { groupId: 'new', allowedCIDRs: ['192.0.2.0/24'] }],
  ['POST', '/v1/groups/other/endpoints', { priority: 1, tokenValidDay: 30 }],
  ['POST', '/v1/groups/other/endpoints?prot=omit', { priority: 1 }],
  ['GET', '/v1/groups?limt=1', undefined],
  ['DELETE', '/v1/groups/other?forced=true', undefined],
] as const)('refuses an unknown field: %s %s %j', async (method, path, body) => {
  const world = await setUp();
  world.group('other');
  expect(await world.send(method, path, body)).toMatchObject({
    status: 400,
    body: { code: 'request-not-valid' },
  });
});

it.each(['', '/token', '/invitations'])('refuses a body that is not sent as JSON: …%s', async (path) => {
  const world = await setUp();
  const sendForm = (method: string) =>
    world.app.request(
      world.location + path,
      {
        method,
        headers: { 'x-api-key': world.key, 'content-type': 'application/x-www-form-urlencoded' },
        body: '{"overlap":0}',
      },
      {},
    );
  expect((await sendForm(path === '' ? 'PATCH' : 'POST')).status).toBe(415);
  const { body } = await world.send('GET', world.location);
  expect((body as unknown as Shown).tokens).toHaveLength(1);
});

it.each(['.', '..'])('refuses the group id %j, which no URL path can contain', async (groupId) => {
  const world = await setUp();
  expect(await world.send('POST', '/v1/groups', { groupId })).toMatchObject({ status: 400 });
});

it.each(['::\n1/128', '::\t/0', '10.0.0.0', '10.0.0.0/33', '10.0.0.1/', 'fe80::1%eth0/64'])(
  'refuses the invalid range %j',
  async (cidr) => {
    const world = await setUp();
    expect(await world.send('PATCH', '/v1/groups/demo', { allowedCidrs: [cidr] })).toMatchObject({
      status: 400,
    });
  },
);

describe('an invitation that was read', () => {
  const invited = async () => {
    const world = await setUp();
    const made = await world.send('POST', `${world.location}/invitations`, { validFor: 86_400 });
    const path = new URL(String(made.body['url'])).pathname;
    const read = async () => (await world.request(path)).status;
    const state = async () =>
      ((await world.send('GET', world.location)).body as unknown as Shown).invitations.map(
        (one) => one.state,
      );
    return { ...world, read, state };
  };

  it('does not return a token that a rotation has ended', async () => {
    const world = await invited();
    expect(await world.read()).toBe(200);
    await world.send('POST', `${world.location}/token`, { overlap: 60 });
    expect([await world.read(), await world.state()]).toEqual([200, ['open']]);
    world.clock.advance(60_000);
    expect([await world.read(), await world.state()]).toEqual([410, ['expired']]);
  });

  it('does not restore a token that was ended at once', async () => {
    const world = await invited();
    expect(await world.read()).toBe(200);
    await world.send('POST', `${world.location}/token`, { overlap: 0 });
    expect([await world.read(), await world.state()]).toEqual([410, ['expired']]);
    const { body } = await world.send('GET', world.location);
    expect((body as unknown as Shown).tokens).toHaveLength(1);
  });

  it('is not found after its group was deleted, even if the endpoint still exists', async () => {
    const world = await invited();
    await world.send('DELETE', '/v1/groups/demo?force=true');
    expect(await world.read()).toBe(404);
  });
});

it.each([
  ['PATCH', '', { enabled: false }],
  ['DELETE', '', undefined],
  ['DELETE', '/token', undefined],
] as const)(
  'a disconnected domain is not reported after its endpoint was disabled or revoked: %s …%s',
  async (method, path, body) => {
    const world = await setUp();
    const [group] = world.dynamodb.items('groups');
    world.dynamodb.set('groups', { ...group, downShard: 'down', downSince: 1 });
    await world.send('PATCH', world.location, { priority: 2 });
    await world.send('POST', `${world.location}/token`);
    expect(world.dynamodb.items('groups')).toMatchObject([{ downShard: 'down', downSince: 1 }]);
    expect((await world.send(method, world.location + path, body)).status).toBeLessThan(300);
    expect(world.dynamodb.items('groups')).toEqual([expect.not.objectContaining({ downShard: 'down' })]);
  },
);
