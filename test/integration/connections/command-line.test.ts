/** `nbwss groups`, `endpoints` and `credential`: a domain is connected with the command line only. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClientKey } from '../../../bin/nbwss/local-setup.ts';
import { parseDetails } from '../../../netbackup/wire/endpoint-details.ts';
import { commandLineOf } from '../../support/command-line.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { sessionOf } from './support.ts';

let deployment: Deployment;
let dir: string;
let nbwss: Awaited<ReturnType<typeof commandLineOf>>;
beforeAll(async () => {
  deployment = await startDeployment();
  dir = await mkdtemp(join(tmpdir(), 'nbwss-cli-'));
  nbwss = await commandLineOf(deployment, dir);
});
afterAll(async () => {
  await deployment.stop();
  await rm(dir, { recursive: true });
});

test('a group is created, connected, rotated, revoked and deleted', async () => {
  const file = join(dir, 'details.json');
  const settings = ['--description', 'Berlin', '--time-zone', 'Europe/Berlin'];
  expect(await nbwss('groups', 'create', 'cli', ...settings)).toContain('endpoints create cli');
  await nbwss('endpoints', 'create', 'cli', '--priority', '2', '--out', file);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const details = parseDetails(await readFile(file, 'utf8'));
  expect(details).toMatchObject({ groupId: 'cli', priority: 2 });
  const client = await deployment.connect(details);
  expect(await nbwss('groups', 'list')).toMatch(/^cli {2}connected {2}since 20.*time zone Europe\/Berlin$/m);
  expect(JSON.parse(await nbwss('groups', 'show', 'cli'))).toMatchObject({
    description: 'Berlin',
    timeZone: 'Europe/Berlin',
    utcOffset: { source: 'configured' },
  });

  await nbwss('endpoints', 'rotate', 'cli', '--overlap', '0', '--out', file);
  await client.closed;
  const rotated = parseDetails(await readFile(file, 'utf8'));
  const next = await deployment.connect(rotated);
  await nbwss('groups', 'disconnect', 'cli');
  await next.closed;

  const invited = new URL((await nbwss('endpoints', 'invite', 'cli')).split('\n')[0] ?? '');
  const read = await deployment.http('GET', invited.pathname, { key: '' });
  const last = await deployment.connect(read.json);
  await nbwss('endpoints', 'revoke', 'cli');
  await last.closed;
  await deployment.cloud.drained();
  expect(await sessionOf(deployment, 'cli')).toMatchObject({ connected: false });
  expect(await nbwss('groups', 'list')).toMatch(/disconnected.*revoked/);

  await nbwss('endpoints', 'disable', 'cli');
  await nbwss('endpoints', 'enable', 'cli');
  await nbwss('endpoints', 'delete', 'cli');
  expect(await nbwss('groups', 'delete', 'cli')).toBe('Deleted.');
  await expect(nbwss('groups', 'show', 'cli')).rejects.toThrow(/The group "cli" does not exist.*404/);
});

test('groups have labels, by which they are listed', async () => {
  await nbwss('groups', 'create', 'east', '--label', 'customer=acme', 'site=a=b');
  await nbwss('groups', 'create', 'west');
  expect(await nbwss('groups', 'list', '--label', 'customer=acme', 'site=a=b')).toBe(
    'east  never-connected  customer=acme  site=a=b',
  );
  await nbwss('groups', 'label', 'west', 'customer=acme');
  expect(await nbwss('groups', 'list', '--label', 'customer=acme')).toMatch(/^east .*\nwest /);
  await nbwss('groups', 'label', 'east', '--none');
  expect(await nbwss('groups', 'list', '--label', 'customer=acme')).toMatch(/^west /);
  await expect(nbwss('groups', 'label', 'east')).rejects.toThrow('or --none');
  await expect(nbwss('groups', 'label', 'east', 'a', '--none')).rejects.toThrow('or --none');
  await expect(nbwss('groups', 'label', 'east', 'customer')).rejects.toThrow('write it as key=value');
  await expect(nbwss('groups', 'label', 'east', 'a=1', 'a=2')).rejects.toThrow('twice');
});

test('a NetBackup API key is stored, shown as stored, and deleted', async () => {
  await nbwss('groups', 'create', 'own');
  const file = join(dir, 'netbackup-key');
  await writeFile(file, 'Aplanted-key\n');
  const set = (group: string) => nbwss('credential', 'set', group, '--from-file', file);
  const injected = async () => {
    const headers = { authorization: await createClientKey(deployment.cloud) };
    return (await deployment.http('GET', '/v1/groups/own/netbackup/admin/jobs', { key: '', headers })).json
      .code;
  };
  expect(await nbwss('credential', 'show', 'own')).toBe(
    'No key is stored. To store one: nbwss credential set own',
  );
  expect(await injected()).toBe('no-netbackup-credential');

  expect(await set('own')).toBe('Stored and encrypted. It cannot be shown again.');
  const [keyId] = deployment.adminKey.slice('nbk_'.length).split('.');
  expect(await nbwss('credential', 'show', 'own')).toMatch(
    new RegExp(`^A NetBackup API key is stored, since 20\\S+Z, by the key ${keyId}$`),
  );
  // The key is used: the remaining error is that the domain is not connected.
  expect(await injected()).toBe('not-connected');

  expect(await nbwss('credential', 'delete', 'own')).toMatch(/^Deleted/);
  expect(await nbwss('credential', 'delete', 'own')).toBe('No key was stored.');
  expect(await injected()).toBe('no-netbackup-credential');

  await expect(set('none')).rejects.toThrow(/The group "none" does not exist/);
  await writeFile(file, 'nbk_x\n');
  await expect(set('own')).rejects.toThrow(/API key of NetBackup, not of this endpoint/);
});

test('an error is one sentence, with its id in the log', async () => {
  await expect(nbwss('groups', 'create', "o'neil")).rejects.toThrow(
    /groupId: must be 1 to 64.*\(400, [0-9a-f-]{36}\)/,
  );
  await nbwss('groups', 'create', 'lonely');
  await expect(nbwss('endpoints', 'rotate', 'lonely')).rejects.toThrow('endpoints create lonely');
});
