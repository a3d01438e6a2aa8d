import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountOf } from '../../../bin/nbwss/account.ts';
import { openProfile, type Profile } from '../../../bin/nbwss/profile.ts';

const connection = { apiUrl: 'http://localhost:9080', apiKey: 'local-key', adminKey: 'local-admin-key' };
const cloud = { url: 'https://api.example.com', key: 'profile-key' };
const environment = { ...process.env };

let dir: string;
let state: string;
let keyFile: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'account-'));
  state = join(dir, 'state');
  keyFile = join(dir, 'key');
  await mkdir(state);
  await writeFile(join(state, 'connection.json'), JSON.stringify(connection));
  await writeFile(keyFile, 'k\n');
  process.env['XDG_CONFIG_HOME'] = join(dir, 'config');
});
afterEach(async () => {
  process.env = { ...environment };
  await rm(dir, { recursive: true });
});

const write = async (name: string, profile: Profile): Promise<string> => {
  const created = await openProfile(name, true);
  await created.write(profile);
  return created.file;
};

describe('without a profile', () => {
  it('uses the given URL and key', async () => {
    const given = { url: 'https://api.example.com//', keyFile };
    expect(await accountOf(given)).toEqual({ url: 'https://api.example.com', key: 'k' });
  });

  it('uses URL and key of the environment, also before a local deployment', async () => {
    Object.assign(process.env, { NBWSS_URL: 'https://cloud.example.com', NBWSS_API_KEY: 'cloud-key' });
    const expected = { url: 'https://cloud.example.com', key: 'cloud-key' };
    expect(await accountOf({ state })).toEqual(expected);
  });

  it('uses URL and key of the local deployment, and its admin key for the admin role', async () => {
    expect(await accountOf({ state })).toEqual({ url: 'http://localhost:9080', key: 'local-key' });
    expect((await accountOf({ state }, 'admin')).key).toBe('local-admin-key');
  });

  it.each(['two\nlines', 'a b', 'sécret'])('refuses the key %j without showing it', async (key) => {
    Object.assign(process.env, { NBWSS_URL: 'https://cloud.example.com', NBWSS_API_KEY: key });
    await expect(accountOf({})).rejects.toThrow(/^The API key is not a key\. One line without spaces/);
    Object.assign(process.env, { NBWSS_API_KEY: 'cloud-key\r\n' });
    expect((await accountOf({})).key).toBe('cloud-key');
  });

  it('ignores an empty URL in the environment', async () => {
    process.env['NBWSS_URL'] = '';
    expect((await accountOf({ state })).url).toBe('http://localhost:9080');
  });

  it('does not combine a URL and a key of different sources', async () => {
    process.env['NBWSS_API_KEY'] = 'cloud-key';
    expect((await accountOf({ state })).key).toBe('local-key');
    delete process.env['NBWSS_API_KEY'];
    await expect(accountOf({ url: 'https://cloud.example.com', state })).rejects.toThrow(
      /No API key is given/,
    );
  });

  it('refuses text that is not a URL, and says what to do when no deployment is given', async () => {
    for (const url of ['api', 'localhost:9080', 'ftp://api.example.com'])
      await expect(accountOf({ url, keyFile })).rejects.toThrow(`"${url}" is not a URL`);
    await expect(accountOf({ state: join(dir, 'none') })).rejects.toThrow(
      /No deployment is given. Use nbwss init/,
    );
  });
});

describe('with profiles', () => {
  it('uses the default profile, and a named one by option or environment', async () => {
    await write('default', cloud);
    await write('other', { url: 'https://other.example.com', key: 'other-key' });
    expect(await accountOf({})).toEqual(cloud);
    expect((await accountOf({ profile: 'other' })).key).toBe('other-key');
    process.env['NBWSS_PROFILE'] = 'other';
    expect((await accountOf({})).key).toBe('other-key');
    expect((await accountOf({ profile: 'default' })).key).toBe('profile-key');
  });

  it('prefers a local deployment that is named, or that runs in this folder', async () => {
    await write('default', cloud);
    expect((await accountOf({ state })).key).toBe('local-key');
    await rm(join(state, 'connection.json'));
    expect((await accountOf({ state })).key).toBe('profile-key');
    await writeFile(join(state, 'lock'), `${process.pid}`);
    await expect(accountOf({ state })).rejects.toThrow(/connection.json cannot be read/);
  });

  it('reads the keys of a local deployment from its folder, since each start has new ones', async () => {
    await write('default', { state });
    expect((await accountOf({}, 'admin')).key).toBe('local-admin-key');
    await writeFile(join(state, 'connection.json'), JSON.stringify({ ...connection, adminKey: 'next' }));
    expect((await accountOf({}, 'admin')).key).toBe('next');
  });

  it('sends a key from a file to the address of the profile, but never the key of a profile elsewhere', async () => {
    await write('default', cloud);
    expect(await accountOf({ keyFile })).toEqual({ ...cloud, key: 'k' });
    await expect(accountOf({ url: 'https://elsewhere.example.com' })).rejects.toThrow(/No API key is given/);
    await expect(accountOf({ url: 'https://x.example.com', profile: 'default' })).rejects.toThrow(
      /--url or --profile, not both/,
    );
  });

  it('names the profiles that exist when there is no such profile', async () => {
    await write('default', cloud);
    await expect(accountOf({ profile: 'berlin' })).rejects.toThrow(
      /no profile "berlin". There are: default. nbwss init/,
    );
    await expect(accountOf({ profile: '../x' })).rejects.toThrow(/"..\/x" is not a name of a profile/);
  });

  it.each([
    ['of another version', JSON.stringify({ version: 2, ...cloud }), /has the version 2, and .* version 1/],
    ['without a version', JSON.stringify(cloud), /has the version undefined/],
    ['that is not complete', JSON.stringify({ version: 1, url: 'x' }), /is not complete/],
    ['that is not JSON', '{', /is not a profile/],
  ])('refuses a profile %s', async (_, text, why) => {
    await writeFile(await write('default', cloud), text);
    await expect(accountOf({})).rejects.toThrow(why);
  });

  it('refuses a profile that other users can read', async () => {
    await chmod(await write('default', cloud), 0o640);
    await expect(accountOf({})).rejects.toThrow(/other users have access to it: chmod 600/);
  });
});
