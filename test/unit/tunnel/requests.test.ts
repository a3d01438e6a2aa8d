/** What a client may send, byte by byte, and what becomes of it. */
import { MAX_BODY_BYTES } from '../../../bin/nbwss/tunnel/handler.ts';
import { isPathPreserved, uriIn } from '../../../bin/nbwss/tunnel/request.ts';
import { runProgram, withCurl } from './programs.ts';
import { API_KEY, fromNetBackup, type ReceivedRequest, Rig } from './tunnel-rig.ts';

let rig: Rig;
const start = async (options = {}) => {
  rig = await Rig.start(options);
};
beforeEach(() => start());
afterEach(() => rig.stop());

const line = (path: string, more = '') =>
  `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${more}\r\n`;
const requestTo = async (path: string): Promise<ReceivedRequest> => {
  await rig.raw(line(path));
  expect(rig.received).toHaveLength(1);
  return rig.received[0] as ReceivedRequest;
};

describe('paths', () => {
  const through = '/v1/groups/demo/netbackup/';
  it.each([
    ['/netbackup/admin/jobs', `${through}admin/jobs`],
    ['/netbackup/admin/jobs/', `${through}admin/jobs/`],
    ['/netbackup//admin///jobs', `${through}admin/jobs`],
    ['//netbackup/admin/jobs', `${through}admin/jobs`],
    [
      '/netbackup/a?filter=x+eq+%27//y%27&page%5blimit%5d=10&q=a?b',
      `${through}a?filter=x+eq+%27//y%27&page%5blimit%5d=10&q=a?b`,
    ],
    ['/netbackup/admin/jobs?', `${through}admin/jobs`],
    ['/netbackup/a%20b', `${through}a%20b`],
    ['/netbackup/policies/a%3Bb', `${through}policies/a%3Bb`],
    ['/netbackup', '/v1/groups/demo/netbackup'],
    ['/netbackup/', '/v1/groups/demo/netbackup'],
    ['/netbackup?x=1', '/v1/groups/demo/netbackup?x=1'],
    ['http://localhost/netbackup/admin/jobs?x', `${through}admin/jobs?x`],
  ])('%s goes through the proxy', async (path, expected) => {
    const received = await requestTo(path);
    expect([received.method, received.path]).toEqual(['GET', expected]);
  });

  it.each([
    ['/netbackup/policies/a%2Fb?x=%2F', '/netbackup/policies/a%2Fb?x=%2F'],
    ['/netbackup/policies/a%2fb', '/netbackup/policies/a%2fb'],
    ['/netbackup/policies/a%3Fb', '/netbackup/policies/a%3Fb'],
    ['/netbackup/policies/a%3bb', '/netbackup/policies/a%3bb'],
    ['/netbackup/policies/a;b', '/netbackup/policies/a;b'],
    ['/netbackup/policies/a%25b%5bc', '/netbackup/policies/a%25b%5bc'],
    ['/netbackup/policies/a[b]', '/netbackup/policies/a[b]'],
    ['/netbackup/policies/%ff', '/netbackup/policies/%ff'],
    ['/netbackup/policies/a%zz', '/netbackup/policies/a%zz'],
    ['/netbackup/../../admin', '/netbackup/../../admin'],
    ['/netbackup/%2e%2e/x', '/netbackup/%2e%2e/x'],
  ])('%s goes as a command', async (path, uri) => {
    const received = await requestTo(path);
    expect([received.method, received.path, received.headers['prefer']]).toEqual([
      'POST',
      '/v1/groups/demo/commands',
      'wait=25',
    ]);
    expect(JSON.parse(received.body)).toMatchObject({
      method: 'GET',
      uri,
      deliverWithin: 0,
      executeWithin: 300,
    });
  });

  it.each(['/', '/v1/groups', '/netbackupx', '/NETBACKUP/ping', '*'])('%s is not found', async (path) => {
    const method = path === '*' ? 'OPTIONS' : 'GET';
    expect((await rig.call(method, path)).json).toMatchObject({ status: 404, code: 'not-found' });
    expect(rig.received).toEqual([]);
  });

  it('with raw non-ASCII bytes are refused', async () => {
    expect(await rig.raw(line('/netbackup/café'))).toMatch(/^HTTP\/1.1 400 /);
    expect(rig.received).toEqual([]);
  });

  it('are sent unchanged when the gateway preserves them', () => {
    for (const path of ['/netbackup/x', "/netbackup/!$&'()*+,=:@-._~", '/netbackup/%E2%82%AC'])
      expect([path, isPathPreserved(path), uriIn(path)]).toEqual([path, true, path]);
  });
});

