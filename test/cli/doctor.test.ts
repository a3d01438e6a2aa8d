/** `nbwss doctor`, as a process. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerDoctor } from '../../netbackup/doctor/cli.ts';
import { BrokenEndpoint, TOKEN } from '../fixtures/broken-endpoint.ts';
import { createCertificate } from '../fixtures/certificates.ts';
import { endPrograms, nbwss } from '../support/process.ts';
import { runCommand } from '../support/run-command.ts';

let folder: string;
let endpoint: BrokenEndpoint;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'doctor-'));
  const certificate = await createCertificate({ names: ['localhost'] });
  endpoint = await BrokenEndpoint.start([], [certificate]);
  await writeFile(join(folder, 'ca.pem'), certificate.cert);
  await writeFile(join(folder, 'details.json'), JSON.stringify(endpoint.details({ hostName: '127.0.0.1' })));
  await writeFile(join(folder, 'pasted.json'), '{"token":“abc”}');
});
afterAll(async () => {
  await endPrograms();
  await endpoint.stop();
  await rm(folder, { recursive: true });
});

/** Runs it; `@name` stands for a file of the test's folder. */
const doctor = (...args: string[]) =>
  runCommand(registerDoctor, ['doctor', ...args.map((word) => word.replace(/^@/, `${folder}/`))]);

test('warnings: exit code 1, the fingerprint, no token', async () => {
  const { out, err, exitCode } = await doctor('@details.json', '--ca', '@ca.pem');
  expect(out).toMatch(/^ok {8}Certificate SHA-256 ([0-9A-F]{2}:){31}/m);
  expect(out).toMatch(
    /^warning {3}hostName is 127\.0\.0\.1, but url points to localhost\. \[EPT-1\]\n {10}→ /m,
  );
  expect(out.trimEnd().split('\n').at(-1)).toMatch(/^It may work/);
  expect(out).not.toContain(TOKEN);
  expect({ err, exitCode }).toEqual({ err: '', exitCode: 1 });
});

test('errors: exit code 2, the message of NetBackup, in both languages', async () => {
  const english = await doctor('@pasted.json');
  expect(english.exitCode).toBe(2);
  expect(english.out).toBe(
    [
      'ERROR     Not JSON at line 1, column 10: a typographic quote; JSON needs the straight ". [TRAP-4]',
      '          NetBackup message: “JSON contents not valid” (ERR-1)',
      '          → Correct this position, or use the original file instead of pasted text.',
      '',
      'It will not work.',
      '',
    ].join('\n'),
  );
  const japanese = await doctor('@pasted.json', '--lang', 'ja');
  expect(japanese.exitCode).toBe(2);
  expect(japanese.out).toContain('エラー    1 行 10 桁で JSON として正しくありません');
  expect(japanese.out).toContain(
    'NetBackup の表示: 「JSON コンテンツは無効です」 (JSON contents not valid) (ERR-1)',
  );
});

test('--connect warns on standard error; --json prints JSON only', async () => {
  const { out, err } = await doctor('@details.json', '--ca', '@ca.pem', '--connect', '--json');
  expect(err).toMatch(/loses its connection .* an invitation counts as used/);
  const { verdict, findings } = JSON.parse(out) as { verdict: string; findings: { code: string }[] };
  expect(verdict).toBe('warning');
  expect(findings.at(-1)?.code).toBe('token-accepted');
  expect(out).not.toContain(TOKEN);
});

test.each(['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE'])(
  'without --ca, the certificates of %s are trusted, and the token is sent',
  async (variable) => {
    const args = ['doctor', join(folder, 'details.json'), '--connect', '--json'];
    const program = nbwss(args, { [variable]: join(folder, 'ca.pem') });
    await program.ended;
    const codes = [...program.output.matchAll(/"code": "([^"]+)"/g)].map(([, code]) => code);
    expect(codes).toContain('certificate-trusted');
    expect(codes.at(-1)).toBe('token-accepted');
  },
);

test.each([
  [['@no-such-file.json'], /^ERROR {5}The file .*no-such-file\.json does not exist/, 'out'],
  [
    ['@details.json', '--ca', '@nothing.pem'],
    /^nbwss doctor: .*nothing\.pem: the file does not exist/,
    'err',
  ],
  [['@details.json', '--ca', '@details.json'], /the file is not a PEM certificate/, 'err'],
] as const)('%j: exit code 2', async (args, message, where) => {
  const result = await doctor(...args);
  expect(result[where]).toMatch(message);
  expect(result.exitCode).toBe(2);
});

test.each([
  [[], /missing required argument/],
  [['@details.json', '--lang', 'xx'], /Allowed choices are en, ja/],
  [['@details.json', '--timeout', '0'], /from 0\.1 to 600/],
] as const)('%j is refused with a reason', async (args, reason) => {
  const { err, exitCode } = await doctor(...args);
  expect(err).toMatch(reason);
  // 1 would mean that there are warnings only.
  expect(exitCode).toBe(2);
});
