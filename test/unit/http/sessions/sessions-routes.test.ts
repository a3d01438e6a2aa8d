import { auditRoutes } from '../../../../lambdas/http/audit/audit-routes.ts';
import { keysRoutes } from '../../../../lambdas/http/keys/keys-routes.ts';
import type { Scope } from '../../../../lambdas/http/rights.ts';
import { sessionsRoutes } from '../../../../lambdas/http/sessions/sessions-routes.ts';
import { SessionsStore } from '../../../../lambdas/http/sessions/sessions-store.ts';
import { HOUR_MS } from '../../../../lambdas/platform/clock.ts';
import { apiWorld } from '../../../support/api.ts';
import { checkDeclared } from '../../../support/declared-errors.ts';

const CONSOLE = { 'x-nbwss-console': '1' };
const JSON_TYPE = { 'content-type': 'application/json' };

const setUp = () => {
  const world = apiWorld(Date.parse('2026-11-29T10:00:00Z'));
  sessionsRoutes(world.app, world.context);
  keysRoutes(world.app, world.context);
  auditRoutes(world.app, world.context);
  const send = async (method: string, path: string, headers: Record<string, string>, body?: object) => {
    const init = {
      method,
      headers: { ...JSON_TYPE, ...headers },
      ...(body && { body: JSON.stringify(body) }),
    };
    const response = await world.app.request(path, init, {
      requestContext: { http: { sourceIp: '203.0.113.7' } },
    });
    const text = await response.text();
    const json = text === '' ? undefined : JSON.parse(text);
    checkDeclared(method, path, response.status, json);
    return { status: response.status, cookie: response.headers.get('set-cookie') ?? '', json };
  };
  const signIn = (apiKey: string, headers: Record<string, string> = CONSOLE) =>
    send('POST', '/v1/session', headers, { apiKey });
  /** A browser that has signed in. */
  const browser = async (apiKey: string) => {
    const { cookie, json } = await signIn(apiKey);
    const value = cookie.split(';')[0] ?? '';
    const as = (method: string, path: string, headers: Record<string, string> = {}, body?: object) =>
      send(method, path, { cookie: value, ...CONSOLE, ...headers }, body);
    return { as, value, sessionId: String(json.sessionId) };
  };
  const newKey = (scope: Scope = 'admin', ...groups: string[]) =>
    world.keyFor(scope, ...(groups.length > 0 ? groups : ['*']));
  return { ...world, send, signIn, browser, newKey };
};

it('a key begins a session of eight hours that may do what the key may do', async () => {
  const { signIn, newKey, send } = setUp();
  const { status, cookie, json } = await signIn(newKey('command', 'berlin'));
  expect(status).toBe(201);
  expect(cookie).toMatch(/^__Host-nbwss-session=[0-9a-z]{32}\.[\w-]{43}; .*HttpOnly.*Max-Age=28800$/);
  expect(json).toMatchObject({
    scopes: ['command'],
    groups: ['berlin'],
    name: json.keyId,
    expiresAt: '2026-11-29T18:00:00.000Z',
  });
  expect(await send('GET', '/v1/session', { cookie: cookie.split(';')[0] ?? '' })).toMatchObject({
    status: 200,
    json,
  });
});

it('I-6 neither the cookie nor the key is stored', async () => {
  const { browser, newKey, dynamodb } = setUp();
  const key = newKey();
  const { value } = await browser(key);
  const stored = JSON.stringify(dynamodb.items('keys'));
  expect(stored).not.toContain(value.split('.')[1]);
  expect(stored).not.toContain(key.split('.')[1]);
});

it('a wrong key, an address that the key does not allow, and a page of another site begin none', async () => {
  const { signIn, newKey, dynamodb, context } = setUp();
  expect((await signIn('nbk_x')).json.code).toBe('api-key-missing-or-invalid');
  const key = newKey();
  expect((await signIn(key, {})).json.code).toBe('not-from-console');
  expect((await signIn(key, { ...CONSOLE, 'sec-fetch-site': 'cross-site' })).json.code).toBe(
    'not-from-console',
  );
  const stored = await context.keys.verify(key);
  dynamodb.set('keys', { ...stored, addresses: ['192.0.2.0/24'] });
  const refused = await signIn(key);
  expect([refused.json.code, refused.cookie]).toEqual(['address-not-allowed', '']);
});

