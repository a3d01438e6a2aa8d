import { readFileSync } from 'node:fs';
import { posix } from 'node:path';
import { MAY_SEE } from '../support/layers.ts';
import { filesIn } from '../support/source-files.ts';

type Source = readonly [file: string, text: string];

/** Types are not included: the signature of a function may need one that no file names. */
const EXPORT = /^export (?:default )?(?:async )?(?:abstract )?(?:const|function\*?|class) (\w+)/gm;
const NAMED = /^(?:import|export)\s[^'";]*?\{([^}]*)\}\s*from\s*['"](\.[^'"]+)['"]/gm;
const WHOLE = /(?:\* as \w+ from|\* from|\bimport\()\s*['"](\.[^'"]+)['"]/g;

/** Imported by what is generated: the functions' bundles, and the bundle of the test of the console's texts. */
const isEntry = (name: string): boolean =>
  /^lambdas\/functions\/[\w-]+\.ts#handler$/.test(name) || name === 'console/src/i18n/words.ts#allWords';

const usesOf = ([file, text]: Source): string[] => {
  const nameIn = (from: string, name: string) => `${posix.join(posix.dirname(file), from)}#${name}`;
  const named = [...text.matchAll(NAMED)].flatMap(([, names = '', from = '']) =>
    names.split(',').map((name) => nameIn(from, name.trim().replace(/^type | as .*/g, ''))),
  );
  return [...named, ...[...text.matchAll(WHOLE)].map(([, from = '']) => nameIn(from, '*'))];
};

const unusedIn = (sources: readonly Source[], all: readonly Source[]): string[] => {
  const used = new Set(all.flatMap(usesOf));
  return sources
    .filter(([file]) => !used.has(`${file}#*`))
    .flatMap(([file, text]) => [...text.matchAll(EXPORT)].map(([, name]) => `${file}#${name}`))
    .filter((name) => !used.has(name) && !isEntry(name));
};

const read = (folders: readonly string[]): Source[] =>
  filesIn(folders).map((file) => [file, readFileSync(file, 'utf8')]);

it('every value that a file exports is imported by another', () => {
  const sources = read([...Object.keys(MAY_SEE), 'bench']);
  expect(unusedIn(sources, [...sources, ...read(['test'])])).toEqual([]);
});

it('the check finds an export that no file imports', () => {
  const source: Source = ['a/b.ts', 'export const x = 1;\nexport async function y() {}\nexport class Z {}'];
  const user = (text: string): Source => ['a/c/d.ts', text];
  expect(unusedIn([source], [source])).toEqual(['a/b.ts#x', 'a/b.ts#y', 'a/b.ts#Z']);
  expect(unusedIn([source], [user("import {\n  x,\n  y as z,\n} from '../b.ts';")])).toEqual(['a/b.ts#Z']);
  expect(unusedIn([source], [user("export { x, type Z } from '../b.ts';")])).toEqual(['a/b.ts#y']);
  expect(unusedIn([source], [user("const b = await import('../b.ts');")])).toEqual([]);
  expect(unusedIn([source], [user("import * as b from '../b.ts';")])).toEqual([]);
});
