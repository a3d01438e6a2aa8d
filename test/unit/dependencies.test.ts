/** What `npm ci` installs: from the registry, unchanged, under licences that we accept, and without running unknown code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import packageJson from '../../package.json';
import { isAllowedLicence, lockedPackages, violations } from '../support/lock-file.ts';

const RULES = {
  licences: new Set([
    '0BSD',
    'Apache-2.0',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'BlueOak-1.0.0',
    'ISC',
    'MIT',
    'MIT-0',
  ]),
  installScripts: new Set(Object.keys(packageJson.allowScripts)),
};

it('every package keeps the rules', () => {
  const packages = lockedPackages();
  expect(Object.keys(packages).length).toBeGreaterThan(300);
  expect(violations(packages, RULES)).toEqual([]);
});

it('no package is allowed an install script without having one', () => {
  const { licences } = RULES;
  const found = violations(lockedPackages(), { licences, installScripts: new Set() });
  expect(new Set(found.map(([name]) => name))).toEqual(RULES.installScripts);
});

it('a workflow uses actions by their commit, which a tag cannot replace', () => {
  const folder = join(__dirname, '../../.github/workflows');
  const used = readdirSync(folder).flatMap((name) =>
    [...readFileSync(join(folder, name), 'utf8').matchAll(/uses: (.*)/g)].map(([, action]) => action),
  );
  expect(used.length).toBeGreaterThan(6);
  expect(used.filter((action) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(action ?? ''))).toEqual([]);
});

const locked = {
  license: 'MIT',
  resolved: 'https://registry.npmjs.org/a/-/a-1.0.0.tgz',
  integrity: 'sha512-x',
};

it.each<[object, string[]]>([
  [{}, []],
  [{ license: 'GPL-3.0-only' }, ['has the licence GPL-3.0-only']],
  [{ license: 'GPL-3.0-only', dev: true }, []],
  [{ license: undefined }, ['has the licence none']],
  [{ hasInstallScript: true }, ['has an install script']],
  [{ hasInstallScript: true, dev: true }, ['has an install script']],
  [{ resolved: 'git+ssh://git@github.com/a/a.git' }, ['comes from git+ssh://git@github.com/a/a.git']],
  [{ resolved: 'https://registry.npmjs.org.evil.example/a.tgz' }, [expect.stringMatching(/^comes from/)]],
  [{ resolved: undefined }, []],
  [{ resolved: undefined, integrity: undefined }, ['has no SHA-512']],
  [{ resolved: undefined, integrity: undefined, inBundle: true }, []],
  [{ integrity: 'sha1-x' }, ['has no SHA-512']],
])('a package with %j: %j', (change, problems) => {
  const found = violations({ '': {}, 'node_modules/x/node_modules/@a/b': { ...locked, ...change } }, RULES);
  expect(found).toEqual(problems.map((problem) => ['@a/b', problem]));
});

it.each([
  ['MIT', true],
  ['(MIT OR GPL-3.0-or-later)', true],
  ['GPL-3.0-or-later OR ISC', true],
  ['MIT AND ISC', true],
  ['MIT AND GPL-2.0-only', false],
  ['SEE LICENSE IN LICENSE', false],
  ['UNLICENSED', false],
])('the licence %s is accepted: %s', (expression, expected) => {
  expect(isAllowedLicence(expression, RULES.licences)).toBe(expected);
});
