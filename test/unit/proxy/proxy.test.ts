import { applyStep } from '../../../lambdas/commands/dispatch.ts';
import { inject, PEM, proxyWorld } from '../../support/proxy.ts';

it('returns the configured certificate for /security/cacert, without a credential and without NetBackup', async () => {
  const world = proxyWorld('', { caCertificate: PEM });
  const response = await world.call('/security/cacert', {});
  expect(JSON.parse(response.body ?? '')).toEqual({ cacert: [PEM], webRootCert: PEM });
  expect(world.gateway.posted).toEqual([]);
  for (const [path, method] of [
    ['/security/cacert', 'POST'],
    ['/security/cacerts', 'GET'],
  ] as const) {
    expect((await world.call(path, {}, method)).statusCode).toBe(401);
  }
});

it('forwards /security/cacert to NetBackup without a configured certificate', async () => {
  const world = proxyWorld('{"webRootCert":"its own"}');
  expect(await world.call('/security/cacert')).toMatchObject({
    statusCode: 200,
    body: '{"webRootCert":"its own"}',
  });
  expect((await world.call('/security/cacert', {})).statusCode).toBe(401);
});

it.each(['a1b2c3.execute-api.us-east-1.amazonaws.com', 'a1b2c3.execute-api.us-east-1.amazonaws.com.'])(
  'I-13 a link with the other name of this API stays in the group: %s',
  async (host) => {
    const body = JSON.stringify({ links: { next: { href: `https://${host}/v1/groups/other/commands` } } });
    const otherApiUrl = 'https://a1b2c3.execute-api.us-east-1.amazonaws.com';
    const { body: rewritten = '' } = await proxyWorld(body, { otherApiUrl }).call('/admin/jobs');
    expect(JSON.parse(rewritten).links.next.href).toBe(
      'https://api.example.com/v1/groups/demo/netbackup/v1/groups/other/commands',
    );
    const unknown = await proxyWorld(body).call('/admin/jobs');
    expect(unknown.body).toBe(body);
  },
);

it('a response that Lambda could not return is refused with the limit', async () => {
  const response = await proxyWorld(`"${'x'.repeat(5 * 1024 * 1024)}"`).call('/large');
  expect(response.statusCode).toBe(502);
  expect(JSON.parse(response.body ?? '')).toMatchObject({
    code: 'answer-too-large',
    detail: expect.stringContaining('5242880 bytes'),
  });
});

it('an invalid group id is refused before any table is read', async () => {
  const world = proxyWorld();
  const response = await world.call('/ping', undefined, 'GET', 'g'.repeat(3_000));
  expect(response.statusCode).toBe(400);
  expect(JSON.parse(response.body ?? '')).toMatchObject({ code: 'request-not-valid' });
  expect(world.dynamodb.calls).toEqual([]);
});

it.each<[Record<string, string>, string]>([
  [{}, 'https://api.example.com/v1/groups/demo/netbackup/x'],
  [{ 'content-type': 'text/csv' }, 'https://primary/netbackup/x'],
])('a link in a response with the headers %j becomes %s', async (headers, href) => {
  const body = '{"links":{"next":{"href":"https://primary/netbackup/x"}}}';
  const response = await proxyWorld(body, {}, headers).call('/x');
  expect(JSON.parse(response.body ?? '')).toEqual({ links: { next: { href } } });
});

it.each([200, 201, 302, 307])(
  'the Location of another host is not returned as Location, with status %i',
  async (status) => {
    const location = 'https://idp.example.com/saml?x=1';
    const { headers } = await proxyWorld('', {}, { location }, status).call('/x');
    expect(headers).not.toHaveProperty('location');
    expect(headers['x-nbwss-foreign-location']).toBe(location);
  },
);

describe('an API key of this endpoint in Authorization', () => {
  const bearer = { authorization: `Bearer ${inject.key}` };

  it.each(['/ping', '/appdetails', '/tokenkey'])(
    'is not replaced for %s, which needs no credential',
    async (path) => {
      const world = proxyWorld();
      expect((await world.call(path, bearer)).statusCode).toBe(200);
      expect(world.gateway.posted).toMatchObject([
        { message: { payload: { headers: { 'Content-Type': expect.any(String) } } } },
      ]);
      expect(JSON.stringify(world.gateway.posted)).not.toMatch(/authorization/i);
    },
  );

  it.each(['/login', '/security/?/api-keys', '/config/servers/wssendpoints#', '/access-control/'])(
    'is refused for %s, and nothing is stored or sent',
    async (path) => {
      const world = proxyWorld();
      const response = await world.call(path, bearer);
      expect([response.statusCode, JSON.parse(response.body ?? '').code]).toEqual([403, 'path-not-allowed']);
      expect(world.gateway.posted).toEqual([]);
      expect(world.command()).toBeUndefined();
    },
  );
});

it('a problem has the members of NetBackup’s errors', async () => {
  const response = await proxyWorld().call('/ping', {});
  const { detail, ...problem } = JSON.parse(response.body ?? '');
  expect(response.headers['content-type']).toBe('application/problem+json');
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

it('content-length is returned for HEAD only', async () => {
  const headers = { 'content-length': '1234' };
  const head = await proxyWorld('', {}, headers).call('/x', undefined, 'HEAD');
  expect(head.headers['content-length']).toBe('1234');
  expect((await proxyWorld('', {}, {}).call('/x', undefined, 'HEAD')).headers).not.toHaveProperty(
    'content-length',
  );
  expect((await proxyWorld('{}', {}, headers).call('/x')).headers).not.toHaveProperty('content-length');
});

it('HEAD has no body', async () => {
  expect(await proxyWorld('{}').call('/x', undefined, 'HEAD')).not.toHaveProperty('body');
});

it('cancelling a queued command ends the call that waits for it, and releases its slot', async () => {
  const world = proxyWorld();
  // On a connection that is reserved for another command, new commands are queued.
  world.connect('c1', true, { reservedUntil: world.clock() + 60_000 });
  const pending = world.call('/x', undefined, 'POST');
  while (!world.command()) await new Promise((resolve) => setImmediate(resolve));
  expect(Object.keys(world.dynamodb.items('waiting')[0] ?? {})).toContain('group/demo');
  await applyStep(world.context, world.command(), { to: 'cancelled', reason: 'by its caller' });
  const response = await pending;
  expect([response.statusCode, JSON.parse(response.body ?? '').code]).toEqual([409, 'command-cancelled']);
  expect(world.gateway.posted).toEqual([]);
  expect(Object.keys(world.dynamodb.items('waiting')[0] ?? {}).sort()).toEqual(['expiresAt', 'room']);
});

it('a slot is released after the call, and not acquired by a call that is refused', async () => {
  const world = proxyWorld();
  await world.call('/x');
  expect(Object.keys(world.dynamodb.items('waiting')[0] ?? {}).sort()).toEqual(['expiresAt', 'room']);
  world.dynamodb.calls.length = 0;
  world.connect(undefined);
  expect((await world.call('/x')).statusCode).toBe(503);
  expect(world.dynamodb.calls).not.toContain('UpdateItem');
});

it('an internal error is a problem with a tracking id, and is logged', async () => {
  const world = proxyWorld();
  world.dynamodb.before = () => {
    throw new Error('planted');
  };
  const response = await world.call('/x');
  const { code, trackingId } = JSON.parse(response.body ?? '');
  expect([response.statusCode, code]).toEqual([500, 'internal-error']);
  expect(response.body).not.toContain('planted');
  expect(world.log.lines).toMatchObject([{ code: 'request-failed', detail: { trackingId } }]);
});
