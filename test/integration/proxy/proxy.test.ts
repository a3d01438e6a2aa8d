/** NetBackup's REST API through the proxy: what is forwarded, what is returned, and what is refused. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import type { EndpointDetails } from '../../../lambdas/endpoints/endpoint.ts';
import type { NetBackupPrimary } from '../../../netbackup/index.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { message, type RawClient } from '../../support/raw-client.ts';

let deployment: Deployment;
let details: EndpointDetails;
let primary: NetBackupPrimary;
let raw: RawClient;
let token: string;
const BASE = '/v1/groups/demo/netbackup';

beforeAll(async () => {
  deployment = await startDeployment();
  details = await deployment.createGroup('demo');
  await deployment.createGroup('absent');
  raw = await deployment.connect(await deployment.createGroup('raw'));
  primary = deployment.primary([details]);
  if (!primary.isConnected()) await primary.when('connected');
  await deployment.cloud.drained();
  token = primary.rest.sessions.createApiKey('backupadmin').key;
});
afterAll(() => deployment.stop());

const call = (method: string, path: string, options: Parameters<Deployment['http']>[2] = {}) =>
  deployment.http(method, `${BASE}${path}`, {
    ...options,
    headers: { authorization: token, ...options.headers },
  });
/** The uri of the last REST call that the primary ran. */
const lastUri = () => primary.ledger.at(-1)?.uri;

test('ping needs no login', async () => {
  const answer = await deployment.http('GET', `${BASE}/ping`);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-type')).toBe('text/vnd.netbackup+plain;charset=UTF-8');
  expect(answer.headers.get('x-netbackup-api-version')).toBe('14.0');
  expect(Number(answer.text)).toBeGreaterThan(1.6e12);
});

test.each([
  '/admin/jobs?filter=jobType+eq+%27BACKUP%27&page%5blimit%5d=10',
  '/admin/jobs?page[limit]=1',
  '/admin/jobs?filter=policyName%20eq%20%27a%3Ab%27',
  '/admin/jobs?sort=-jobId&empty=&flag',
])('the query of %s arrives byte for byte', async (path) => {
  expect((await call('GET', path)).status).toBe(200);
  expect(lastUri()).toBe(`/netbackup${path}`);
});

test.each([
  ['/catalog/images/vm%2001_1700000029', '/netbackup/catalog/images/vm%2001_1700000029'],
  ['/config/policies/', '/netbackup/config/policies/'],
  ['/config/policies/nightly%23%25%E5%A4%9C', '/netbackup/config/policies/nightly%23%25%E5%A4%9C'],
  ['/a:b@c,2/(x)', '/netbackup/a:b@c,2/(x)'],
  ['/config/policies/pol-9%3Bcopy', '/netbackup/config/policies/pol-9%3Bcopy'],
  ['/a;v=1', '/netbackup/a%3Bv=1'],
  ['//admin///jobs', '/netbackup/admin/jobs'],
  ['/users/DOM%5Cuser?name=DOM%5Cuser', '/netbackup/users/DOM%5Cuser?name=DOM%5Cuser'],
  ['/ping?', '/netbackup/ping'],
  ['', '/netbackup/'],
])('the path %s arrives as %s', async (path, uri) => {
  await call('GET', path);
  expect(lastUri()).toBe(uri);
});

test('an unescaped backslash is escaped', async () => {
  const { port, hostname } = new URL(deployment.cloud.apiUrl);
  const headers = { 'x-api-key': deployment.adminKey, authorization: token };
  const sent = request({ hostname, port, path: `${BASE}/users/DOM\\user?name=DOM\\user`, headers }).end();
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  expect(lastUri()).toBe('/netbackup/users/DOM%5Cuser?name=DOM\\user');
});

test('errors of NetBackup are returned unchanged', async () => {
  const answer = await call('GET', '/admin/jobs', { headers: { authorization: 'nobody' } });
  expect(answer.status).toBe(401);
  expect(answer.json).toMatchObject({ errorCode: 8000 });
});

test('a login, its token, and a change with it', async () => {
  const login = await deployment.http('POST', `${BASE}/login`, {
    body: { domainType: 'unixpwd', domainName: 'x', userName: 'backupadmin', password: 'Simulated-1' },
    headers: { 'content-type': 'application/vnd.netbackup+json;version=4.0' },
  });
  expect(login.status).toBe(201);
  expect(login.json).toMatchObject({ tokenType: 'BEARER', validity: 86_400 });
  const created = await call('POST', '/config/servers/vmservers', {
    body: { serverName: 'vc1', vmType: 'VMWARE_VIRTUAL_CENTER_SERVER', userId: 'u', password: 'p' },
    headers: { authorization: login.json.token },
  });
  expect(created.status).toBe(201);
  const location = created.headers.get('location') ?? '';
  expect(location).toBe(`${deployment.cloud.apiUrl}${BASE}/config/servers/vmservers/vc1`);
  expect(created.json.links).toEqual([{ rel: 'self', href: location }]);
});