it('changes need the header of the console', async () => {
  const { browser, newKey } = setUp();
  const { as } = await browser(newKey());
  const body = { scopes: ['read'] };
  expect((await as('POST', '/v1/keys', { 'x-nbwss-console': '' }, body)).json.code).toBe('not-from-console');
  expect((await as('POST', '/v1/keys', {}, body)).status).toBe(201);
});

it('the cookie does not count beside another credential, valid or not', async () => {
  const { browser, newKey } = setUp();
  const { as } = await browser(newKey('admin'));
  const code = async (headers: Record<string, string>) => (await as('GET', '/v1/keys', headers)).json.code;
  expect(await code({ 'x-api-key': newKey('read') })).toBe('scope-missing');
  expect(await code({ 'x-api-key': 'nbk_x' })).toBe('api-key-missing-or-invalid');
  expect(await code({ authorization: 'Bearer x' })).toBe('api-key-missing-or-invalid');
  expect(await code({})).toBeUndefined();
});

it.each<[string, (world: ReturnType<typeof setUp>, keyId: string) => unknown]>([
  ['the key is revoked', ({ context }, keyId) => context.keysStore.revoke(keyId)],
  [
    'another key has its id',
    async ({ dynamodb, context }, keyId) =>
      dynamodb.set('keys', { ...(await context.keysStore.get(keyId)), hash: 'ff' }),
  ],
  [
    'the key expires',
    async ({ dynamodb, context }, keyId) =>
      dynamodb.set('keys', { ...(await context.keysStore.get(keyId)), expiresAt: 1 }),
  ],
  ['eight hours are over', ({ clock }) => clock.advance(8 * HOUR_MS)],
])('a session ends when %s', async (_, change) => {
  const world = setUp();
  const { as } = await world.browser(world.newKey());
  const { json } = await as('GET', '/v1/session');
  await change(world, String(json.keyId));
  expect(await as('GET', '/v1/session')).toMatchObject({ status: 401, json: { code: 'session-ended' } });
});

it('a key that loses a scope loses it in its sessions', async () => {
  const { browser, newKey, dynamodb, context } = setUp();
  const { as } = await browser(newKey('admin'));
  const { json } = await as('GET', '/v1/session');
  dynamodb.set('keys', { ...(await context.keysStore.get(String(json.keyId))), scopes: ['read'] });
  expect((await as('GET', '/v1/keys')).json.code).toBe('scope-missing');
});

it('a session does not live longer than its key', async () => {
  const { signIn, newKey, dynamodb, context, clock } = setUp();
  const key = newKey();
  dynamodb.set('keys', { ...(await context.keys.verify(key)), expiresAt: clock() / 1000 + 60 });
  expect((await signIn(key)).cookie).toContain('Max-Age=60');
});

it('who signs out is refused from then on, and the browser forgets the cookie', async () => {
  const { browser, newKey } = setUp();
  const { as } = await browser(newKey());
  const out = await as('DELETE', '/v1/session');
  expect(out.status).toBe(204);
  expect(out.cookie).toContain('__Host-nbwss-session=;');
  expect(out.cookie).toContain('Max-Age=0');
  expect((await as('GET', '/v1/session')).json.code).toBe('session-ended');
});

it('a guessed secret, and a session of an API key beside it, are refused', async () => {
  const { browser, newKey, send } = setUp();
  const { value, sessionId } = await browser(newKey());
  const other = `__Host-nbwss-session=${sessionId}.${'x'.repeat(43)}`;
  expect((await send('GET', '/v1/session', { cookie: other })).json.code).toBe('session-ended');
  expect(value).not.toBe(other);
  const key = newKey();
  expect((await send('GET', '/v1/session', { 'x-api-key': key })).json.code).toBe('session-ended');
});