describe('a command', () => {
  const answered = (state: string, more = {}) => ({
    commandId: 'C1',
    state,
    request: { method: 'POST', uri: '/netbackup/a%2Fb' },
    ...more,
  });
  const response = {
    status: 200,
    headers: { 'content-type': 'application/vnd.netbackup+json;version=4.0' },
    body: '{"links":{"self":{"href":"https://primary:1556/netbackup/a%2Fb"}}}',
  };

  it('has the headers in the spelling of the guide, the NetBackup credential and the body as text', async () => {
    rig.onRequest = (received) => received.answer(200, answered('completed', { response }));
    const headers = {
      authorization: 'eyJ',
      'content-type': 'application/json',
      'x-netbackup-x': '1',
      cookie: 'c',
    };
    const answer = await rig.call('POST', '/netbackup/a%2Fb', headers, '{"ü":1}');
    const sent = JSON.parse(rig.received[0]?.body ?? '');
    expect(sent.headers).toEqual({
      Authorization: 'eyJ',
      'Content-Type': 'application/json',
      'x-netbackup-x': '1',
    });
    expect(sent.parameters).toBe('{"ü":1}');
    expect(answer.json.links.self.href).toBe(`http://127.0.0.1:${rig.port}/netbackup/a%2Fb`);
    expect(answer.headers['content-type']).toBe('application/vnd.netbackup+json;version=4.0');
    expect(answer.headers['content-security-policy']).toContain('sandbox');
  });

  it('that is still open is polled', async () => {
    rig.onRequest = (received) =>
      received.method === 'POST'
        ? received.answer(202, answered('sent'))
        : received.answer(200, answered('completed', { response }));
    expect((await rig.call('POST', '/netbackup/a%2Fb', {}, '{}')).status).toBe(200);
    expect(rig.received.at(-1)?.path).toBe('/v1/groups/demo/commands/C1');
  });

  it('is refused as the API refuses it', async () => {
    const refusal = { status: 400, code: 'uri-not-allowed', detail: 'no' };
    rig.onRequest = (received) =>
      received.answer(400, refusal, { 'content-type': 'application/problem+json' });
    expect((await rig.call('GET', '/netbackup/a/../b')).json).toEqual(refusal);
  });

  it('accepts text bodies only', async () => {
    const binary = await rig.call('POST', '/netbackup/a%2Fb', {}, Buffer.from([0xff]));
    const compressed = await rig.call('POST', '/netbackup/a%2Fb', { 'content-encoding': 'gzip' }, 'x');
    for (const answer of [binary, compressed])
      expect([answer.status, answer.json.code]).toEqual([415, 'body-not-supported']);
  });
});

describe('headers', () => {
  it('that are hop-by-hop, ours or useless to NetBackup are dropped', async () => {
    const dropped = [
      'Connection: close, X-Hop, Upgrade, HTTP2-Settings',
      'X-Hop: 1',
      'Upgrade: h2c',
      'HTTP2-Settings: AAMAAABk',
      'TE: trailers',
      'Prefer: wait=1',
      'X-API-Key: nbk_theirs',
      'Cookie: c=1',
    ];
    await rig.raw(
      `GET /netbackup/ping HTTP/1.1\r\nHost: localhost\r\n${dropped.join('\r\n')}\r\nX-Request-ID: 7\r\nAuthorization: eyJ\r\n\r\n`,
    );
    const { host: _, connection: __, ...headers } = rig.received[0]?.headers ?? {};
    expect(headers).toEqual({
      'accept-encoding': 'identity',
      authorization: 'eyJ',
      'content-length': '0',
      'x-api-key': API_KEY,
      'x-request-id': '7',
    });
  });

  it('that a COMMAND cannot carry are dropped', async () => {
    await rig.raw(Buffer.from(line('/netbackup/ping', 'User-Agent: Müller\r\nX-Client-ID: ok\r\n'), 'utf8'));
    expect(rig.received[0]?.headers['user-agent']).toBeUndefined();
    expect(rig.received[0]?.headers['x-client-id']).toBe('ok');
  });

  it('that NetBackup acts on are left to the API, which refuses invalid ones', async () => {
    await rig.raw(Buffer.from(line('/netbackup/ping', 'Authorization: M\u00fcller\r\n'), 'latin1'));
    expect(rig.received[0]?.headers['authorization']).toBe('M\u00fcller');
  });

  it.each(['/netbackup/x', '/netbackup/a%2Fb'])(
    'Idempotency-Key is for the API: with changes, %s',
    async (path) => {
      await rig.call('POST', path, { 'idempotency-key': 'k1' }, '{}');
      expect(rig.received[0]?.headers['idempotency-key']).toBe('k1');
      expect(rig.received[0]?.body).not.toContain('k1');
      await rig.call('GET', path, { 'idempotency-key': 'k1' });
      expect(rig.received[1]?.headers['idempotency-key']).toBeUndefined();
    },
  );

  it.each(['Authorization', 'Content-Type'])('%s is not given twice', async (name) => {
    expect(await rig.raw(line('/netbackup/ping', `${name}: a\r\n${name}: b\r\n`))).toContain(
      'header-not-allowed',
    );
    expect(rig.received).toEqual([]);
  });
});

