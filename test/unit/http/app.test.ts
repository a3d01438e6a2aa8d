import { requireScope } from '../../../lambdas/http/app.ts';
import { keysRoutes } from '../../../lambdas/http/keys/keys-routes.ts';
import type { Scope } from '../../../lambdas/http/rights.ts';
import { HttpProblem } from '../../../lambdas/platform/errors.ts';
import { apiWorld } from '../../support/api.ts';
import { checkDeclared } from '../../support/declared-errors.ts';

const setUp = (scope: Scope = 'command') => {
  const world = apiWorld();
  world.app.get('/groups/:groupId', requireScope(world.context, scope), (context) =>
    context.json({ ok: true }),
  );
  world.app.get('/problem', () => {
    throw new HttpProblem(429, 'too-many', 'Too many.', { 'retry-after': '10' });
  });
  world.app.get('/bug', () => {
    throw new Error('planted-secret');
  });
  return world;
};
const problem = (status: number, code: string) => ({
  status,
  body: {
    type: 'about:blank',
    status,
    code,
    title: expect.any(String),
    detail: expect.any(String),
    trackingId: expect.any(String),
  },
});

describe('authorization', () => {
  it('a key with the scope, for the group', async () => {
    const world = setUp();
    expect(await world.request('/groups/demo', world.keyFor('command', 'demo'))).toMatchObject({
      status: 200,
    });
  });

  it.each([undefined, '', 'nbk_x', 'Bearer x'])('with the key %j: 401', async (key) => {
    expect(await setUp().request('/groups/demo', key)).toMatchObject(
      problem(401, 'api-key-missing-or-invalid'),
    );
  });

  it('from an address that the key does not allow: 403', async () => {
    const world = setUp();
    const key = world.keyFor('command', 'demo');
    const stored = await world.context.keys.verify(key);
    world.dynamodb.set('keys', { ...stored, addresses: ['192.0.2.0/24', '2001:db8::/32'] });
    const from = (sourceIp: string) =>
      world.app.request(
        '/groups/demo',
        { headers: { 'x-api-key': key } },
        { requestContext: { http: { sourceIp } } },
      );
    for (const address of ['192.0.2.7', '2001:db8::7']) expect((await from(address)).status).toBe(200);
    for (const address of ['198.51.100.7', '2001:db9::7', '']) {
      const refused = await from(address);
      expect(refused.status).toBe(403);
      expect(await refused.json()).toMatchObject({ code: 'address-not-allowed' });
    }
  });

  it('without the scope: 403', async () => {
    const world = setUp();
    expect(await world.request('/groups/demo', world.keyFor('read', 'demo'))).toMatchObject(
      problem(403, 'scope-missing'),
    );
  });

  it('for an id that no group can have, which DynamoDB would refuse to read: 404', async () => {
    const world = setUp();
    const key = world.keyFor('command');
    const stored = await world.context.keys.verify(key);
    world.dynamodb.set('keys', { ...stored, labels: { customer: 'acme' } });
    const reads = jest.spyOn(world.context.groups, 'get');
    expect(await world.request(`/groups/${'g'.repeat(2_049)}`, key)).toMatchObject(
      problem(404, 'group-not-found'),
    );
    expect(reads).not.toHaveBeenCalled();
  });

  it('I-13 for another group: the same 404 with and without the scope', async () => {
    const world = setUp();
    for (const scope of ['read', 'command', 'admin'] as const) {
      expect(await world.request('/groups/demo', world.keyFor(scope, 'other'))).toMatchObject(
        problem(404, 'group-not-found'),
      );
    }
  });
});

describe('problems', () => {
  it('are problem+json with a code and their headers', async () => {
    const answer = await setUp().request('/problem');
    expect(answer).toMatchObject(problem(429, 'too-many'));
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(answer.headers.get('retry-after')).toBe('10');
  });

  it('415 for a body as curl sends it without a content type, which the document lists', async () => {
    const world = setUp();
    keysRoutes(world.app, world.context);
    const headers = {
      'x-api-key': world.keyFor('admin', '*'),
      'content-type': 'application/x-www-form-urlencoded',
    };
    const refused = await world.app.request('/v1/keys', { method: 'POST', headers, body: '{}' }, {});
    const body = await refused.json();
    expect({ status: refused.status, body }).toEqual(problem(415, 'request-not-readable'));
    checkDeclared('POST', '/v1/keys', 415, body);
  });

  it('404 for a path that no route matches', async () => {
    expect(await setUp().request('/nowhere')).toMatchObject(problem(404, 'not-found'));
  });

  it('I-6 an unexpected error has no details, and its tracking id is in the log', async () => {
    const world = setUp();
    const answer = await world.request('/bug');
    expect(answer).toMatchObject(problem(500, 'internal-error'));
    expect(JSON.stringify(answer.body)).not.toContain('planted-secret');
    expect(world.log.lines).toMatchObject([
      {
        level: 'error',
        code: 'request-failed',
        detail: { trackingId: answer.body['trackingId'], route: '/bug' },
      },
    ]);
  });
});
