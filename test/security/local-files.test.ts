/** Attacks of another user of this machine on the files of a local deployment. */
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accountOf } from '../../bin/nbwss/account.ts';
import { authorityIn } from '../../bin/nbwss/authority.ts';
import { loadOrCreateCertificate } from '../../bin/nbwss/certificate.ts';
import { createPrivateFolder } from '../../bin/nbwss/private-folder.ts';
import { generateInto } from '../../bin/nbwss/verified-output.ts';
import { endPrograms, nbwss } from '../support/process.ts';

let parent: string;
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'nbwss-files-'));
});
afterEach(async () => {
  await endPrograms();
  rmSync(parent, { recursive: true, force: true });
});

const modeOf = (path: string): number => statSync(path).mode & 0o777;
/** A folder that others may change, whatever the umask. */
const openFolder = (name: string): string => {
  const dir = join(parent, name);
  mkdirSync(dir, { recursive: true });
  chmodSync(dir, 0o777);
  return dir;
};
/** A folder of another user: only root can make one, and only root owns all of them. */
const foreignFolder = (): string => {
  if (process.geteuid?.() !== 0) return '/usr';
  const dir = openFolder('foreign');
  chownSync(dir, 12_345, 12_345);
  return dir;
};

describe('a private folder', () => {
  test('is created for its owner only', async () => {
    const dir = join(parent, 'a/b');
    expect(await createPrivateFolder(dir)).toBe(true);
    expect(modeOf(dir)).toBe(0o700);
  });

  test.each([0o777, 0o775, 0o755, 0o750])('of mode %o is corrected', async (mode) => {
    const dir = openFolder('open');
    chmodSync(dir, mode);
    expect(await createPrivateFolder(dir)).toBe(false);
    expect(modeOf(dir)).toBe(0o700);
  });

  test('behind a link is corrected', async () => {
    const dir = openFolder('open');
    symlinkSync(dir, join(parent, 'link'));
    await createPrivateFolder(join(parent, 'link'));
    expect(modeOf(dir)).toBe(0o700);
  });

  test('of another user is refused, also behind a link', async () => {
    const foreign = foreignFolder();
    symlinkSync(foreign, join(parent, 'link'));
    await expect(createPrivateFolder(foreign)).rejects.toThrow(/belongs to another user/);
    await expect(createPrivateFolder(join(parent, 'link'))).rejects.toThrow(/belongs to another user/);
    await expect(authorityIn(foreign)).rejects.toThrow(/belongs to another user/);
  });

  test('behind a link of another user is refused', async () => {
    if (process.geteuid?.() !== 0) return;
    const { lchownSync } = await import('node:fs');
    symlinkSync(openFolder('own'), join(parent, 'link'));
    lchownSync(join(parent, 'link'), 12_345, 12_345);
    await expect(createPrivateFolder(join(parent, 'link'))).rejects.toThrow(/link of another user/);
  });

  test('is not a file', async () => {
    writeFileSync(join(parent, 'file'), '');
    await expect(createPrivateFolder(join(parent, 'file'))).rejects.toThrow(
      /file cannot be created|not a folder/,
    );
  });
});

