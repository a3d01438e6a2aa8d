import { mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecretFile, writeSecret } from '../../bin/nbwss/secret-file.ts';

let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'secret-'));
});
afterEach(() => rm(dir, { recursive: true }));

it('only the owner may read it, even if it replaces a public file', async () => {
  const file = join(dir, 'details.json');
  await writeFile(file, 'old', { mode: 0o644 });
  await writeSecret(file, 'new');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect(await readFile(file, 'utf8')).toBe('new');
  expect(await readdir(dir)).toEqual(['details.json']);
});

it('discard keeps the existing file', async () => {
  const file = join(dir, 'details.json');
  await writeFile(file, 'old');
  await (await openSecretFile(file)).discard();
  expect(await readFile(file, 'utf8')).toBe('old');
  expect(await readdir(dir)).toEqual(['details.json']);
});

it('opening fails when the file cannot be written', async () => {
  await expect(openSecretFile(join(dir, 'none', 'details.json'))).rejects.toThrow(/cannot be written/);
  await expect(openSecretFile(dir)).rejects.toThrow(/is a folder/);
});

it('follows a link, and does not replace a device', async () => {
  const file = join(dir, 'details.json');
  await writeFile(file, 'old');
  await symlink(file, join(dir, 'link'));
  await writeSecret(join(dir, 'link'), 'new');
  expect(await readFile(file, 'utf8')).toBe('new');
  await writeSecret('/dev/null', 'new');
  expect((await stat('/dev/null')).isFile()).toBe(false);
});
