import { type ProxyContext, proxy } from '../../../../lambdas/api/commands/proxy.ts';
import type { ProxyEvent } from '../../../../lambdas/api/commands/proxy-request.ts';
import { createKey } from '../../../../lambdas/api/keys.ts';
import { settle } from '../../../../lambdas/commands/dispatch.ts';
import { WaitingPlaces } from '../../../../lambdas/commands/waiting-places-store.ts';
import { commandWorld } from '../../../support/commands.ts';

const PEM = '-----BEGIN CERTIFICATE-----\nplanted\n-----END CERTIFICATE-----\n';
const { key, stored } = createKey({ scopes: ['command'], groups: ['demo'] }, 0);

/** A proxy before a gateway that answers each command at once, with this body. */
const proxyWorld = (
  body = '',
  change: Partial<ProxyContext> = {},
  answered: Record<string, string> = { 'content-type': 'application/json' },
) => {
  const world = commandWorld();
  world.gateway.answers = (_, { id }) => {
    queueMicrotask(() => {
      void world.context.commands.answer(id, {
        groupId: 'demo',
        now: world.clock(),
        outcome: 'completed',
        answer: { status: 200, headers: answered, body },
      });
    });
    return 'accepted';
  };
  const context = {
    ...world.context,
    keys: { verify: async (text: string) => (text === key ? stored : undefined) },
    places: new WaitingPlaces(world.dynamodb.client, 'waiting', { places: 3, share: 2 }, world.clock),
    pageSizes: { of: async () => undefined },
    apiUrl: 'https://api.example.com',
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
