/** What a client trusts without `--ca`. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { getDetails } from '../../../../netbackup/wire/get-details.ts';
import { machineCertificates } from '../../../../netbackup/wire/trust.ts';
import { createCertificate } from '../../../fixtures/certificates.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'trust-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};

test("those of Node.js, of NODE_EXTRA_CA_CERTS, and of the system's files that exist", () => {
  const trusted = machineCertificates({ NODE_EXTRA_CA_CERTS: file('extra.pem', 'EXTRA') }, [
    join(folder, 'none.pem'),
    file('system.pem', 'SYSTEM'),
  ]);
  expect(trusted).toEqual(expect.arrayContaining([...rootCertificates, 'EXTRA', 'SYSTEM']));
});

test('SSL_CERT_FILE replaces the usual files; a file that cannot be read is left out', () => {
  const usual = [file('usual.pem', 'USUAL')];
  expect(machineCertificates({ SSL_CERT_FILE: file('own.pem', 'OWN') }, usual)).toContain('OWN');
  expect(machineCertificates({ SSL_CERT_FILE: join(folder, 'own.pem') }, usual)).not.toContain('USUAL');
  expect(machineCertificates({ NODE_EXTRA_CA_CERTS: folder, SSL_CERT_FILE: '' }, usual)).toContain('USUAL');
});

test('a CA of a bundle is trusted: the result is what TLS accepts', async () => {
  const ca = await createCertificate({ names: ['A CA'], isCa: true });
  const server = createServer(await createCertificate({ issuer: ca }), (_, response) => response.end('{}'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `https://localhost:${(server.address() as AddressInfo).port}/`;
  const bundle = file('bundle.pem', `${rootCertificates[0]}\n${ca.cert}\n`);
  const read = (trusted: readonly string[]) => getDetails(url, { trusted, timeoutMs: 10_000 });
  expect(await read(machineCertificates({}, [bundle]))).toMatchObject({ kind: 'answer', status: 200 });
  expect(await read(machineCertificates({}, []))).toMatchObject({ kind: 'failed', isConnected: true });
  await new Promise((resolve) => server.close(resolve));
});
