import { createPrivateKey, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, get } from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { loadOrCreateCertificate } from '../../bin/nbwss/certificate.ts';

describe('the certificate of a local endpoint', () => {
  const DAY = 86_400_000;
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(path.join(os.tmpdir(), 'certificate-'));
  });
  afterEach(async () => {
    jest.useRealTimers();
    await rm(dir, { recursive: true });
  });

  it('serves clients that trust it alone, under each of its names', async () => {
    const { cert, key, caFile } = await loadOrCreateCertificate(dir, ['nbwss.example.com', '192.0.2.7']);
    expect(await readFile(caFile, 'utf8')).toBe(cert);
    const server = createServer({ cert, key }, (_req, res) => res.end('served')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const status = async (host: string) => {
      const checked = { servername: /\d$/.test(host) ? '' : host, headers: { Host: host } };
      const lookup = (_name: string, options: { all?: boolean }, done: (...args: unknown[]) => void) =>
        options.all ? done(null, [{ address: '127.0.0.1', family: 4 }]) : done(null, '127.0.0.1', 4);
      const req = get({ host, port, ca: cert, lookup: lookup as never, ...checked, agent: false });
      return once(req, 'response').then(
        ([response]) => response.resume().statusCode,
        (error) => error.code,
      );
    };
    expect(await status('localhost')).toBe(200);
    expect(await status('127.0.0.1')).toBe(200);
    expect(await status('nbwss.example.com')).toBe(200);
    expect(await status('other.example.com')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
    server.close();
  });

  it('has what strict verifiers ask of a trust anchor, for 825 days at most', async () => {
    const { cert } = await loadOrCreateCertificate(dir, ['192.0.2.7']);
    const parsed = new X509Certificate(cert);
    expect(parsed.ca).toBe(true);
    expect(parsed.checkIP('192.0.2.7')).toBe('192.0.2.7');
    expect(parsed.checkIP('::1')).toBeDefined();
    expect(parsed.verify(parsed.publicKey)).toBe(true);
    expect(parsed.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(Date.parse(parsed.validTo) - Date.parse(parsed.validFrom)).toBeLessThanOrEqual(825 * DAY);
    // Subject and authority key identifiers, by their DER object ids 2.5.29.14 and 2.5.29.35.
    for (const oid of ['551d0e', '551d23']) expect(parsed.raw.toString('hex')).toContain(`0603${oid}`);
  });

  it('is kept, with a key for its owner only, until a name is missing or a week is left', async () => {
    const first = await loadOrCreateCertificate(dir, ['a.example.com']);
    expect((await stat(path.join(dir, 'tls-key.pem'))).mode & 0o777).toBe(0o600);
    expect(await loadOrCreateCertificate(dir, ['a.example.com'])).toEqual(first);
    const renamed = await loadOrCreateCertificate(dir, ['b.example.com']);
    expect(renamed.cert).not.toBe(first.cert);
    const end = Date.parse(new X509Certificate(renamed.cert).validTo);
    jest.useFakeTimers({ now: end - 8 * DAY, doNotFake: ['nextTick', 'setImmediate'] });
    expect(await loadOrCreateCertificate(dir, ['b.example.com'])).toEqual(renamed);
    jest.setSystemTime(end - 6 * DAY);
    expect((await loadOrCreateCertificate(dir, ['b.example.com'])).cert).not.toBe(renamed.cert);
  });

  it('is created again when its files are damaged or do not belong together', async () => {
    const first = await loadOrCreateCertificate(dir, []);
    await writeFile(first.caFile, 'garbage');
    const second = await loadOrCreateCertificate(dir, []);
    expect(second.cert).toContain('BEGIN CERTIFICATE');
    await chmod(path.join(dir, 'tls-key.pem'), 0o600);
    await writeFile(path.join(dir, 'tls-key.pem'), first.key);
    const third = await loadOrCreateCertificate(dir, []);
    expect(new X509Certificate(third.cert).checkPrivateKey(createPrivateKey(third.key))).toBe(true);
    expect(third.key).not.toBe(first.key);
  });
});
