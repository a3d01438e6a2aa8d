import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { ManualClock, NetBackupPrimary } from '../../../netbackup/index.ts';
import { toFault } from '../../../netbackup/simulator/faults/faults.ts';
import type { PrimaryOptions } from '../../../netbackup/simulator/primary-options.ts';
import { createCertificate } from '../../fixtures/certificates.ts';
import { TestEndpoint, testCertificate } from '../../fixtures/test-endpoint/index.ts';

const PATH = '/netbackup/config/servers/wssendpoints';

let endpoint: TestEndpoint;
let primary: NetBackupPrimary;
let clock: ManualClock;

beforeEach(async () => {
  endpoint = await TestEndpoint.start();
  setUp();
});

afterEach(async () => {
  await primary.stop();
  await endpoint.stop();
});

function setUp(options: PrimaryOptions = {}): void {
  clock = new ManualClock();
  primary = new NetBackupPrimary({ clock, ...options });
  primary.start();
}

async function call(method: string, path: string, body?: unknown, version = '14.0', user = 'backupadmin') {
  const { status, body: text } = await primary.rest.call({
    method,
    uri: `${PATH}${path}`,
    headers: {
      'Content-Type': `application/vnd.netbackup+json;version=${version}`,
      Authorization: primary.rest.sessions.createApiKey(user).key,
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status, text, json: text === '' ? undefined : JSON.parse(text) };
}

/** Validates, approves and saves, as an administrator does. */
async function add(details = endpoint.details()): Promise<number> {
  const { json } = await call('POST', '/validatehost', { ...details, certificate: '' });
  return (await call('POST', '/save', { ...details, certificate: json.certificate })).status;
}

async function refusal(method: string, path: string, body?: unknown): Promise<string> {
  const { status, json } = await call(method, path, body);
  return `${status} ${json.errorMessage}`;
}

/** A port on which nothing listens. */
async function closedPort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

describe('adding an endpoint', () => {
  it('EPT-5: shows, stores and trusts the certificate, and connects at the next run', async () => {
    const shown = await call('POST', '/validatehost', endpoint.details());
    expect(shown.status).toBe(200);
    expect(shown.json.certificate.replaceAll(/\s/g, '')).toBe(endpoint.certificate.replaceAll(/\s/g, ''));
    expect(shown.json.certificateDetails).toMatchObject({ subject: 'CN=localhost', issuer: 'CN=localhost' });
    expect(shown.json.certificateDetails.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
    const saved = await call('POST', '/save', { ...endpoint.details(), certificate: shown.json.certificate });
    expect(saved.status).toBe(201);
    const before = await call('GET', '');
    expect(before.json.data[0].attributes).toEqual({
      hostName: 'endpoint.example.com',
      groupId: 'g',
      priority: 1,
      url: endpoint.details().url,
      state: 'ACTIVATED',
      connectionState: 'DISCONNECTED',
    });
    const connected = primary.when('connected');
    clock.advance(60_000);
    await connected;
    const after = await call('GET', '');
    expect(after.json.data[0].attributes.connectionState).toBe('CONNECTED');
    expect(shown.text + before.text + after.text).not.toContain('"good"');
  });

  it('closeStatus is the reason of a closed connection, since API 12.0', async () => {
    await add();
    const connected = primary.when('connected');
    clock.advance(60_000);
    await connected;
    const ended = primary.when('disconnected');
    endpoint.clients[0]?.socket.close(1013);
    await ended;
    expect((await call('GET', '')).json.data[0].attributes.closeStatus).toBe('TRY_AGAIN_LATER');
    expect((await call('GET', '', undefined, '11.0')).json.data[0].attributes.closeStatus).toBeUndefined();
  });

  it.each([
    ['ERR-1', { token: '' }, '400 JSON contents not valid: token is empty'],
    ['ERR-1', { groupId: ' ' }, '400 JSON contents not valid: groupId is empty, blank'],
    ['ERR-1', { groupId: "it's" }, '400 JSON contents not valid: an apostrophe'],
    ['ERR-1', { "it's": 'unknown' }, '400 JSON contents not valid: an apostrophe'],
    ['ERR-2', { url: 'ws://localhost/x' }, '400 Invalid websocket protocol. Only wss protocol supported'],
    ['ERR-2', { url: 'localhost' }, '400 不正な URL: localhost'],
  ])('%s: %j', async (_id, over, message) => {
    expect(await refusal('POST', '/validatehost', endpoint.details(over))).toContain(message);
  });

  it('ERR-3: a closed port', async () => {
    const url = `wss://localhost:${await closedPort()}/`;
    const message = '400 Unable to establish connection with host: localhost';
    expect(await refusal('POST', '/validatehost', endpoint.details({ url }))).toBe(message);
    await add();
    const stored = primary.store.require('endpoint.example.com');
    await endpoint.stop();
    expect(
      await refusal('POST', '/update', { hostName: stored.details.hostName, state: 'DEACTIVATED' }),
    ).toBe(message);
    endpoint = await TestEndpoint.start();
  });

  it('ERR-7: the host name is already stored', async () => {
    expect(await add()).toBe(201);
    expect(await add(endpoint.details({ groupId: 'other' }))).toBe(409);
  });

  it('ERR-8: the certificate changed after it was approved', async () => {
    const { cert } = await createCertificate();
    const message =
      '400 The certificate did not match with the one accepted by the user, please verify the certificate';
    expect(await refusal('POST', '/save', { ...endpoint.details(), certificate: cert })).toBe(message);
    expect(primary.store.list()).toEqual([]);
  });

  it('ERR-9: a port without TLS', async () => {
    const server = createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.resume().end('HTTP/1.1 400 Bad Request\r\n\r\n');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `wss://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    expect(await refusal('POST', '/validatehost', endpoint.details({ url }))).toContain(
      '400 Failed to setup SSL security',
    );
    await new Promise((resolve) => server.close(resolve));
  });

  it('ERR-13: the truststore', async () => {
    const { json } = await call('POST', '/validatehost', endpoint.details());
    const end = primary.inject(toFault('truststore-broken'));
    const body = { ...endpoint.details(), certificate: json.certificate };
    expect(await refusal('POST', '/save', body)).toBe(
      '500 Problem occurred while storing the SSL certificate in the truststore',
    );
    end();
    expect(await add()).toBe(201);
    primary.inject(toFault('truststore-broken'));
    expect(await refusal('DELETE', '/endpoint.example.com')).toBe(
      '500 Failed to remove certificate for host: endpoint.example.com',
    );
    expect(primary.store.list()).toHaveLength(1);
  });

  it('an endpoint that is not stored', async () => {
    expect(await refusal('DELETE', '/unknown')).toContain('404 no entity was found');
    expect(await refusal('POST', '/update', { hostName: 'unknown', state: 'ACTIVATED' })).toContain(
      '404 no entity',
    );
  });

  it('ERR-14, ERR-15: adding and listing without EMM', async () => {
    primary.inject(toFault('emm-down'));
    expect(await refusal('POST', '/save', endpoint.details())).toBe('503 Communication with EMM failed');
    expect(await refusal('GET', '')).toBe('404 no entity was found');
  });

  it('ERR-16: NBAC is on', async () => {
    primary.inject(toFault('nbac'));
    expect(await refusal('GET', '')).toBe(
      '503 Web サービスは EMM に接続できません。ヒント: セキュリティ設定を確認してください。構成 Web サービスは NBAC と互換性がありません',
    );
  });

  it('requires permission, a known state, and a certificate', async () => {
    expect((await call('POST', '/save', {}, '14.0', 'operator')).status).toBe(403);
    expect((await call('POST', '/update', { hostName: 'x', state: 'OFF' })).status).toBe(400);
    expect((await call('POST', '/save', { ...endpoint.details(), certificate: 'x' })).status).toBe(400);
    expect((await call('POST', '/save', endpoint.details())).status).toBe(400);
  });
});

describe('a details URL', () => {
  let server: Server | undefined;

  afterEach(async () => {
    await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined));
    server = undefined;
  });

  async function serve(body: string): Promise<string> {
    const { cert, key } = await testCertificate();
    server = createServer({ cert, key }, (_request, response) => response.end(body));
    await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
    return `https://localhost:${(server.address() as AddressInfo).port}/details`;
  }

  it('has the same result as the details themselves', async () => {
    setUp({ trusted: [endpoint.certificate] });
    const url = await serve(JSON.stringify(endpoint.details()));
    const byUrl = await call('POST', '/validateurl', { url });
    expect(byUrl.status).toBe(200);
    expect(byUrl.json).toEqual((await call('POST', '/validatehost', endpoint.details())).json);
  });

  it('ERR-3: a refused TCP connection names the host of the URL', async () => {
    const url = `https://localhost:${await closedPort()}/details`;
    expect(await refusal('POST', '/validateurl', { url })).toContain(
      '400 Unable to establish connection with host: localhost',
    );
  });

  it.each([
    ['ERR-4', { url: 'ws://localhost/x' }, '400 invalid command parameter: ws://localhost/x'],
    ['ERR-4', { url: 'localhost' }, '400 不正な URL: localhost'],
    ['ERR-6', { token: ' ' }, '400 InvalidPacketException: token is empty, blank'],
    ['ERR-6', { note: "it's" }, '400 InvalidPacketException: an apostrophe'],
  ])('%s: details with %j', async (_id, over, message) => {
    setUp({ trusted: [endpoint.certificate] });
    const url = await serve(JSON.stringify({ ...endpoint.details(), ...over }));
    expect(await refusal('POST', '/validateurl', { url })).toContain(message);
  });

  it('ERR-4, ERR-5, ERR-6', async () => {
    const url = await serve('<html>');
    expect(await refusal('POST', '/validateurl', { url: 'http://x/y' })).toContain(
      '400 invalid command parameter',
    );
    expect(await refusal('POST', '/validateurl', { url })).toContain(
      '400 Failed to open connection to the remote object referred to by the URL',
    );
    setUp({ trusted: [endpoint.certificate] });
    expect(await refusal('POST', '/validateurl', { url })).toContain('400 InvalidPacketException');
  });
});

describe('changing and removing', () => {
  it('GRP-3, GRP-4: deactivate, activate, delete', async () => {
    await add();
    const connected = primary.when('connected');
    clock.advance(60_000);
    await connected;
    const hostName = 'endpoint.example.com';
    expect((await call('POST', '/update', { hostName, state: 'DEACTIVATED' })).status).toBe(204);
    const ended = primary.when('disconnected');
    clock.advance(60_000);
    await ended;
    expect((await call('GET', '')).json.data[0].attributes).toMatchObject({
      state: 'DEACTIVATED',
      connectionState: 'DISCONNECTED',
    });
    expect((await call('DELETE', `/${hostName}`)).status).toBe(204);
    expect((await call('GET', '')).json.data).toEqual([]);
  });

  it('GRP-5: after a restart endpoints are listed after minutes', async () => {
    await add();
    primary.restart(120_000);
    expect((await call('GET', '')).json.data).toEqual([]);
    clock.advance(120_000);
    expect((await call('GET', '')).json.data).toHaveLength(1);
  });
});
