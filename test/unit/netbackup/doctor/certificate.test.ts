import { X509Certificate } from 'node:crypto';
import { judgeCertificate, type Shown } from '../../../../netbackup/doctor/certificate.ts';
import { type CertificateWish, issue } from '../../../fixtures/certificates.ts';

const HOST = 'endpoint.example.com';
const NOW = Date.now();

const judged = async (wish: CertificateWish, shown: Partial<Shown> = {}, host = HOST) => {
  const { cert } = await issue({ names: [HOST], ...wish });
  return judgeCertificate({ certificate: new X509Certificate(cert), hasIssuer: true, ...shown }, host, NOW);
};
const codes = async (...args: Parameters<typeof judged>): Promise<string[]> =>
  (await judged(...args)).map(({ code }) => code);

test('shows the fingerprint as NetBackup does: SHA-256, upper case, colons', async () => {
  const [shown] = await judged({});
  expect(shown).toMatchObject({
    code: 'certificate-shown',
    facts: { fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/), subject: `CN=${HOST}` },
  });
});

test.each<[what: string, wish: CertificateWish, code: string]>([
  ['a year left', { to: 365 }, 'certificate-valid'],
  ['30 days left', { to: 30.5 }, 'certificate-valid'],
  ['29 days left', { to: 29.5 }, 'certificate-expires-soon'],
  ['hours left', { to: 0.2 }, 'certificate-expires-soon'],
  ['none left', { from: -10, to: -0.1 }, 'certificate-expired'],
  ['tomorrow', { from: 1 }, 'certificate-not-yet-valid'],
])('time: %s', async (_, wish, code) => {
  expect(await codes(wish)).toEqual(['certificate-shown', code, 'certificate-trusted']);
});

test.each<[names: string[], host: string, fits: boolean]>([
  [[HOST], HOST, true],
  [['*.example.com'], HOST, true],
  [['*.example.com'], 'a.b.example.com', false],
  [['other.example.com'], HOST, false],
  [['localhost'], '127.0.0.1', true],
  [[HOST], '192.0.2.1', false],
])('names %j for %s: %s', async (names, host, fits) => {
  expect((await codes({ names }, {}, host)).includes('certificate-wrong-name')).toBe(!fits);
});

test('trust: says which of the reasons it is', async () => {
  const ca = await issue({ names: ['CA'], isCa: true });
  const trust = async (wish: CertificateWish, shown: Partial<Shown>) => (await codes(wish, shown)).slice(2);
  expect(await trust({}, { untrusted: 'DEPTH_ZERO_SELF_SIGNED_CERT' })).toEqual(['certificate-self-signed']);
  const alone = { untrusted: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', hasIssuer: false };
  expect(await trust({ by: ca }, alone)).toEqual(['certificate-chain-incomplete']);
  expect(await trust({ by: ca }, { untrusted: 'SELF_SIGNED_CERT_IN_CHAIN' })).toEqual([
    'certificate-untrusted',
  ]);
});

test('an expired certificate is not called untrusted on top', async () => {
  expect(await codes({ from: -10, to: -1 }, { untrusted: 'CERT_HAS_EXPIRED' })).toEqual([
    'certificate-shown',
    'certificate-expired',
  ]);
});
