import { X509Certificate } from 'node:crypto';
import { checkCertificate, type ServerCertificate } from '../../../../netbackup/doctor/check-certificate.ts';
import { type CertificateOptions, createCertificate } from '../../../fixtures/certificates.ts';

const HOST = 'endpoint.example.com';
const NOW = Date.now();

const check = async (options: CertificateOptions, server: Partial<ServerCertificate> = {}, host = HOST) => {
  const { cert } = await createCertificate({ names: [HOST], ...options });
  return checkCertificate({ certificate: new X509Certificate(cert), hasIssuer: true, ...server }, host, NOW);
};
const codes = async (...args: Parameters<typeof check>): Promise<string[]> =>
  (await check(...args)).map(({ code }) => code);

test('shows the fingerprint as NetBackup does: SHA-256, upper case, colons', async () => {
  const [shown] = await check({});
  expect(shown).toMatchObject({
    code: 'certificate-shown',
    facts: { fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/), subject: `CN=${HOST}` },
  });
});

test.each<[what: string, options: CertificateOptions, code: string]>([
  ['a year left', { to: 365 }, 'certificate-valid'],
  ['30 days left', { to: 30.5 }, 'certificate-valid'],
  ['29 days left', { to: 29.5 }, 'certificate-expires-soon'],
  ['hours left', { to: 0.2 }, 'certificate-expires-soon'],
  ['none left', { from: -10, to: -0.1 }, 'certificate-expired'],
  ['tomorrow', { from: 1 }, 'certificate-not-yet-valid'],
])('time: %s', async (_, options, code) => {
  expect(await codes(options)).toEqual(['certificate-shown', code, 'certificate-trusted']);
});

test.each<[names: string[], host: string, matches: boolean]>([
  [[HOST], HOST, true],
  [['*.example.com'], HOST, true],
  [['*.example.com'], 'a.b.example.com', false],
  [['other.example.com'], HOST, false],
  [['localhost'], '127.0.0.1', true],
  [[HOST], '192.0.2.1', false],
])('names %j for %s: %s', async (names, host, matches) => {
  expect((await codes({ names }, {}, host)).includes('certificate-wrong-name')).toBe(!matches);
});

test('trust: a finding for each kind of error', async () => {
  const ca = await createCertificate({ names: ['CA'], isCa: true });
  const trust = async (options: CertificateOptions, server: Partial<ServerCertificate>) =>
    (await codes(options, server)).slice(2);
  expect(await trust({}, { trustError: 'DEPTH_ZERO_SELF_SIGNED_CERT' })).toEqual(['certificate-self-signed']);
  const alone = { trustError: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', hasIssuer: false };
  expect(await trust({ issuer: ca }, alone)).toEqual(['certificate-chain-incomplete']);
  expect(await trust({ issuer: ca }, { trustError: 'SELF_SIGNED_CERT_IN_CHAIN' })).toEqual([
    'certificate-untrusted',
  ]);
});

test('an expired certificate is not reported as untrusted as well', async () => {
  expect(await codes({ from: -10, to: -1 }, { trustError: 'CERT_HAS_EXPIRED' })).toEqual([
    'certificate-shown',
    'certificate-expired',
  ]);
});
