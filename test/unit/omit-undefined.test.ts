import { readFileSync } from 'node:fs';
import { omitUndefined } from '../../lambdas/platform/omit-undefined.ts';
import { MAY_SEE } from '../support/layers.ts';
import { filesIn } from '../support/source-files.ts';

it('removes the fields that are undefined, and no others', () => {
  const fields = { text: '', number: 0, flag: false, none: null, absent: undefined };
  expect(Object.entries(omitUndefined(fields))).toEqual([
    ['text', ''],
    ['number', 0],
    ['flag', false],
    ['none', null],
  ]);
});

it('makes fields that may be undefined optional', () => {
  const read = (): string | undefined => undefined;
  const result: { readonly id: number; readonly name?: string } = omitUndefined({ id: 1, name: read() });
  expect('name' in result).toBe(false);
});

describe('the sources', () => {
  const sources = filesIn([...Object.keys(MAY_SEE), 'bench']).map(
    (file) => [file, readFileSync(file, 'utf8')] as const,
  );

  it('have one omitUndefined, copied to the folders that may not import that of lambdas', () => {
    const copies = sources.filter(([file]) => file.endsWith('/omit-undefined.ts'));
    expect(copies.length).toBeGreaterThan(1);
    expect(new Set(copies.map(([, text]) => text)).size).toBe(1);
  });

  it.each([
    /\.\.\.\((\S+)\s+===\s+undefined\s+\?\s+\{\}\s+:\s+\{\s+(?:\S+: )?\1,?\s+\}\)/,
    /\.\.\.\((\S+)\s+!==\s+undefined\s+(?:&&|\?)\s+\{\s+(?:\S+: )?\1,?\s+\}/,
  ])('include no field that is known with a condition: %s', (pattern) => {
    expect(sources.filter(([, text]) => pattern.test(text)).map(([file]) => file)).toEqual([]);
  });
});
