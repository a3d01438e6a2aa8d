/** Responses whose bodies are objects: in the answer if that can carry them, else at a location. */
import { injectRules } from '../../../lambdas/commands/inject-paths.ts';
import { LargeResponses } from '../../../lambdas/commands/large/large-responses.ts';
import { createKey } from '../../../lambdas/http/keys-store.ts';
import { type ProxyContext, proxy } from '../../../lambdas/proxy/proxy.ts';
import type { ProxyEvent } from '../../../lambdas/proxy/request.ts';
import { commandWorld } from '../../support/commands.ts';
import { fakeVault } from '../../support/fakes.ts';
import { memoryObjects } from '../../support/memory-objects.ts';

const MB = 1024 * 1024;
const { key, stored } = createKey({ scopes: ['command'], groups: ['demo'] }, 0);

/** A proxy whose commands get a response at once, with this body as an object. */
const largeWorld = (body: string, status = 200, isLost = false) => {
  const world = commandWorld();
  const bucket = memoryObjects();
  const large = new LargeResponses({ objects: bucket.objects, vault: fakeVault, clock: world.clock });
  const { commands } = world.context;
  const headers = { 'content-type': 'application/json', etag: '"1"' };
  const respond = async (id: string) => {
    const command = world.command(id);
    const storedBody = await large.putBody(command, Buffer.from(body), { isSecret: false });
    if (isLost) bucket.stored.clear();
    const record = { groupId: 'demo', now: world.clock(), outcome: 'completed', storedBody } as const;
    await commands.recordResponse(command, { ...record, response: { status, headers } });
  };
  world.gateway.answers = (_, { id }) => {
    queueMicrotask(() => void respond(id));
    return 'accepted';
  };
  const context = {
    ...world.context,
    keys: { verify: async (text: string) => (text === key ? stored : undefined) },
    apiUrl: 'https://api.example.com',
    injectRules: injectRules('default'),
    publicPaths: [],
    large,
  } as unknown as ProxyContext;
  const call = (more: Record<string, string> = {}, path = '/appdetails') =>
    proxy(context)({
      routeKey: 'ANY /v1/groups/{groupId}/netbackup/{proxy+}',
      rawPath: `/v1/groups/demo/netbackup${path}`,
      rawQueryString: '',
      headers: { 'x-api-key': key, ...more },
      isBase64Encoded: false,
      requestContext: { http: { method: 'GET', sourceIp: '192.0.2.1' } },
    } satisfies ProxyEvent);
  return { ...world, ...bucket, call };
};
const linksOf = (count: number): string =>
  JSON.stringify({
    items: Array.from({ length: count }, () => ({ links: { self: { href: 'https://p/netbackup/x' } } })),
  });

it('a body that an answer can carry is in the answer, with rewritten links', async () => {
  const answer = await largeWorld(linksOf(10_000)).call();
  expect(answer).toMatchObject({ statusCode: 200, headers: { etag: '"1"' } });
  expect(JSON.parse(answer.body ?? '').items[9_999].links.self.href).toBe(
    'https://api.example.com/v1/groups/demo/netbackup/x',
  );
});

it('any other one is at the location of a 303, for a client that follows and for one that shows it', async () => {
  const world = largeWorld('x'.repeat(20 * MB));
  const answer = await world.call();
  const { commandId, storedBody } = world.command();
  expect(answer.statusCode).toBe(303);
  expect(answer.headers).toEqual({
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-nbwss-command-id': commandId,
    location: `https://bucket.example/${storedBody?.key}?seconds=900&at=${world.clock()}`,
  });
  expect(JSON.parse(answer.body ?? '')).toMatchObject({
    status: 303,
    code: 'answer-elsewhere',
    detail: expect.stringContaining(`${20 * MB} bytes`),
    errorDetails: ['answer-elsewhere'],
  });
});

it('so is one that only its rewritten links make too large', async () => {
  const body = linksOf(70_000);
  expect(Buffer.byteLength(body)).toBeLessThan(4 * MB);
  expect((await largeWorld(body).call()).statusCode).toBe(303);
});

it.each(['no-redirect', 'wait=5, no-redirect', 'No-Redirect; x'])(
  'with Prefer: %s it is a problem that names the command',
  async (prefer) => {
    const world = largeWorld('x'.repeat(20 * MB));
    const answer = await world.call({ prefer });
    expect(answer.statusCode).toBe(502);
    expect(answer.headers['location']).toBe(
      `https://api.example.com/v1/groups/demo/commands/${world.command().commandId}`,
    );
    expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: 'answer-too-large' });
    expect(JSON.stringify(answer)).not.toContain('bucket.example');
  },
);

it.each([404, 500])('the status %i of NetBackup is not hidden by a redirection', async (status) => {
  expect((await largeWorld('x'.repeat(20 * MB), status).call()).statusCode).toBe(502);
});

it('a body that was deleted is a problem, not an empty response', async () => {
  const answer = await largeWorld('{}', 200, true).call();
  expect(answer.statusCode).toBe(502);
  expect(JSON.parse(answer.body ?? '')).toMatchObject({ code: 'answer-not-usable' });
});

it('a page of a list that no answer can carry is not taken for the list', async () => {
  const answer = await largeWorld('x'.repeat(20 * MB)).call({}, '/admin/jobs');
  expect([303, 502]).toContain(answer.statusCode);
});
