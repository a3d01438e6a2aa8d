import { settle } from '../../../lambdas/commands/dispatch.ts';
import { WaitingPlaces } from '../../../lambdas/commands/waiting/waiting-places-store.ts';
import type { Group } from '../../../lambdas/groups/group.ts';
import { GroupsStore } from '../../../lambdas/groups/groups-store.ts';
import { createKey } from '../../../lambdas/http/keys-store.ts';
import { injectRules } from '../../../lambdas/proxy/inject-paths.ts';
import { type ProxyContext, proxy } from '../../../lambdas/proxy/proxy.ts';
import type { ProxyEvent } from '../../../lambdas/proxy/request.ts';
import { commandWorld } from '../../support/commands.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nplanted\n-----END CERTIFICATE-----\n';
const { key, stored } = createKey({ scopes: ['command'], groups: ['demo'] }, 0);
const inject = createKey({ scopes: ['inject'], groups: ['demo'] }, 0);
const KEYS = new Map([
  [key, stored],
  [inject.key, inject.stored],
]);

/** A proxy before a gateway that answers each command at once, with this body. */
const proxyWorld = (
  body = '',
  change: Partial<ProxyContext> = {},
  answered: Record<string, string> = { 'content-type': 'application/json' },
  status = 200,
) => {
  const world = commandWorld();
  world.gateway.answers = (_, { id }) => {
    queueMicrotask(() => {
      void world.context.commands.answer(id, {
        groupId: 'demo',
        now: world.clock(),
        outcome: 'completed',
        answer: { status, headers: answered, body },
      });
    });
    return 'accepted';
  };
  const context = {
    ...world.context,
    keys: { verify: async (text: string) => KEYS.get(text) },
    places: new WaitingPlaces(world.dynamodb.client, 'waiting', { places: 3, share: 2 }, world.clock),
    apiUrl: 'https://api.example.com',
    injectRules: injectRules('default'),
    publicPaths: [],
    ...change,
  } as unknown as ProxyContext;
  const call = (
    path: string,
    headers: Record<string, string> = { 'x-api-key': key },
    method = 'GET',
    groupId = 'demo',
  ) =>
    proxy(context)({
      routeKey: 'ANY /v1/groups/{groupId}/netbackup/{proxy+}',
      rawPath: `/v1/groups/${groupId}/netbackup${path}`,
      rawQueryString: '',
      headers,
      isBase64Encoded: false,
      requestContext: { http: { method } },
    } satisfies ProxyEvent);
  return { ...world, call, context };
};

it('answers /security/cacert with the configured certificate, to everybody and without NetBackup', async () => {
  const world = proxyWorld('', { caCertificate: PEM });
  const answer = await world.call('/security/cacert', {});
  expect(JSON.parse(answer.body ?? '')).toEqual({ cacert: [PEM], webRootCert: PEM });
  expect(world.gateway.posted).toEqual([]);
  for (const [path, method] of [
    ['/security/cacert', 'POST'],
    ['/security/cacerts', 'GET'],
  ] as const) {
    expect((await world.call(path, {}, method)).statusCode).toBe(401);
  }
});

it('without one, it is NetBackup that answers', async () => {
  const world = proxyWorld('{"webRootCert":"its own"}');
  expect(await world.call('/security/cacert')).toMatchObject({
    statusCode: 200,
    body: '{"webRootCert":"its own"}',
  });
  expect((await world.call('/security/cacert', {})).statusCode).toBe(401);
});

it('an answer that Lambda could not return is refused with the limit', async () => {
  const answer = await proxyWorld(`"${'x'.repeat(5 * 1024 * 1024)}"`).call('/large');
  expect(answer.statusCode).toBe(502);
  expect(JSON.parse(answer.body ?? '')).toMatchObject({
    code: 'answer-too-large',
    detail: expect.stringContaining('5242880 bytes'),
  });
});

it('a group id that cannot be one is refused before any table is asked for it', async () => {
  const world = proxyWorld();
  const answer = await world.call('/ping', undefined, 'GET', 'g'.repeat(3_000));
  expect(answer.statusCode).toBe(400);
  expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: 'request-not-valid' });
  expect(world.dynamodb.calls).toEqual([]);
});

it.each<[Record<string, string>, string]>([
  [{}, 'https://api.example.com/v1/groups/demo/netbackup/x'],
  [{ 'content-type': 'text/csv' }, 'https://primary/netbackup/x'],
])('links of an answer with the headers %j lead to %s', async (headers, href) => {
  const body = '{"links":{"next":{"href":"https://primary/netbackup/x"}}}';
  const answer = await proxyWorld(body, {}, headers).call('/x');
  expect(JSON.parse(answer.body ?? '')).toEqual({ links: { next: { href } } });
});

