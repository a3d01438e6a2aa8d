/** Attacks on the local servers: DNS rebinding, pages of other sites, and bodies of callers that are not known. */
import { once } from 'node:events';
import { type ClientRequest, type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import type { Socket } from 'node:net';
import { exposure } from '../../bin/nbwss/console-output.ts';
import type { LocalCloud } from '../../local/cloud.ts';
import { editedAssembly, set, startCloud, stopAll } from '../integration/local/support.ts';
import { Rig } from '../unit/tunnel/tunnel-rig.ts';

type Headers = Record<string, string | number>;

const FOREIGN: readonly [number, Headers][] = [
  [421, { host: 'evil.example' }],
  [421, { host: 'localhost.evil.example:9080' }],
  [421, { host: '192.0.2.1' }],
  [403, { origin: 'https://evil.example' }],
  [403, { origin: 'null' }],
  [403, { origin: 'http://localhost:3000' }],
  [403, { 'sec-fetch-site': 'cross-site' }],
  [403, { 'sec-fetch-site': 'same-site' }],
];
const UPGRADE: Headers = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': 13,
  'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
};
const HUGE = 400 * 1024 * 1024;
const SITE = 'https://console.example.com';

let cloud: LocalCloud;
let tunnel: Rig;
beforeAll(async () => {
  const assembly = await editedAssembly((_, front) => {
    set(front, 'Http.Properties.CorsConfiguration', { AllowOrigins: [SITE], AllowMethods: ['POST'] });
  });
  cloud = await startCloud({ assembly });
  tunnel = await Rig.start();
});
afterAll(async () => {
  await tunnel.stop();
  await stopAll();
});

const URLS: Readonly<Record<string, () => string>> = {
  'HTTP API': () => `${cloud.apiUrl}/v1/groups/demo/netbackup/login`,
  'HTTP API over TLS': () => `${cloud.apiUrl.replace('http:', 'https:')}/v1/groups/demo/netbackup/login`,
  'front door': () => cloud.endpointUrl,
  '@connections': () => `${cloud.webSocketUrl.replace('wss:', 'https:')}/@connections/x`,
  tunnel: () => `http://127.0.0.1:${tunnel.port}/netbackup/login`,
};

/** Sends the headers of a POST, or of a WebSocket handshake. The body is up to the caller. */
const open = (url: string, headers: Headers): ClientRequest => {
  const send = url.startsWith('https') ? secureRequest : request;
  // The certificate is not what is tested.
  const method = 'upgrade' in headers ? 'GET' : 'POST';
  const sending = send(url, { method, headers, agent: false, rejectUnauthorized: false });
  sending.on('error', () => {});
  sending.flushHeaders();
  return sending;
};
const statusOf = async (sending: ClientRequest): Promise<number | undefined> => {
  const [response] = (await once(sending, 'response')) as [IncomingMessage];
  response.on('error', () => {}).resume();
  sending.destroy();
  return response.statusCode;
};
const post = (url: string, headers: Headers, body = '{}') => {
  const sending = open(url, { 'content-length': Buffer.byteLength(body), ...headers });
  sending.end(body);
  return statusOf(sending);
};
const signed = (): Headers => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${cloud.credentials.accessKeyId}/20260101/us-east-1/x/aws4_request, Signature=0`,
  'x-amz-target': 'DynamoDB_20120810.ListTables',
});

describe.each(Object.keys(URLS))('the %s', (server) => {
  const url = () => (URLS[server] as () => string)();

  test.each(FOREIGN)('answers %i to %j, and does nothing', async (status, headers) => {
    const calls = cloud.calls.mark();
    expect(await post(url(), { ...signed(), ...headers })).toBe(status);
    expect(cloud.calls.since(calls)).toEqual([]);
    expect(tunnel.received).toEqual([]);
  });

  test('refuses a page of another site before the body arrives', async () => {
    const headers = { ...signed(), origin: 'https://evil.example', 'content-length': HUGE };
    expect(await statusOf(open(url(), headers))).toBe(403);
  });

  test.each(['localhost', '127.0.0.1', '[::1]'])('answers to %s with any port', async (name) => {
    const own = { host: `${name}:1`, origin: `https://${name}:1`, 'sec-fetch-site': 'same-origin' };
    expect([403, 421]).not.toContain(await post(url(), { ...own, ...signed() }, '{'));
    tunnel.received.length = 0;
  });
});

