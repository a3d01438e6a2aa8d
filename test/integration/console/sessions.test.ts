/** Signing in to the console with an API key, over both functions of the HTTP API. */
import { type Deployment, type HttpAnswer, startDeployment } from '../../support/deployment.ts';
import { PlayedDomain } from '../../support/domain.ts';

const NETBACKUP_KEY = 'Aplanted-netbackup-api-key-0123456789';
const CONSOLE = { 'x-nbwss-console': '1' };
const PROXIED = '/v1/groups/berlin/netbackup/admin/jobs';

let deployment: Deployment;
let domain: PlayedDomain;
beforeAll(async () => {
  deployment = await startDeployment();
  domain = await PlayedDomain.connect(deployment, 'berlin');
  const body = { apiKey: NETBACKUP_KEY };
  const put = await deployment.http('PUT', '/v1/groups/berlin/netbackup-credential', { body });
  expect(put.status).toBe(204);
});
afterAll(() => deployment?.stop());

interface Browser {
  readonly cookie: string;
  readonly send: (method: string, path: string, headers?: object, body?: unknown) => Promise<HttpAnswer>;
}

const signIn = async (apiKey: string): Promise<Browser> => {
  const answer = await deployment.http('POST', '/v1/session', {
    key: '',
    headers: CONSOLE,
    body: { apiKey },
  });
  expect(answer.status).toBe(201);
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  return {
    cookie,
    send: (method, path, headers = {}, body = undefined) =>
      deployment.http(method, path, {
        key: '',
        headers: { cookie, ...CONSOLE, ...headers },
        ...(body === undefined ? {} : { body }),
      }),
  };
};

const newKey = async (scopes: readonly string[]): Promise<{ keyId: string; apiKey: string }> => {
  const { json } = await deployment.http('POST', '/v1/keys', { body: { scopes } });
  return json;
};

/** A call of NetBackup's API that must arrive there: its headers, names in lower case. */
const arrived = async ({ send }: Browser, headers = {}): Promise<Record<string, string>> => {
  const pending = send('GET', PROXIED, headers);
  const command = await domain.next();
  await domain.answer(command.id);
  expect((await pending).status).toBe(200);
  return Object.fromEntries(
    Object.entries(command.headers).map(([name, value]) => [name.toLowerCase(), String(value)]),
  );
};

test('a session reads, changes and ends as its key may', async () => {
  const { send } = await signIn(deployment.adminKey);
  expect((await send('GET', '/v1/groups')).json.items).toMatchObject([{ groupId: 'berlin' }]);
  const change = await send('PATCH', '/v1/groups/berlin', {}, { description: 'by the console' });
  expect(change.status).toBe(200);
  expect((await send('GET', '/v1/sessions')).json.items).toMatchObject([{ isCurrent: true }]);
  const out = await send('DELETE', '/v1/session');
  expect([out.status, out.headers.get('set-cookie')]).toEqual([204, expect.stringContaining('Max-Age=0')]);
  expect((await send('GET', '/v1/groups')).json.code).toBe('session-ended');
  const audit = (await deployment.http('GET', '/v1/audit')).json.items;
  const actions = audit.map(({ action }: { action: string }) => action);
  expect(actions).toEqual(expect.arrayContaining(['createSession', 'updateGroup', 'endOwnSession']));
});

test('commands work with it, and name the key', async () => {
  const { keyId, apiKey } = await newKey(['command']);
  const { send } = await signIn(apiKey);
  const call = { method: 'GET', uri: '/netbackup/ping' };
  const { json } = await send('POST', '/v1/groups/berlin/commands', {}, call);
  expect(json.requestedBy).toBe(keyId);
  const sent = await domain.next();
  await domain.answer(sent.id);
  const refused = await send('POST', '/v1/groups/berlin/commands', { 'x-nbwss-console': '0' }, call);
  expect(refused).toMatchObject({ status: 403, json: { code: 'not-from-console' } });
});

test("NetBackup gets its own Authorization or the group's key, and never the session", async () => {
  const browser = await signIn((await newKey(['inject'])).apiKey);
  const own = await arrived(browser, { authorization: 'its-own-key' });
  const injected = await arrived(browser);
  expect([own['authorization'], injected['authorization']]).toEqual(['its-own-key', NETBACKUP_KEY]);
  for (const headers of [own, injected]) {
    expect(Object.keys(headers)).not.toContain('x-nbwss-console');
    expect(JSON.stringify(headers)).not.toContain(browser.cookie.split('.')[1]);
  }
});

test("without the scope inject the group's key is not used", async () => {
  const browser = await signIn((await newKey(['command'])).apiKey);
  expect(await arrived(browser)).not.toHaveProperty('authorization');
});

test('a change through NetBackup needs the header of the console', async () => {
  const { send } = await signIn(deployment.adminKey);
  const refused = await send('POST', PROXIED, { 'x-nbwss-console': '' }, {});
  expect(refused).toMatchObject({ status: 403, json: { code: 'not-from-console' } });
});

test('a revoked key ends its sessions at both functions', async () => {
  const { keyId, apiKey } = await newKey(['command']);
  const { send } = await signIn(apiKey);
  expect((await deployment.http('DELETE', `/v1/keys/${keyId}`)).status).toBe(204);
  for (const path of ['/v1/groups', '/v1/groups/berlin/commands', PROXIED])
    expect((await send('GET', path)).json.code).toBe('session-ended');
});

test('no log has a cookie', async () => {
  const { cookie, send } = await signIn(deployment.adminKey);
  await send('GET', '/v1/groups/none');
  expect(deployment.output.join('\n')).not.toContain(cookie.split('.')[1]);
});