describe('the names of the primary', () => {
  const OURS = 'https://api.example.com/v1/groups/demo/netbackup';
  const linksTo = (links: Record<string, string>) => JSON.stringify({ links });
  const hostsOf = ({ dynamodb }: ReturnType<typeof proxyWorld>) =>
    dynamodb.items<Group>('groups')[0]?.primaryHosts;
  const writes = jest.spyOn(GroupsStore.prototype, 'recordPrimaryHosts');
  afterEach(() => writes.mockClear());
  afterAll(() => writes.mockRestore());

  it('are those of the same answer, for other links and for Location', async () => {
    const body = linksTo({ self: 'https://nbu1/netbackup/a', a: 'https://nbu1:8443/b', c: 'https://idp/d' });
    const world = proxyWorld(body, {}, { location: 'https://nbu1/e' });
    const answer = await world.call('/x');
    expect(JSON.parse(answer.body ?? '').links).toEqual({
      self: `${OURS}/a`,
      a: `${OURS}/b`,
      c: 'https://idp/d',
    });
    expect(answer.headers['location']).toBe(`${OURS}/e`);
  });

  it('are told by Location too, and short names go with them', async () => {
    const headers = { location: 'https://nbu1.example.com/netbackup/a' };
    const answer = await proxyWorld(linksTo({ self: 'https://nbu1:8443/a' }), {}, headers).call('/x');
    expect(JSON.parse(answer.body ?? '').links).toEqual({ self: `${OURS}/a` });
    expect(answer.headers['location']).toBe(`${OURS}/a`);
  });

  it('are learned from self and first, once', async () => {
    const world = proxyWorld(
      linksTo({
        self: 'https://nbu1/netbackup/a',
        first: '//nbu2/netbackup/',
        next: 'https://nbu3/netbackup',
      }),
    );
    await world.call('/x');
    expect(hostsOf(world)).toEqual(['nbu1', 'nbu2']);
    await world.call('/x');
    expect(writes).toHaveBeenCalledTimes(1);
  });

  it('are known later on', async () => {
    const world = proxyWorld(linksTo({ next: 'https://nbu1/b' }));
    const [group] = world.dynamodb.items<Group>('groups');
    world.dynamodb.set('groups', { ...group, primaryHosts: ['nbu1'] });
    expect(JSON.parse((await world.call('/x')).body ?? '').links).toEqual({ next: `${OURS}/b` });
    expect(writes).not.toHaveBeenCalled();
  });

  it('are eight at most, the first ones', async () => {
    const world = proxyWorld(linksTo({ self: 'https://late/netbackup' }));
    const primaryHosts = Array.from({ length: 8 }, (_, index) => `nbu${index}`);
    const [group] = world.dynamodb.items<Group>('groups');
    world.dynamodb.set('groups', { ...group, primaryHosts });
    await world.call('/x');
    expect(hostsOf(world)).toEqual(primaryHosts);
    expect(writes).not.toHaveBeenCalled();
  });

  it('are no reason to withhold an answer', async () => {
    const world = proxyWorld(linksTo({ self: 'https://nbu1/netbackup/a' }), {
      groups: {
        get: async () => world.dynamodb.items<Group>('groups')[0],
        recordPrimaryHosts: async () => {
          throw new Error('planted');
        },
      } as unknown as ProxyContext['groups'],
    });
    expect((await world.call('/x')).statusCode).toBe(200);
    expect(world.log.codes()).toContain('primary-hosts-not-stored');
  });
});

it.each([200, 201, 302, 307])('a foreign Location is none of ours, at %i', async (status) => {
  const location = 'https://idp.example.com/saml?x=1';
  const { headers } = await proxyWorld('', {}, { location }, status).call('/x');
  expect(headers).not.toHaveProperty('location');
  expect(headers['x-nbwss-foreign-location']).toBe(location);
});

describe('our key in Authorization', () => {
  const bearer = { authorization: `Bearer ${inject.key}` };

  it.each(['/ping', '/appdetails', '/tokenkey'])('%s needs no credential, and gets none', async (path) => {
    const world = proxyWorld();
    expect((await world.call(path, bearer)).statusCode).toBe(200);
    expect(world.gateway.posted).toMatchObject([
      { message: { payload: { headers: { 'Content-Type': expect.any(String) } } } },
    ]);
    expect(JSON.stringify(world.gateway.posted)).not.toMatch(/authorization/i);
  });

  it.each(['/login', '/security/?/api-keys', '/config/servers/wssendpoints#', '/access-control/'])(
    '%s is refused, and nothing is stored or sent',
    async (path) => {
      const world = proxyWorld();
      const answer = await world.call(path, bearer);
      expect([answer.statusCode, JSON.parse(answer.body ?? '').code]).toEqual([403, 'path-not-allowed']);
      expect(world.gateway.posted).toEqual([]);
      expect(world.command()).toBeUndefined();
    },
  );
});

