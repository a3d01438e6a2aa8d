import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountOf } from '../../bin/nbwss/api-client.ts';

const connection = { apiUrl: 'http://localhost:9080', apiKey: 'local-key', adminKey: 'local-admin-key' };

let dir: string;
let local: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'account-'));
  local = join(dir, 'connection.json');
  await writeFile(local, JSON.stringify(connection));
});
afterAll(() => rm(dir, { recursive: true }));
afterEach(() => {
  delete process.env['NBWSS_URL'];
  delete process.env['NBWSS_API_KEY'];
});

const unset = { url: undefined, key: undefined };

it('uses the given URL and key', async () => {
  const given = { url: 'https://api.example.com//', key: 'k' };
  expect(await accountOf(given, local)).toEqual({ url: 'https://api.example.com', key: 'k' });
});

it('uses URL and key of the environment', async () => {
  Object.assign(process.env, { NBWSS_URL: 'https://cloud.example.com', NBWSS_API_KEY: 'cloud-key' });
  expect(await accountOf(unset, local)).toEqual({ url: 'https://cloud.example.com', key: 'cloud-key' });
});

it('uses URL and key of the local deployment', async () => {
  expect(await accountOf(unset, local)).toEqual({ url: 'http://localhost:9080', key: 'local-key' });
});

it('uses the admin key of the local deployment for the admin role', async () => {
  expect(await accountOf(unset, local, 'admin')).toEqual({
    url: 'http://localhost:9080',
    key: 'local-admin-key',
  });
});

it('ignores an empty URL in the environment', async () => {
  process.env['NBWSS_URL'] = '';
  expect(await accountOf(unset, local)).toEqual({ url: 'http://localhost:9080', key: 'local-key' });
});

it('does not combine a URL and a key of different sources', async () => {
  process.env['NBWSS_API_KEY'] = 'cloud-key';
  expect((await accountOf(unset, local)).key).toBe('local-key');
  delete process.env['NBWSS_API_KEY'];
  await expect(accountOf({ ...unset, url: 'https://cloud.example.com' }, local)).rejects.toThrow(
    /No API key is given/,
  );
});

it.each([
  ['no URL', unset, /No deployment is given/],
  ['text that is not a URL', { url: 'api', key: 'k' }, /"api" is not a URL/],
])('refuses %s', async (_, given, why) => {
  await expect(accountOf(given, join(dir, 'none.json'))).rejects.toThrow(why);
});