describe('generated files that are run', () => {
  const generate = async (folder: string) => {
    mkdirSync(join(folder, 'asset.1'));
    writeFileSync(join(folder, 'asset.1/index.mjs'), 'ours');
    writeFileSync(join(folder, 'manifest.json'), '{}');
  };
  let dir: string;
  const update = (sources = 'same') => generateInto(dir, sources, generate);
  beforeEach(async () => {
    dir = join(parent, 'out');
    expect(await update()).toBe(true);
  });
  const isOurs = () => {
    expect(readFileSync(join(dir, 'asset.1/index.mjs'), 'utf8')).toBe('ours');
    expect(readdirSync(dir).sort()).toEqual(['.digests.json', 'asset.1', 'manifest.json']);
    expect(readdirSync(join(dir, 'asset.1'))).toEqual(['index.mjs']);
    expect(readdirSync(parent)).toEqual(['out']);
  };

  test('are used again while nothing has changed', async () => {
    expect(await update()).toBe(false);
    expect([modeOf(dir), modeOf(join(dir, '.digests.json'))]).toEqual([0o700, 0o600]);
    isOurs();
  });

  test('are generated again for other sources; those of before stay', async () => {
    const other = async (folder: string) => writeFileSync(join(folder, 'asset.2'), '');
    expect(await generateInto(dir, 'other', other)).toBe(true);
    expect(readdirSync(dir).sort()).toEqual(['.digests.json', 'asset.1', 'asset.2', 'manifest.json']);
    expect(await generateInto(dir, 'other', other)).toBe(false);
  });

  test.each<[string, () => void]>([
    ['a changed file', () => writeFileSync(join(dir, 'asset.1/index.mjs'), 'planted')],
    ['a file beside ours', () => writeFileSync(join(dir, 'asset.1/planted.mjs'), '')],
    ['another entry', () => mkdirSync(join(dir, 'node_modules'))],
    ['a removed file', () => rmSync(join(dir, 'manifest.json'))],
    [
      'a link to the same content',
      () => {
        writeFileSync(join(parent, 'planted'), 'ours');
        rmSync(join(dir, 'asset.1/index.mjs'));
        symlinkSync(join(parent, 'planted'), join(dir, 'asset.1/index.mjs'));
      },
    ],
    ['a manifest that others may write', () => chmodSync(join(dir, '.digests.json'), 0o666)],
    ['a manifest that is not JSON', () => writeFileSync(join(dir, '.digests.json'), 'x')],
    ['no manifest', () => rmSync(join(dir, '.digests.json'))],
  ])('are not run with %s', async (_, attack) => {
    attack();
    expect(await update()).toBe(true);
    rmSync(join(parent, 'planted'), { force: true });
    isOurs();
    expect(await update()).toBe(false);
  });

  test('stay unchanged when they cannot be generated', async () => {
    const failing = generateInto(dir, 'broken', async () => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
    isOurs();
    expect(await update()).toBe(false);
  });
});

test('a TLS key that others could have written is not used', async () => {
  const dir = join(parent, 'tls');
  const planted = await loadOrCreateCertificate(dir, []);
  expect((await loadOrCreateCertificate(dir, [])).key).toBe(planted.key);
  chmodSync(join(dir, 'tls-key.pem'), 0o666);
  expect((await loadOrCreateCertificate(dir, [])).key).not.toBe(planted.key);
});

test('no key is sent to an address that others could have written', async () => {
  const file = join(parent, 'connection.json');
  writeFileSync(file, JSON.stringify({ apiUrl: 'http://evil.example', adminKey: 'a', apiKey: 'b' }));
  chmodSync(file, 0o666);
  await expect(accountOf({ state: parent })).rejects.toThrow(/written by other users/);
});

test('npm start runs no planted code, and leaves no file that others can use', async () => {
  const [state, data] = [openFolder('state'), openFolder('data')];
  const marker = join(parent, 'marker');
  const planted = join(openFolder('state/cdk.out'), 'asset.planted');
  mkdirSync(planted);
  writeFileSync(join(planted, 'index.mjs'), `import fs from 'node:fs'; fs.writeFileSync('${marker}', '');`);
  const args = ['--state', state, '--data', data, '--port', '0', '--api-port', '0', '--no-simulator'];
  const program = nbwss(['start', ...args]);
  await program.says(/Waiting for a client of your own/);
  expect(program.output).toContain('Synthesized.');
  expect(await program.interrupt()).toBe(0);
  expect([existsSync(planted), existsSync(marker)]).toEqual([false, false]);
  const opened = [state, data].flatMap((dir) =>
    ['', ...(readdirSync(dir, { recursive: true }) as string[])]
      .map((name) => join(dir, name))
      .filter((path) => (modeOf(path) & 0o077) !== 0),
  );
  expect(opened).toEqual([]);
});

test('npm start refuses the folder of another user in one sentence', async () => {
  const foreign = foreignFolder();
  for (const args of [
    ['--state', foreign],
    ['--state', join(parent, 'state'), '--data', foreign],
  ]) {
    const program = nbwss(['start', ...args]);
    expect(await program.ended).toBe(1);
    expect(program.output).toBe(
      `${foreign} belongs to another user, who could change what it holds. Choose a folder of your own.\n`,
    );
  }
});
