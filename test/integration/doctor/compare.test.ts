/** `nbwss doctor` compares the certificate that it sees with the one that the deployment sees. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerDoctorWithDeployment } from '../../../bin/nbwss/commands/doctor.ts';
import { createCertificate } from '../../fixtures/certificates.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { runCommand } from '../../support/run-command.ts';
import { testCertificate } from '../../support/tls.ts';

let deployment: Deployment;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-compare-'));
  deployment = await startDeployment();
  await writeFile(join(folder, 'details.json'), JSON.stringify(await deployment.createGroup('berlin')));
  await writeFile(join(folder, 'key'), deployment.adminKey, { mode: 0o600 });
  await writeFile(join(folder, 'ca.pem'), deployment.ca);
});
afterAll(async () => {
  await deployment?.stop();
  await rm(folder, { recursive: true, force: true });
});

const doctor = async (...more: readonly string[]) => {
  const ca = join(folder, 'ca.pem');
  const args = ['doctor', join(folder, 'details.json'), '--ca', ca, '--json', ...more];
  const { out, err, exitCode } = await runCommand(registerDoctorWithDeployment, args);
  const findings = out === '' ? [] : (JSON.parse(out).findings as { code: string; facts: object }[]);
  const about = findings.filter(({ code }) => /-(as-expected|differs|not-known)$/.test(code));
  return { codes: about.map(({ code }) => code), findings, err, exitCode };
};
const compare = () =>
  doctor('--compare', '--url', deployment.cloud.apiUrl, '--key-file', join(folder, 'key'));

test('before the first sweep the certificate is not known; then it is as expected', async () => {
  expect((await compare()).codes).toEqual(['certificate-not-known']);
  await deployment.sweep();
  expect((await compare()).codes).toEqual(['certificate-as-expected']);
});

test('without the option nothing is compared, and no key is needed', async () => {
  expect((await doctor()).codes).toEqual([]);
});

test('the fingerprint that the operator has passed on is compared without a key', async () => {
  const [endpoint] = (await deployment.http('GET', '/v1/groups/berlin/endpoints')).json.items;
  const { fingerprint } = endpoint.certificate;
  for (const form of [fingerprint, fingerprint.replaceAll(':', '').toLowerCase()])
    expect((await doctor('--fingerprint', form)).codes).toEqual(['certificate-as-expected']);
  const other = await doctor('--fingerprint', 'ab'.repeat(32));
  expect(other).toMatchObject({ codes: ['certificate-differs'], exitCode: 2 });
  expect(other.findings.map(({ code }) => code)).not.toContain('upgrade-accepted');
  expect((await doctor('--fingerprint', 'ab')).err).toContain('64 hexadecimal digits');
});

test('a certificate that something on the way has put in its place is an error', async () => {
  const { cert, key } = await testCertificate();
  const other = await createCertificate();
  deployment.cloud.renewCertificate(other);
  try {
    expect(await compare()).toMatchObject({ codes: ['certificate-differs'], exitCode: 2 });
  } finally {
    deployment.cloud.renewCertificate({ cert, key });
  }
});

test('a deployment that cannot be asked is an error', async () => {
  const { err, exitCode } = await doctor(
    '--compare',
    '--url',
    'http://127.0.0.1:1',
    '--key-file',
    join(folder, 'key'),
  );
  expect(err).toContain('http://127.0.0.1:1 cannot be reached');
  expect(exitCode).toBe(2);
});