describe('the WebSocket', () => {
  const status = (headers: Headers) =>
    statusOf(open(cloud.webSocketUrl.replace('wss:', 'https:'), { ...UPGRADE, ...headers }));

  test.each(FOREIGN)('answers %i to %j, without a $connect', async (expected, headers) => {
    expect(await status(headers)).toBe(expected);
  });

  test('connects under its own name', async () => {
    const sending = open(cloud.webSocketUrl.replace('wss:', 'https:'), UPGRADE);
    const status = await new Promise((resolve) => {
      for (const event of ['upgrade', 'response'])
        sending.once(event, ({ statusCode }: IncomingMessage) => resolve(statusCode));
    });
    expect(status).toBe(101);
    sending.destroy();
  });
});

describe('CORS', () => {
  test('a site that the assembly allows may call the HTTP API, and only that', async () => {
    const headers = { origin: SITE, 'sec-fetch-site': 'cross-site' };
    expect([403, 421]).not.toContain(await post(`${cloud.apiUrl}/v1/x`, headers));
    expect(await post(`${cloud.apiUrl}/v1/x`, { ...headers, host: 'evil.example' })).toBe(421);
    expect(await post(cloud.endpointUrl, { ...signed(), ...headers })).toBe(403);
    expect(await post((URLS['@connections'] as () => string)(), { ...signed(), ...headers })).toBe(403);
  });
});

/** Sends chunks without end. @returns the status, once the server has closed the connection, and the bytes sent */
const flood = async (url: string, headers: Headers) => {
  const sending = open(url, { ...headers, 'transfer-encoding': 'chunked' });
  let status: number | undefined;
  sending.on('response', (response: IncomingMessage) => {
    status = response.statusCode;
    response.on('error', () => {}).resume();
  });
  const [socket] = sending.socket ? [sending.socket] : ((await once(sending, 'socket')) as [Socket]);
  // Not `once`: a reset is how the server ends it.
  const happens = (emitter: Socket | ClientRequest, event: string) =>
    new Promise<void>((resolve) => emitter.once(event, () => resolve()));
  const closed = happens(socket, 'close');
  const chunk = Buffer.alloc(1024 * 1024);
  let bytes = 0;
  while (bytes < HUGE && !socket.destroyed) {
    bytes += chunk.length;
    if (!sending.write(chunk)) await Promise.race([happens(sending, 'drain'), closed]);
    await new Promise((next) => setImmediate(next));
  }
  await closed;
  return { status, bytes };
};

describe('a body of 400 MB', () => {
  test.each(['front door', '@connections'])(
    'without credentials is refused by the %s unread',
    async (server) => {
      const url = (URLS[server] as () => string)();
      expect(await statusOf(open(url, { 'content-length': HUGE }))).toBe(403);
      expect(await statusOf(open(url, { 'transfer-encoding': 'chunked' }))).toBe(403);
      expect((await flood(url, {})).bytes).toBeLessThan(HUGE);
    },
  );

  test.each<[string, () => Headers, number]>([
    ['front door', signed, 16],
    ['@connections', signed, 16],
    ['HTTP API', () => ({}), 10],
    ['tunnel', () => ({}), 2],
  ])('is refused by the %s at its limit', async (server, headers, megabytes) => {
    const url = (URLS[server] as () => string)();
    expect(await statusOf(open(url, { ...headers(), 'content-length': HUGE }))).toBe(413);
    const { bytes } = await flood(url, headers());
    // The limit, what is discarded so that the client can read the answer, and what the sockets buffer.
    expect(bytes).toBeLessThan((megabytes + 16 + 32) * 1024 * 1024);
  });
});

describe('--listen', () => {
  const urls = {
    webSocketUrl: 'wss://nbu.example.com:9443/live',
    apiUrl: 'http://nbu.example.com:9080',
    balancerUrl: '',
  };

  test.each(['0.0.0.0', '::', '192.0.2.7', 'nbu.example.com'])('%s says what it opens', (listen) => {
    expect(exposure({ listen }, urls).join('\n')).toMatch(
      /OPEN TO THE NETWORK: .*WebSocket \(port 9443\).*token.*API \(port 9080\).*API key.*no TLS/,
    );
  });

  test('the port of a load balancer is open too', () => {
    const both = { ...urls, balancerUrl: 'wss://nbu.example.com:9444/live' };
    expect(exposure({ listen: '0.0.0.0' }, both).join('\n')).toMatch(/WebSocket \(port 9443 and 9444\)/);
  });

  test.each(['127.0.0.1', '::1', 'localhost'])('%s opens nothing', (listen) => {
    expect(exposure({ listen }, urls)).toEqual([]);
  });
});