test('MFA: the token of the first step is valid for the second step only', async () => {
  const login = (body: object, headers = {}) => deployment.http('POST', `${BASE}/login`, { body, headers });
  const half = await login({ userName: 'mfaadmin', password: 'Simulated-3' });
  expect(half.json).toMatchObject({ tokenType: 'MFA' });
  const whole = await login(
    { domainName: 'vrts.mfa.totp', userName: 'mfaadmin', password: '123456' },
    { authorization: half.json.token },
  );
  expect(whole.status).toBe(201);
  expect(whole.json).toMatchObject({ tokenType: 'BEARER' });
});

/** A call of the group `raw`, whose NetBackup returns the response of the test. */
const exchange = async (
  path: string,
  headers: Record<string, string>,
  payload: Record<string, unknown> = { responseCode: 200, headers: {}, body: '' },
) => {
  const pending = deployment.http('GET', `/v1/groups/raw/netbackup${path}`, { headers });
  const request = await raw.next();
  raw.send(message('COMMAND', 'RESPONSE', payload, { id: request['id'] }));
  const { headers: sent } = request['payload'] as { headers: Record<string, string> };
  const names = Object.fromEntries(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]));
  return { sent: names, answer: await pending };
};

test.each([
  [{ accept: 'application/vnd.netbackup+json;version=4.0' }, 'application/vnd.netbackup+json;version=4.0'],
  [{ accept: '*/*' }, 'application/vnd.netbackup+json;version=1.0'],
  [
    { 'content-type': 'application/vnd.netbackup+json; version=3.0' },
    'application/vnd.netbackup+json; version=3.0',
  ],
  [{ 'content-type': 'application/json' }, 'application/json'],
])('CMD-3 a client that sends %j: the media type is %s', async (headers, type) => {
  const { sent } = await exchange('/admin/jobs', headers);
  expect(sent['content-type']).toBe(type);
});

test('CMD-3 the version of a NetBackup response is used for later requests', async () => {
  await exchange('/ping', {}, { responseCode: 200, headers: { 'X-NetBackup-API-Version': '12.0' } });
  await deployment.cloud.drained();
  const { sent } = await exchange('/admin/jobs', {});
  expect(sent['content-type']).toBe('application/vnd.netbackup+json;version=12.0');
});

test('headers for NetBackup are forwarded, headers for this endpoint are not', async () => {
  const passed = {
    authorization: 'eyJ0.e30.c2ln',
    'x-netbackup-audit-reason': 'ticket 5',
    'if-match': '"1"',
    'x-request-id': 'r1',
    'x-client-id': 'c1',
  };
  const hop = { cookie: 'a=b', 'x-forwarded-host': 'h', 'x-amz-date': 'now', prefer: 'wait=10' };
  const { sent } = await exchange('/ping', { ...passed, ...hop });
  expect(sent).toMatchObject(passed);
  const kept = Object.keys(sent).filter(
    (name) => /^(x-forwarded|x-amz|proxy-)/.test(name) || name in hop || name === 'x-api-key',
  );
  expect(kept).toEqual([]);
  for (const name of ['host', 'connection', 'accept-encoding', 'content-length'])
    expect(sent).not.toHaveProperty(name);
});

test('any User-Agent is accepted, and headers named in Connection are not forwarded', async () => {
  const { port, hostname } = new URL(deployment.cloud.apiUrl);
  const headers = {
    'x-api-key': deployment.adminKey,
    'user-agent': Buffer.from('Zürich/夜').toString('latin1'),
    connection: 'close, http2-settings',
    'http2-settings': 'AAMAAABkAAQAoAAAAAIAAAAA',
    accept: '*/*',
  };
  const path = '/v1/groups/raw/netbackup/ping';
  const sent = request({ hostname, port, path, headers }).end();
  const { id, payload } = await raw.next();
  raw.send(message('COMMAND', 'RESPONSE', { responseCode: 200, headers: {}, body: '' }, { id }));
  const [answer] = (await once(sent, 'response')) as [IncomingMessage];
  answer.resume();
  expect(answer.statusCode).toBe(200);
  expect(Object.keys((payload as { headers: object }).headers).sort()).toEqual(['Accept', 'Content-Type']);
});

test('a quoted comma is part of a Content-Type', async () => {
  const type = 'multipart/form-data; boundary="a,b"';
  expect((await exchange('/ping', { 'content-type': type })).sent['content-type']).toBe(type);
});

test.each([
  [{ 'Content-Length': '4711' }, '4711'],
  [{}, null],
])('the response to HEAD has NetBackup’s length, or none: %j', async (headers, length) => {
  const pending = deployment.http('HEAD', '/v1/groups/raw/netbackup/ping');
  const { id } = await raw.next();
  raw.send(message('COMMAND', 'RESPONSE', { responseCode: 200, headers, body: '' }, { id }));
  const answer = await pending;
  expect([answer.status, answer.text, answer.headers.get('content-length')]).toEqual([200, '', length]);
});

