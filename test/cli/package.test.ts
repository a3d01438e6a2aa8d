/** What `npm pack` makes of this project, installed into another folder. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { endPrograms, Program, ROOT } from '../support/process.ts';

let folder: string;
let installed: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nbwss-package-'));
  const packed = spawnSync('npm', ['pack', '--ignore-scripts', '--pack-destination', folder], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const tarball = packed.stdout.trim().split('\n').at(-1) ?? '';
  expect([packed.status, tarball]).toEqual([0, expect.stringMatching(/\.tgz$/)]);
  installed = join(folder, 'node_modules/nbwss-endpoint');
  mkdirSync(installed, { recursive: true });
  const unpacked = spawnSync('tar', [
    'xzf',
    join(folder, tarball),
    '-C',
    installed,
    '--strip-components',
    '1',
  ]);
  expect(unpacked.status).toBe(0);
  symlinkSync(join(ROOT, 'node_modules'), join(installed, 'node_modules'));
});
afterAll(async () => {
  await endPrograms();
  rmSync(folder, { recursive: true, force: true });
});

const nbwss = (...args: string[]) =>
  new Program([join(installed, 'bin/nbwss.cjs'), ...args], {
    cwd: folder,
    env: { NBWSS_URL: '', NBWSS_API_KEY: '' },
  });

test('it holds the command line and its documents, and no test', () => {
  const expected = ['CHANGELOG.md', 'LICENSE', 'README.md', 'bin', 'cdk.json', 'client', 'console', 'docs'];
  expect(readdirSync(installed).sort()).toEqual(
    [
      ...expected,
      'gateway',
      'lambdas',
      'lib',
      'local',
      'node_modules',
      'package.json',
      'netbackup',
      'tsconfig.json',
    ].sort(),
  );
});

test('what it imports is a dependency, not a development dependency', () => {
  const { dependencies } = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  const files = readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter(
    (name) => /\.(ts|mjs|cjs)$/.test(name) && !name.startsWith('node_modules'),
  );
  const imported = files.flatMap((file) =>
    [
      ...readFileSync(join(installed, file), 'utf8').matchAll(
        /^(?:import|export) (?!type ).*from '([^.'][^']*)'/gm,
      ),
    ].map(([, name = '']) => name),
  );
  const packages = new Set(
    imported
      .filter((name) => !name.startsWith('node:'))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      ),
  );
  expect([...packages].filter((name) => dependencies[name] === undefined)).toEqual([]);
});

test('it runs from another folder, and keeps its state there', async () => {
  const program = nbwss('start', '--no-simulator', '--port', '0', '--api-port', '0');
  await program.says(/Waiting for a client of your own/, 230_000);
  const groups = nbwss('groups', 'list');
  expect([await groups.ended, groups.output]).toEqual([0, expect.stringMatching(/^demo +never-connected/)]);
  expect(await program.interrupt()).toBe(0);
  expect(existsSync(join(installed, '.local'))).toBe(false);
  // The folder contains keys, so it must not be committed.
  expect(readFileSync(join(folder, '.local/.gitignore'), 'utf8')).toBe('*\n');
});