describe('a public path', () => {
  const open = { publicPaths: ['/ping'] };

  it('is answered to anybody who says nothing, without a credential', async () => {
    const world = proxyWorld('', open);
    expect((await world.call('/ping', { accept: '*/*' })).statusCode).toBe(200);
    expect(world.dynamodb.items('commands')).toContainEqual(
      expect.objectContaining({ requestedBy: 'anonymous', uri: '/netbackup/ping' }),
    );
  });

  it.each<[string, Record<string, string>, string]>([
    ['/ping', { 'x-api-key': 'nbk_x' }, 'GET'],
    ['/ping', { authorization: 'x' }, 'GET'],
    ['/ping', {}, 'HEAD'],
    ['/ping', {}, 'POST'],
    ['/ping/', {}, 'GET'],
    ['/ping;x', {}, 'GET'],
    ['/appdetails', {}, 'GET'],
  ])('is not %s with %j, by %s', async (path, headers, method) => {
    const world = proxyWorld('', open);
    expect((await world.call(path, headers, method)).statusCode).toBe(401);
    expect(world.gateway.posted).toEqual([]);
  });

  it('is none unless it was opened', async () => {
    expect((await proxyWorld().call('/ping', {})).statusCode).toBe(401);
  });

  it('counts among the requests that wait', async () => {
    const world = proxyWorld('', {
      ...open,
      places: {
        enter: async () => ({ ok: false, full: 'group', limit: 1 }),
      } as unknown as WaitingPlaces,
    });
    expect((await world.call('/ping', {})).statusCode).toBe(429);
  });
});

it('a refusal is understood by NetBackup’s own clients', async () => {
  const answer = await proxyWorld().call('/ping', {});
  const { detail, ...problem } = JSON.parse(answer.body ?? '');
  expect(answer.headers['content-type']).toBe('application/problem+json');
  expect(problem).toEqual({
    type: 'about:blank',
    title: 'Unauthorized',
    status: 401,
    code: 'api-key-missing-or-invalid',
    trackingId: expect.any(String),
    errorCode: 401,
    errorMessage: detail,
    attributeErrors: {},
    errorDetails: ['api-key-missing-or-invalid'],
  });
});

it('the length of a body is told where there is none: of the one that GET would have had', async () => {
  const headers = { 'content-length': '1234' };
  const head = await proxyWorld('', {}, headers).call('/x', undefined, 'HEAD');
  expect(head.headers['content-length']).toBe('1234');
  expect((await proxyWorld('', {}, {}).call('/x', undefined, 'HEAD')).headers).not.toHaveProperty(
    'content-length',
  );
  expect((await proxyWorld('{}', {}, headers).call('/x')).headers).not.toHaveProperty('content-length');
});

it('HEAD is answered without a body', async () => {
  expect(await proxyWorld('{}').call('/x', undefined, 'HEAD')).not.toHaveProperty('body');
});

it('a command that is cancelled while it is queued ends the call that waits for it, and frees its place', async () => {
  const world = proxyWorld();
  // A connection that another command has to itself: what comes is queued.
  world.connect('c1', true, { reservedUntil: world.clock() + 60_000 });
  const pending = world.call('/x', undefined, 'POST');
  while (!world.command()) await new Promise((resolve) => setImmediate(resolve));
  expect(Object.keys(world.dynamodb.items('waiting')[0] ?? {})).toContain('group/demo');
  await settle(world.context, world.command(), { to: 'cancelled', reason: 'by its caller' });
  const answer = await pending;
  expect([answer.statusCode, JSON.parse(answer.body ?? '').code]).toEqual([409, 'command-cancelled']);
  expect(world.gateway.posted).toEqual([]);
  expect(Object.keys(world.dynamodb.items('waiting')[0] ?? {}).sort()).toEqual(['expiresAt', 'room']);
});

it('a place is held no longer than the call that waits', async () => {
  const world = proxyWorld();
  await world.call('/x');
  expect(Object.keys(world.dynamodb.items('waiting')[0] ?? {}).sort()).toEqual(['expiresAt', 'room']);
  // Nothing of this one was sent, so it has entered nowhere.
  world.dynamodb.calls.length = 0;
  world.connect(undefined);
  expect((await world.call('/x')).statusCode).toBe(503);
  expect(world.dynamodb.calls).not.toContain('UpdateItem');
});

it('what fails on our side is a problem with a tracking id, and one line in the log', async () => {
  const world = proxyWorld();
  world.dynamodb.before = () => {
    throw new Error('planted');
  };
  const answer = await world.call('/x');
  const { code, trackingId } = JSON.parse(answer.body ?? '');
  expect([answer.statusCode, code]).toEqual([500, 'internal-error']);
  expect(answer.body).not.toContain('planted');
  expect(world.log.lines).toMatchObject([{ code: 'request-failed', detail: { trackingId } }]);
});
