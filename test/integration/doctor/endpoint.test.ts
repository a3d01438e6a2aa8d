/** `diagnose` against servers: names, ports, certificates, upgrades, messages, tokens. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { KeyPair } from '../../../bin/nbwss/certificate.ts';
import { type Diagnosis, diagnose, worstLevel } from '../../../netbackup/doctor/diagnose.ts';
import { BrokenEndpoint, type Switch, TOKEN } from '../../fixtures/broken-endpoint.ts';
import { createCertificate } from '../../fixtures/certificates.ts';

let folder: string;
let good: KeyPair;
const running: BrokenEndpoint[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  good = await createCertificate();
});
afterEach(async () => {
  for (const endpoint of running.splice(0)) await endpoint.stop();
});
afterAll(() => rm(folder, { recursive: true }));

interface Setup {
  readonly switches?: readonly Switch[];
  readonly certificate?: KeyPair;
  readonly trusted?: readonly string[];
  readonly connect?: boolean;
  readonly details?: Readonly<Record<string, unknown>>;
}

const diagnoseEndpoint = async (
  options: Setup = {},
): Promise<Diagnosis & { codes: string[]; endpoint: BrokenEndpoint }> => {
  const { switches = [], certificate = good, trusted = [good.cert], connect = false } = options;
  const endpoint = await BrokenEndpoint.start(switches, [certificate]);
  running.push(endpoint);
  const diagnosis = await diagnoseDetails(endpoint.details(options.details), trusted, connect);
  return { ...diagnosis, codes: diagnosis.findings.map(({ code }) => code), endpoint };
};

const diagnoseDetails = async (details: unknown, trusted: readonly string[], connect = false) => {
  const file = join(folder, 'details.json');
  await writeFile(file, JSON.stringify(details));
  return diagnose(file, { trusted, connect, timeoutMs: 800, slowMs: 800, now: Date.now });
};

test('a good endpoint: every check runs, and the token is not sent', async () => {
  const { codes, endpoint, findings } = await diagnoseEndpoint();
  expect(codes).toEqual([
    'details-complete',
    'host-name-not-qualified',
    'dns-resolved',
    ...codes.filter((code) => code.startsWith('tcp-')),
    'certificate-shown',
    'certificate-valid',
    'certificate-trusted',
    'upgrade-accepted',
    'ping-answered',
    'made-up-token-refused',
    'fragments-pass',
    'single-frame-passes',
    'large-message-passes',
  ]);
  expect(codes).toContain('tcp-connected');
  expect(worstLevel(findings)).toBe('warning');
  expect(endpoint.tokens).not.toContain(TOKEN);
});

test('--connect sends the token once, after all other checks', async () => {
  const { codes, endpoint } = await diagnoseEndpoint({ connect: true });
  expect(codes.at(-1)).toBe('token-accepted');
  expect(endpoint.tokens.filter((token) => token === TOKEN)).toHaveLength(1);
  const refused = await diagnoseEndpoint({ connect: true, details: { token: 'another' } });
  expect(refused.codes.at(-1)).toBe('token-refused');
});

test('the token is not sent when the certificate is not trusted', async () => {
  const { codes, endpoint } = await diagnoseEndpoint({
    connect: true,
    trusted: [(await createCertificate()).cert],
  });
  expect(codes).toContain('certificate-self-signed');
  // Checks without the token still run.
  expect(codes).toContain('made-up-token-refused');
  expect(codes.at(-1)).toBe('token-kept-back');
  expect(endpoint.tokens).not.toContain(TOKEN);
});

describe('certificates', () => {
  test.each<[code: string, options: Parameters<typeof createCertificate>[0]]>([
    ['certificate-expired', { from: -30, to: -1 }],
    ['certificate-not-yet-valid', { from: 1 }],
    ['certificate-wrong-name', { names: ['other.example.com'] }],
  ])('%s: no further checks', async (code, options) => {
    const certificate = await createCertificate(options);
    const { codes, findings } = await diagnoseEndpoint({
      certificate,
      trusted: [certificate.cert],
      connect: true,
    });
    expect(codes).toContain(code);
    expect(codes).not.toContain('upgrade-accepted');
    expect(worstLevel(findings)).toBe('error');
  });

  test('a chain: trusted with its CA, incomplete without, untrusted with another CA', async () => {
    const ca = await createCertificate({ names: ['A CA'], isCa: true });
    const leaf = await createCertificate({ issuer: ca });
    const whole = { ...leaf, cert: `${leaf.cert}\n${ca.cert}` };
    expect((await diagnoseEndpoint({ certificate: leaf, trusted: [ca.cert] })).codes).toContain(
      'certificate-trusted',
    );
    expect((await diagnoseEndpoint({ certificate: leaf })).codes).toContain('certificate-chain-incomplete');
    expect((await diagnoseEndpoint({ certificate: whole })).codes).toContain('certificate-untrusted');
  });
});

test.each<[Switch, code: string]>([
  ['no-pongs', 'ping-unanswered'],
  ['any-token', 'made-up-token-accepted'],
  ['ignores-invalid-tokens', 'connect-unanswered'],
  ['binary-frames', 'foreign-message'],
  ['small-messages', 'fragments-blocked'],
])('an endpoint with %s: %s', async (name, code) => {
  const { codes, findings } = await diagnoseEndpoint({ switches: [name] });
  expect(codes).toContain(code);
  expect(worstLevel(findings)).toBe('error');
});

describe('no endpoint at all', () => {
  const details = (url: string) => ({ token: 't', priority: 1, groupId: 'g', hostName: 'localhost', url });
  const codesOf = async (url: string) =>
    (await diagnoseDetails(details(url), [])).findings.map(({ code }) => code);
  let server: Server;
  afterEach(() => server?.close());
  const listen = async (talk: (socket: Socket) => void): Promise<number> => {
    server = createTcpServer((socket) => talk(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };

  test('a name that does not exist', async () => {
    expect(await codesOf('wss://nowhere.invalid:443/x')).toContain('dns-failed');
  });

  test('a closed port', async () => {
    const port = await listen(() => undefined);
    await new Promise((resolve) => server.close(resolve));
    expect(await codesOf(`wss://127.0.0.1:${port}/x`)).toContain('tcp-failed');
  });

  test('a port that does not speak TLS', async () => {
    const port = await listen((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    expect((await codesOf(`wss://127.0.0.1:${port}/x`)).at(-1)).toBe('tls-failed');
  });

  test('a port that never responds', async () => {
    const port = await listen(() => undefined);
    expect((await codesOf(`wss://127.0.0.1:${port}/x`)).at(-1)).toBe('tls-failed');
  });

  test('a web server without WebSocket', async () => {
    const web = createServer(good, (_, response) => response.writeHead(404).end());
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve));
    const { port } = web.address() as AddressInfo;
    const { findings } = await diagnoseDetails(details(`wss://localhost:${port}/x`), [good.cert], true);
    web.closeAllConnections();
    web.close();
    expect(findings.at(-1)).toMatchObject({
      code: 'upgrade-refused',
      facts: { reason: expect.stringContaining('404') },
    });
  });
});