describe('--inject', () => {
  beforeEach(async () => {
    await rig.stop();
    await start({ credential: { apiKey: API_KEY, inject: true } });
  });

  it.each(['/netbackup/ping', '/netbackup'])(
    'sends our key in Authorization for a client without a credential: %s',
    async (path) => {
      await rig.call('GET', path);
      expect(rig.received[0]?.path).toBe(`/v1/groups/demo${path}`);
      expect(rig.received[0]?.headers['authorization']).toBe(`Bearer ${API_KEY}`);
      expect(rig.received[0]?.headers['x-api-key']).toBeUndefined();
    },
  );

  it("leaves a client's own credential alone", async () => {
    await rig.call('GET', '/netbackup/ping', { authorization: 'eyJ' });
    expect(rig.received[0]?.headers['authorization']).toBe('eyJ');
    expect(rig.received[0]?.headers['x-api-key']).toBe(API_KEY);
  });

  it('refuses a path that needs a command', async () => {
    expect((await rig.call('GET', '/netbackup/a%2Fb')).json).toMatchObject({
      status: 400,
      code: 'path-not-injectable',
    });
    expect(rig.received).toEqual([]);
  });
});

describe('bodies', () => {
  const tooLarge = { status: 413, code: 'command-too-large', errorCode: 413 };

  it('arrive unchanged', async () => {
    await rig.call('PUT', '/netbackup/x', {}, 'ü'.repeat(1000));
    expect(rig.received[0]?.body).toBe('ü'.repeat(1000));
  });

  it('with a Content-Length above the limit are refused before they are sent', async () => {
    const head = `POST /netbackup/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: ${MAX_BODY_BYTES + 1}\r\n`;
    expect(await rig.raw(`${head}Expect: 100-continue\r\n\r\n`)).toMatch(/^HTTP\/1.1 413 /);
    expect(rig.received).toEqual([]);
  });

  it('without a Content-Length are refused when they exceed the limit', async () => {
    const answer = await rig.chunked('/netbackup/x', MAX_BODY_BYTES + 1);
    expect(answer.json).toMatchObject(tooLarge);
    expect(rig.received).toEqual([]);
  });

  it('are requested with 100 Continue', async () => {
    const bytes = `POST /netbackup/x HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n{}`;
    expect(await rig.raw(bytes)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 200 /);
    expect(rig.received[0]?.body).toBe('{}');
  });
});

describe('answers', () => {
  it('to HTTP/1.0 have a length, no chunks, and close the connection', async () => {
    rig.onRequest = (received) => received.answer(200, '{"a":1}', fromNetBackup);
    const text = await rig.raw('GET /netbackup/ping HTTP/1.0\r\n\r\n');
    expect(text).toMatch(/content-length: 7\r\n/i);
    expect(text).not.toMatch(/transfer-encoding|keep-alive/i);
    expect(text.endsWith('\r\n\r\n{"a":1}')).toBe(true);
  });

  it('to a HEAD have no body and no added length', async () => {
    rig.onRequest = (received) =>
      received.answer(200, '', { ...fromNetBackup, 'content-length': '0', etag: '"1"' });
    const text = await rig.raw(line('/netbackup/ping').replace('GET', 'HEAD'));
    expect(rig.received[0]?.method).toBe('HEAD');
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(text).toMatch(/etag: "1"\r\n/);
    expect(text).not.toMatch(/content-length|transfer-encoding/i);
    expect(text.endsWith('\r\n\r\n')).toBe(true);
  });

  it.each([204, 304])('%i have no body', async (status) => {
    rig.onRequest = (received) => received.answer(status, '', fromNetBackup);
    const text = await rig.raw(line('/netbackup/ping'));
    expect(text).not.toMatch(/content-length|transfer-encoding/i);
  });

  it('to unsupported methods are 405', async () => {
    const answer = await rig.call('PROPFIND', '/netbackup/ping');
    expect([answer.status, answer.headers['allow']]).toEqual([405, 'GET, HEAD, POST, PUT, PATCH, DELETE']);
  });

  withCurl('work with curl, which requests an upgrade', async () => {
    rig.onRequest = (received) => received.answer(200, '{"a":1}', fromNetBackup);
    const address = `http://127.0.0.1:${rig.port}/netbackup/ping`;
    for (const option of ['--http2', '--http1.0', '--http1.1']) {
      const { stdout } = await runProgram('curl', ['--silent', '--show-error', option, address]);
      expect(stdout).toBe('{"a":1}');
    }
  });
});
