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

const nothing = { url: undefined, key: undefined };

it('an address and a key that are given', async () => {
  const given = { url: 'https://api.example.com//', key: 'k' };
  expect(await accountOf(given, local)).toEqual({ url: 'https://api.example.com', key: 'k' });
});

it('both of the environment', async () => {
  Object.assign(process.env, { NBWSS_URL: 'https://cloud.example.com', NBWSS_API_KEY: 'cloud-key' });
  expect(await accountOf(nothing, local)).toEqual({ url: 'https://cloud.example.com', key: 'cloud-key' });
});

it('both of the local deployment', async () => {
  expect(await accountOf(nothing, local)).toEqual({ url: 'http://localhost:9080', key: 'local-key' });
});

it('the administrator of the local deployment, for who asks', async () => {
  expect(await accountOf(nothing, local, 'admin')).toEqual({
    url: 'http://localhost:9080',
    key: 'local-admin-key',
  });
});

it('an address of the environment that is empty is none', async () => {
  process.env['NBWSS_URL'] = '';
  expect(await accountOf(nothing, local)).toEqual({ url: 'http://localhost:9080', key: 'local-key' });
});

it('never the key of one at the address of the other', async () => {
  process.env['NBWSS_API_KEY'] = 'cloud-key';
  expect((await accountOf(nothing, local)).key).toBe('local-key');
  delete process.env['NBWSS_API_KEY'];
  await expect(accountOf({ ...nothing, url: 'https://cloud.example.com' }, local)).rejects.toThrow(
    /Which API key/,
  );
});

it.each([
  ['no address', nothing, /Where is the deployment/],
  ['what is no URL', { url: 'api', key: 'k' }, /"api" is no URL/],
])('%s is refused', async (_, given, why) => {
  await expect(accountOf(given, join(dir, 'none.json'))).rejects.toThrow(why);
});
