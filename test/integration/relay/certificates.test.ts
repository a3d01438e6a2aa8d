import { once } from 'node:events';
import { copyFileSync, writeFileSync } from 'node:fs';
import { connect as connectTcp } from 'node:net';
import { connect as connectTls, type PeerCertificate } from 'node:tls';
import type { KeyPair } from '../../../bin/nbwss/certificate.ts';
import { endPrograms } from '../../support/process.ts';
import { FakeAws } from '../../support/relay/fake-aws.ts';
import { newCertificate, Relay, writeTestFile } from '../../support/relay/relay.ts';

let aws: FakeAws;
let first: KeyPair;
let second: KeyPair;
beforeAll(async () => {
  aws = await new FakeAws().start();
  [first, second] = await Promise.all([newCertificate('first'), newCertificate('second')]);
});
afterEach(endPrograms);
afterAll(() => aws.stop());

const withFiles = (name: string, { cert, key }: KeyPair) => {
  const [certificate, privateKey] = [writeTestFile(`${name}.pem`, cert), writeTestFile(`${name}.key`, key)];
  return { certificate, privateKey, environment: { RELAY_TLS: `file:${certificate},${privateKey}` } };
};

/** The name in the certificate that a handshake gets. */
const servedName = ({ address }: Relay, options: object = {}): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connectTls({ host: address, port: 8443, rejectUnauthorized: false, ...options }, () => {
      const { subject } = socket.getPeerCertificate() as PeerCertificate;
      socket.destroy();
      resolve(subject.CN as string);
    });
    socket.once('error', reject);
  });

it('serves a certificate from files, and replaces it without an end of connections', async () => {
  const files = withFiles('replaced', first);
  const relay = await Relay.start({ aws, environment: files.environment });
  aws.answer = () => ({ statusCode: 200, body: '{"answer":1}' });
  const before = await relay.connect(first.cert);
  expect(await servedName(relay)).toBe('first');

  // The certificate first: for a moment the key does not belong to it.
  writeFileSync(files.certificate, second.cert);
  await relay.program.says(/certificate-not-readable/);
  expect(await servedName(relay)).toBe('first');
  writeFileSync(files.privateKey, second.key);
  await relay.program.says(/"code":"certificate-served"[\s\S]*"code":"certificate-served"/);
  expect(await servedName(relay)).toBe('second');

  before.send({ type: 'NOTIFICATION' });
  expect(await before.next()).toEqual({ answer: 1 });
  const after = await relay.connect(second.cert);
  await expect(relay.connect(first.cert)).rejects.toThrow();
  await Promise.all([before.close(), after.close()]);
  expect(relay.lines('certificate-not-readable')).toMatchObject([
    { errorMessage: 'The private key does not belong to the first certificate.', served: true },
  ]);
});

it('keeps its certificate while the files cannot be read', async () => {
  const files = withFiles('broken', first);
  const relay = await Relay.start({ aws, environment: files.environment });
  copyFileSync('/dev/null', files.certificate);
  await relay.program.says(/certificate-not-readable/);
  expect(await servedName(relay)).toBe('first');
  expect(await relay.http('GET', '/health')).toMatchObject({ status: 200 });
});

it.each([
  ['PEM', ({ cert, key }: KeyPair) => cert + key],
  ['JSON', ({ cert, key }: KeyPair) => JSON.stringify({ certificate: cert, privateKey: key })],
])('serves a certificate from a secret with %s', async (_, secretOf) => {
  aws.secret = secretOf(first);
  const relay = await Relay.start({ aws, environment: { RELAY_TLS: 'secret:relay/tls' } });
  expect(await servedName(relay)).toBe('first');
  const client = await relay.connect(first.cert);
  await client.close();
});

it('exports a certificate from ACM, with its chain', async () => {
  aws.certificate = second;
  const arn = 'arn:aws:acm:eu-central-1:123456789012:certificate/a';
  const relay = await Relay.start({ aws, environment: { RELAY_TLS: `acm:${arn}` } });
  expect(await servedName(relay)).toBe('second');
  expect(aws.calls).toContain('CertificateManager.ExportCertificate');
});

it('starts without a certificate, is not healthy, and writes nothing of the secret', async () => {
  aws.secret = `{"certificate":"${'c2VjcmV0'.repeat(4)}`;
  const relay = await Relay.start({ aws, environment: { RELAY_TLS: 'secret:relay/tls' } });
  expect(await relay.http('GET', '/health')).toMatchObject({
    status: 503,
    body: '{"status":"no-certificate"}',
  });
  await expect(servedName(relay)).rejects.toThrow();
  expect(relay.lines('certificate-not-readable')).toMatchObject([{ level: 'WARN', served: false }]);
  expect(relay.program.output).not.toContain('c2VjcmV0');
});

it('accepts TLS 1.2 and 1.3 only', async () => {
  const relay = await Relay.start({ aws, environment: withFiles('versions', first).environment });
  for (const version of ['TLSv1.2', 'TLSv1.3'])
    expect(await servedName(relay, { minVersion: version, maxVersion: version })).toBe('first');
  // The ciphers of security level 0, or the client would not try.
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' };
  await expect(servedName(relay, old)).rejects.toThrow(/protocol version/);
});

it('ends connections that do not become a WebSocket: without a TLS handshake, without a request', async () => {
  const relay = await Relay.start({ aws, environment: withFiles('silent', first).environment });
  const target = { host: relay.address, port: 8443, rejectUnauthorized: false };
  const silent = connectTcp(target).on('error', () => {});
  const secured = connectTls(target).on('error', () => {});
  const sockets = [silent, secured].map((socket) => once(socket.resume(), 'close'));
  await Promise.all(sockets);
  const client = await relay.connect(first.cert);
  await client.close();
});
