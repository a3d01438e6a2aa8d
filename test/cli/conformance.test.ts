/** `nbwss conformance`, as a process. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { registerConformance } from '../../netbackup/conformance/cli.ts';
import { BrokenEndpoint, type Switch, TOKEN } from '../fixtures/broken-endpoint.ts';
import { createCertificate } from '../fixtures/certificates.ts';
import { runCommand } from '../support/run-command.ts';

let folder: string;
let endpoint: BrokenEndpoint | undefined;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'conformance-'));
});
afterEach(async () => {
  await endpoint?.stop();
  endpoint = undefined;
});
afterAll(() => rm(folder, { recursive: true }));

const start = async (...switches: Switch[]): Promise<void> => {
  const certificate = await createCertificate();
  endpoint = await BrokenEndpoint.start(switches, [certificate]);
  await writeFile(join(folder, 'ca.pem'), certificate.cert);
  await writeFile(join(folder, 'details.json'), JSON.stringify(endpoint.details()));
};

/** Runs it; `@name` stands for a file of the test's folder. */
const conformance = (...args: string[]) =>
  runCommand(registerConformance, ['conformance', ...args.map((word) => word.replace(/^@/, `${folder}/`))]);

test('prints clause, verdict and evidence; exit code 1 for limited clauses', async () => {
  await start();
  const { out, err, exitCode } = await conformance('@details.json', '--ca', '@ca.pem');
  expect(err).toMatch(/replaces the session of the group/);
  expect(out).toMatch(
    /^NOT-3 {3}pass {5}every NOTIFICATION is acknowledged with payload \[\]\n {17}a job and an image/m,
  );
  expect(out).toMatch(/^GRP-1 {3}- {8}the highest priority is tried first\n {17}NetBackup's own behaviour/m);
  expect(out).toMatch(/^EPT-1 {3}limited/m);
  expect(out.trimEnd().split('\n').at(-1)).toMatch(
    /^\d+ pass, 1 limited, 0 fail, 16 not checkable from here$/,
  );
  expect(out).not.toContain(TOKEN);
  expect(exitCode).toBe(1);
});

test('exit code 2 for failed clauses, also with --json', async () => {
  await start('refuses-all-tokens');
  const { out, exitCode } = await conformance('@details.json', '--ca', '@ca.pem', '--json');
  const { results } = JSON.parse(out) as { results: { clause: string; verdict: string; evidence: string }[] };
  const of = (clause: string) => results.find((result) => result.clause === clause);
  expect(of('CON-2')).toMatchObject({ verdict: 'fail', evidence: 'the token was refused' });
  expect(of('NOT-3')).toMatchObject({ verdict: 'unchecked', evidence: 'needs CON-2' });
  expect(exitCode).toBe(2);
});

test('details that NetBackup would refuse fail their clauses, without a connection', async () => {
  await writeFile(join(folder, 'bad.json'), `{"token":"it's","url":"ws://localhost:1/x"}`);
  const { out, exitCode } = await conformance('@bad.json');
  expect(out).toMatch(/^EPT-1 {3}FAIL {5}five fields\n {17}groupId is missing\./m);
  expect(out).toMatch(/^EPT-3 {3}FAIL .*\n {17}token contains an apostrophe/m);
  expect(out).toMatch(/^CON-2 {3}- .*\n {17}the details cannot be used/m);
  expect(exitCode).toBe(2);
});

test('no server: clauses that need a connection are not checked', async () => {
  await start();
  await endpoint?.stop();
  const { out, exitCode } = await conformance('@details.json', '--ca', '@ca.pem');
  endpoint = undefined;
  expect(out).toMatch(/^CON-1 {3}FAIL .*\n {17}the connection could not be opened: .*ECONNREFUSED/m);
  expect(out).toMatch(/^CON-2 {3}- .*\n {17}needs CON-1/m);
  expect(exitCode).toBe(2);
});

test.each([
  [['@details.json', '--url', 'nowhere'], /--url nowhere is not a URL/],
  [['@details.json', '--url', 'https://localhost:1'], /needs --key-file, or NBWSS_API_KEY/],
  [['@details.json', '--url', 'https://localhost:1', '--key-file', '@none'], /ENOENT/],
  [['@details.json', '--ca', '@nothing.pem'], /nothing\.pem: the file does not exist/],
  [['@details.json', '--timeout', '1'], /from 2 to 600/],
  [[], /missing required argument/],
] as const)('%j: exit code 2', async (args, reason) => {
  const { err, exitCode } = await conformance(...args);
  expect(err).toMatch(reason);
  expect(exitCode).toBe(2);
});

test('a key of two lines is refused without being shown', async () => {
  await writeFile(join(folder, 'two-lines'), 'nbk_x\nnbk_y\n');
  const args = ['@details.json', '--url', 'https://localhost:1', '--key-file', '@two-lines'];
  const { err, exitCode } = await conformance(...args);
  expect([err, exitCode]).toEqual(['nbwss conformance: the API key is not one line without spaces\n', 2]);
});

test("an API that does not answer leaves the operator's clauses unchecked, with the reason", async () => {
  await start();
  await writeFile(join(folder, 'key'), 'nbk_x\n');
  const { out } = await conformance(
    '@details.json',
    ...['--ca', '@ca.pem', '--url', 'http://localhost:1', '--key-file', '@key'],
  );
  expect(out).toMatch(/^CMD-1 {3}- .*\n {17}the operator's side: POST \/commands: fetch failed/m);
  expect(out).toMatch(/0 fail/);
});
