/** `nbwss credential` as a process: its arguments and output must not contain the key. */
import { createClientKey } from '../../bin/nbwss/local-setup.ts';
import type { NetBackupPrimary } from '../../netbackup/index.ts';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { endPrograms, nbwss } from '../support/process.ts';

let deployment: Deployment;
let primary: NetBackupPrimary;
/** A NetBackup API key that the primary knows. */
let netbackupKey: string;

beforeAll(async () => {
  deployment = await startDeployment();
  primary = deployment.primary([await deployment.createGroup('demo')]);
  if (!primary.isConnected()) await primary.when('connected');
  await deployment.cloud.drained();
  netbackupKey = primary.rest.sessions.createApiKey('backupadmin').key;
});
afterAll(async () => {
  await endPrograms();
  await deployment.stop();
});

interface Run {
  readonly input?: string;
  readonly env?: Record<string, string>;
}

/** Runs the command to its end: exit code and output. */
const credential = async (args: readonly string[], { input, env }: Run = {}) => {
  const where = { NBWSS_URL: deployment.cloud.apiUrl, NBWSS_API_KEY: deployment.adminKey };
  const program = nbwss(['credential', ...args], { ...where, ...env }, input);
  const code = await program.ended;
  // Whatever happens, neither key is printed.
  expect(program.output).not.toContain(netbackupKey);
  expect(program.output).not.toContain(deployment.adminKey);
  return { code, output: program.output };
};

test('stores a key from a pipe, which calls then use, and shows since when', async () => {
  expect(await credential(['set', 'demo'], { input: `${netbackupKey}\n` })).toEqual({
    code: 0,
    output: 'Stored and encrypted. It cannot be shown again.\n',
  });
  const key = await createClientKey(deployment.cloud);
  const headers = { authorization: key };
  const jobs = await deployment.http('GET', '/v1/groups/demo/netbackup/admin/jobs', { key: '', headers });
  expect(jobs.status).toBe(200);
  const shown = await credential(['show', 'demo']);
  expect(shown.output).toMatch(/^A NetBackup API key is stored, since 20\S+Z, by the key [0-9a-z]{16}\n$/);
});

test('standard input can hold one of the two keys only', async () => {
  const input = `${deployment.adminKey}\n`;
  const args = ['--key-file', '-'];
  expect((await credential(['show', 'demo', ...args], { input, env: { NBWSS_API_KEY: '' } })).code).toBe(0);
  const both = await credential(['set', 'demo', ...args], { input });
  expect(both).toMatchObject({ code: 1, output: expect.stringMatching(/^Standard input can hold one key/) });
});

test.each<[string, readonly string[], number, RegExp]>([
  ['an empty pipe', ['set', 'demo'], 1, /^Standard input is not a key/],
  ['a key as an argument', ['set', 'demo', 'Akey'], 2, /too many arguments/],
])(
  '%s is refused',
  async (_, args, expected, why) => {
    const { code, output } = await credential(args, { input: '' });
    expect(code).toBe(expected);
    expect(output).toMatch(why);
  },
  120_000,
);