describe('the list of sessions', () => {
  const idsOf = (json: { items: { sessionId: string }[] }) =>
    json.items.map(({ sessionId }) => sessionId).sort();

  it('has the own ones, and says which one it is', async () => {
    const { browser, newKey } = setUp();
    const key = newKey('read');
    const [mine, again, other] = [await browser(key), await browser(key), await browser(newKey('read'))];
    const { json } = await mine.as('GET', '/v1/sessions', { 'user-agent': 'x' });
    expect(idsOf(json)).toEqual([mine.sessionId, again.sessionId].sort());
    const current = json.items.filter(({ isCurrent }: { isCurrent: boolean }) => isCurrent);
    expect(current).toMatchObject([{ sessionId: mine.sessionId, sourceIp: '203.0.113.7' }]);
    expect(JSON.stringify(json)).not.toContain(other.sessionId);
    expect(JSON.stringify(json)).not.toContain('hash');
  });

  it('has all of them for an administrator of all groups, in pages', async () => {
    const { browser, newKey } = setUp();
    const all = [
      await browser(newKey('read')),
      await browser(newKey('read')),
      await browser(newKey('admin')),
    ];
    const admin = all[2] as (typeof all)[number];
    const first = (await admin.as('GET', '/v1/sessions?limit=2')).json;
    const second = (await admin.as('GET', `/v1/sessions?limit=2&cursor=${first.cursor}`)).json;
    expect(idsOf({ items: [...first.items, ...second.items] })).toEqual(
      all.map(({ sessionId }) => sessionId).sort(),
    );
    const ofGroup = await browser(newKey('admin', 'berlin'));
    expect(idsOf((await ofGroup.as('GET', '/v1/sessions')).json)).toEqual([ofGroup.sessionId]);
  });

  it('has nothing after a place of somebody else, which DynamoDB would refuse', async () => {
    const { context, dynamodb } = setUp();
    const elsewhere = { kind: 'session', keyId: '0'.repeat(32) };
    dynamodb.calls.length = 0;
    expect(await context.sessionsStore.list(10, elsewhere, 'reader')).toEqual({ items: [] });
    expect(dynamodb.calls).toEqual([]);
  });

  it('lets people end their own sessions, and administrators of all groups every one', async () => {
    const { browser, newKey } = setUp();
    const [reader, other, admin] = [
      await browser(newKey('read')),
      await browser(newKey('read')),
      await browser(newKey('admin')),
    ];
    const end = (who: typeof reader, { sessionId }: typeof reader) =>
      who.as('DELETE', `/v1/sessions/${sessionId}`);
    expect((await end(reader, other)).json.code).toBe('session-not-found');
    expect((await end(reader, reader)).status).toBe(204);
    expect((await reader.as('GET', '/v1/session')).status).toBe(401);
    expect((await end(admin, other)).status).toBe(204);
    expect((await other.as('GET', '/v1/session')).status).toBe(401);
  });
});

it('a session is not an API key, and an API key is not a session', async () => {
  const { browser, newKey, context } = setUp();
  const { as, sessionId } = await browser(newKey());
  const { json } = await as('GET', '/v1/keys');
  expect(JSON.stringify(json)).not.toContain(sessionId);
  expect(await context.sessionsStore.get(String(json.items[0].keyId))).toBeUndefined();
});

it('the audit has who signs in and out with the scope admin, and nobody else', async () => {
  const { browser, newKey, dynamodb } = setUp();
  const reader = await browser(newKey('read'));
  await reader.as('DELETE', '/v1/session');
  const { as } = await browser(newKey());
  const { keyId } = (await as('GET', '/v1/session')).json;
  await as('DELETE', '/v1/session');
  expect(dynamodb.items('audit')).toMatchObject([
    { action: 'createSession', keyId, status: 201, path: '/v1/session', sourceIp: '203.0.113.7' },
    { action: 'endOwnSession', keyId, status: 204 },
  ]);
});

describe("a person's session", () => {
  const principal = { keyId: 'oidc:alice', scopes: ['inject'] as const, groups: ['berlin'] };
  const storeOf = ({ dynamodb, context, clock }: ReturnType<typeof setUp>, issuer: string | undefined) =>
    new SessionsStore(dynamodb.client, 'keys', { keys: context.keysStore, issuer }, clock);
  const begin = (world: ReturnType<typeof setUp>) =>
    storeOf(world, 'https://a').create({
      principal,
      name: 'alice',
      person: { issuer: 'https://a', principal },
    });

  it('has the rights of the sign-in', async () => {
    const world = setUp();
    const { value } = await begin(world);
    expect(await storeOf(world, 'https://a').principalOf(value)).toEqual(principal);
  });

  it('ends when the deployment has another provider, or none', async () => {
    const world = setUp();
    const { value } = await begin(world);
    expect(await storeOf(world, 'https://b').principalOf(value)).toBeUndefined();
    expect(await storeOf(world, undefined).principalOf(value)).toBeUndefined();
  });
});