test('only useful headers are returned, with a content security policy', async () => {
  const { answer } = await exchange(
    '/ping',
    {},
    {
      responseCode: 200,
      headers: {
        'Content-Type': 'text/html',
        'Set-Cookie': 'JSESSIONID=planted',
        Server: 'Apache',
        'X-NetBackup-A': 'b',
        ETag: '"1"',
      },
      body: { a: 1 },
    },
  );
  expect([answer.status, answer.text]).toEqual([200, '{"a":1}']);
  expect(answer.headers.get('set-cookie')).toBeNull();
  expect(answer.headers.get('server')).toBeNull();
  expect(answer.headers.get('x-netbackup-a')).toBe('b');
  expect(answer.headers.get('etag')).toBe('"1"');
  expect(answer.headers.get('content-security-policy')).toMatch(/sandbox/);
  expect(answer.headers.get('x-nbwss-command-id')).toMatch(/^[0-9A-F-]{36}$/);
});

test('a domain that is not connected: 503 with Retry-After, and nothing is stored', async () => {
  const answer = await deployment.http('GET', '/v1/groups/absent/netbackup/ping');
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).toBe('60');
  expect(answer.json).toMatchObject({
    code: 'not-connected',
    errorCode: 503,
    errorMessage: expect.stringContaining('absent'),
    attributeErrors: {},
    errorDetails: ['not-connected'],
  });
  expect((await deployment.http('GET', '/v1/groups/absent/commands')).json.items).toEqual([]);
});

test('no response in time: 504, and the command continues', async () => {
  const answer = await deployment.http('GET', '/v1/groups/raw/netbackup/ping', {
    headers: { prefer: 'wait=1' },
  });
  expect([answer.status, answer.json.code]).toEqual([504, 'no-answer-yet']);
  const location = (answer.headers.get('location') ?? '').slice(deployment.cloud.apiUrl.length);
  expect((await deployment.http('GET', location)).json).toMatchObject({ state: 'sent' });
  const { id } = await raw.next();
  raw.send(message('COMMAND', 'RESPONSE', { responseCode: 200, headers: {}, body: 'late' }, { id }));
  await deployment.cloud.drained();
  expect((await deployment.http('GET', location)).json).toMatchObject({
    state: 'completed',
    response: { body: 'late' },
  });
});

describe('refused before anything is sent', () => {
  let before: number;
  beforeEach(() => {
    before = primary.ledger.length;
  });
  afterEach(() => {
    expect(primary.ledger.length).toBe(before);
  });

  test('a compressed body', async () => {
    const answer = await call('POST', '/login', { body: 'x', headers: { 'content-encoding': 'gzip' } });
    expect([answer.status, answer.json.code]).toEqual([415, 'body-not-supported']);
  });

  test('a body that is not text', async () => {
    const response = await fetch(`${deployment.cloud.apiUrl}${BASE}/login`, {
      method: 'POST',
      headers: { 'x-api-key': deployment.adminKey, 'content-type': 'application/octet-stream' },
      body: Buffer.from([0xff, 0xfe, 0x00]),
    });
    expect(response.status).toBe(415);
  });

  test('a body above the limit of the gateway, with bytes and limit (I-7)', async () => {
    const answer = await call('POST', '/login', { body: { text: 'é'.repeat(66_000) } });
    expect(answer.status).toBe(413);
    const [, bytes, limit] = /be (\d+) bytes; the WebSocket gateway carries at most (\d+)/.exec(
      answer.json.detail,
    ) as string[];
    expect(Number(bytes)).toBeGreaterThan(132_000);
    expect(limit).toBe('131072');
  });

  test('a body above the limit of NetBackup (CMD-5)', async () => {
    const answer = await call('POST', '/login', { body: { text: 'x'.repeat(2_100_000) } });
    expect(answer.status).toBe(413);
    expect(answer.json.detail).toMatch(/accepts at most 2097152/);
  });

  test.each([
    ['OPTIONS', '/ping', 405, 'method-not-allowed'],
    ['GET', '/x%2f..%2f..%2fadmin', 400, 'uri-not-allowed'],
    ['GET', '/x%5c..%5c..%5cadmin', 400, 'uri-not-allowed'],
    ['GET', '/a%0d%0ab', 400, 'uri-not-allowed'],
  ])('%s %s: %i', async (method, path, status, code) => {
    const answer = await call(method, path);
    expect([answer.status, answer.json.code]).toEqual([status, code]);
  });

  test.each([
    ['no key', { key: '' }, 401],
    ['a wrong key', { key: 'nbk_2222222222222222.aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' }, 401],
    ['a header of non-ASCII text', { headers: { 'x-netbackup-audit-reason': 'caf\u00e9' } }, 400],
    ['two Authorization headers', { headers: { authorization: 'a, b' } }, 400],
  ])('%s', async (_, options, status) => {
    expect((await call('GET', '/ping', options)).status).toBe(status);
  });
});

test.each([{}, { responseCode: 102, body: '' }, { responseCode: 1000, body: '' }, { responseCode: '2e2' }])(
  'an invalid answer: %j',
  async (payload) => {
    const { answer } = await exchange('/ping', {}, payload);
    expect([answer.status, answer.json.code]).toEqual([502, 'answer-not-usable']);
  },
);

test('NetBackup received no key of this endpoint, and nothing failed', () => {
  expect(primary.violations).toEqual([]);
  expect(deployment.output.filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
});
