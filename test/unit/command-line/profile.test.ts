import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openProfile, profileFolder, profileNames, readDefaultProfile } from '../../../bin/nbwss/profile.ts';

const environment = { ...process.env };
const profile = { url: 'https://api.example.com', key: 'k' };
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'profile-'));
  process.env['XDG_CONFIG_HOME'] = join(dir, 'config');
});
afterEach(async () => {
  process.env = { ...environment };
  await rm(dir, { recursive: true });
});

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

it('is a file for its owner only, in a folder for its owner only, with a version', async () => {
  const created = await openProfile('default', false);
  await created.write(profile);
  expect(await modeOf(created.file)).toBe(0o600);
  expect(await modeOf(profileFolder())).toBe(0o700);
  expect(JSON.parse(await readFile(created.file, 'utf8'))).toEqual({ version: 1, ...profile });
});

it('is not replaced unless that is said', async () => {
  await (await openProfile('default', false)).write(profile);
  await expect(openProfile('default', false)).rejects.toThrow(/The profile default exists. Use --force/);
  await (await openProfile('default', true)).write({ ...profile, key: 'new' });
  expect(await readDefaultProfile()).toMatchObject({ key: 'new' });
});

it('leaves nothing when it is discarded', async () => {
  await (await openProfile('default', false)).discard();
  expect(await readdir(profileFolder())).toEqual([]);
  expect(await profileNames()).toEqual([]);
});

it('is below the home folder unless XDG_CONFIG_HOME is an absolute path', () => {
  process.env['XDG_CONFIG_HOME'] = 'relative';
  expect(profileFolder()).toBe(join(homedir(), '.config/nbwss'));
});

it('a home that does not exist or cannot be written is named before anything is created', async () => {
  // Not even root can create a folder there, nor in a folder that is read-only.
  process.env['XDG_CONFIG_HOME'] = '/dev/null/none';
  await expect(openProfile('default', false)).rejects.toThrow(
    /The folder \/dev\/null\/none\/nbwss cannot be created \(E\w+\)/,
  );
  expect(await readDefaultProfile()).toBeUndefined();
});
