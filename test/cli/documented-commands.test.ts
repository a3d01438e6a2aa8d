/** The commands of the documentation, run as printed, in a folder with `npm start`. */
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ConnectionFile } from '../../bin/nbwss/connection-file.ts';
import { DEFAULT_USERS } from '../../netbackup/simulator/rest/sessions.ts';
import { curl } from '../support/curl.ts';
import { ASSEMBLY } from '../support/deployment.ts';
import {
  type DocumentedCommand,
  documentedBlocks,
  isRunnable,
  testedElsewhere,
} from '../support/documented-commands.ts';
import { BUNDLED_NBWSS, endPrograms, Program } from '../support/process.ts';

let folder: string;
/** A credential of the simulated NetBackup. */
let credential: string;
/** What the documents' placeholders stand for here. */
let placeholders: readonly (readonly [string, string])[];
let connection: ConnectionFile;

const program = (...args: string[]) =>
  new Program([BUNDLED_NBWSS, ...args], {
    cwd: folder,
    env: { NBWSS_URL: '', NBWSS_API_KEY: '', XDG_CONFIG_HOME: folder },
    input: credential,
  });
/** Runs `nbwss`, which must succeed. */
const run = async (...args: string[]): Promise<string> => {
  const one = program(...args);
  const code = await one.ended;
  if (code !== 0) throw new Error(`nbwss ${args.join(' ')} ended with ${code}: ${one.output}`);
  return one.output;
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nbwss-documented-'));
  cpSync(ASSEMBLY, join(folder, '.local', 'cdk.out'), { recursive: true });
  const started = program('start', '--port', '0', '--api-port', '0');
  await started.says(/stored {7}job 147/);
  connection = JSON.parse(readFileSync(join(folder, '.local/connection.json'), 'utf8'));
  const { apiUrl, apiKey, adminKey } = connection;
  const [{ userName, password } = { userName: '', password: '' }] = DEFAULT_USERS;
  const login = await fetch(`${apiUrl}/v1/groups/demo/netbackup/login`, {
    method: 'POST',
    headers: { 'x-api-key': apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ userName, password }),
  });
  credential = ((await login.json()) as { token: string }).token;
  placeholders = [
    ['$API', apiUrl],
    ['$NETBACKUP_KEY', credential],
    ['$ADMIN_KEY', adminKey],
    ['$KEY', apiKey],
  ];
});
afterAll(async () => {
  await endPrograms();
  rmSync(folder, { recursive: true, force: true });
});

/** Calls the API as the administrator. */
const post = async (path: string, body: object): Promise<void> => {
  const response = await fetch(`${connection.apiUrl}${path}`, {
    method: 'POST',
    headers: { 'x-api-key': connection.adminKey, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(201);
};
/** Creates what the documents expect before the first of these commands. */
const prepare = async (commands: readonly DocumentedCommand[], groupId: string): Promise<void> => {
  const creates = (what: string) => commands.some(({ text }) => text.includes(`${what} create`));
  if (creates('groups')) return;
  await post('/v1/groups', { groupId });
  if (!creates('endpoints')) await post(`/v1/groups/${groupId}/endpoints`, { priority: 1 });
};

const runCommand = async ({ words }: DocumentedCommand, filled: (text: string) => string): Promise<void> => {
  const [name, ...args] = words.map(filled);
  if (name === 'npx') await run(...args.slice(1));
  else if (name === 'curl') expect((await curl(args)).status).toBe(200);
};

/** Each block has a group of its own. */
const blocks = documentedBlocks()
  .filter(({ needsAws }) => !needsAws)
  .map(({ file, line, commands }) => ({
    place: `${file}:${line}`,
    groupId: `berlin-${line}`,
    own: commands.filter((command) => isRunnable(command) && !testedElsewhere(command)),
  }))
  .filter(({ own }) => own.length > 0);

test.each(blocks)('$place', async ({ groupId, own }) => {
  const values = [...placeholders, ['berlin', groupId]] as const;
  if (own.some(({ text }) => text.includes('berlin'))) await prepare(own, groupId);
  for (const command of own)
    await runCommand(command, (text) =>
      values.reduce((filled, [from, to]) => filled.replaceAll(from, to), text),
    );
});
