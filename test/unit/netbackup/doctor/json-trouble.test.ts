import fc from 'fast-check';
import { findJsonTrouble, type JsonHint } from '../../../../netbackup/doctor/json-trouble.ts';

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

test.each<[JsonHint, string, line: number, column: number]>([
  ['html', '<!doctype html>', 1, 1],
  ['trailing-comma', '{"a":1,\n "b":2,\n}', 2, 7],
  ['trailing-comma', '[1,]', 1, 3],
  ['missing-comma', '{"a":1\n "b":2}', 2, 2],
  ['missing-comma', '[{} {}]', 1, 5],
  ['line-break-in-string', '{"token":"abc\ndef"}', 1, 14],
  ['line-break-in-string', '{"groupId":"g,\r\n"url":"x"}', 1, 15],
  ['control-character', '{"a":"\t"}', 1, 7],
  ['typographic-quotes', '{“a”:1}', 1, 2],
  ['typographic-quotes', '{"a":“b”}', 1, 6],
  ['single-quotes', "{'a':1}", 1, 2],
  ['yen-sign', '{"a":"say ¥"hello¥""}', 1, 11],
  ['yen-sign', '{¥"a¥":1}', 1, 2],
  ['bad-escape', '{"a":"C:\\users"}', 1, 10],
  ['extra-text', '{"a":1}}', 1, 8],
  ['extra-text', '{"a":1}\n{"a":2}', 2, 1],
  ['unfinished', '{"a":1', 1, 7],
  ['unfinished', '{"a":"b', 1, 6],
  ['unfinished', '', 1, 1],
  ['unexpected', '{"a":01}', 1, 6],
  ['unexpected', '{"a" 1}', 1, 6],
])('%s: %j', (hint, text, line, column) => {
  expect(isJson(text)).toBe(false);
  expect(findJsonTrouble(text)).toEqual({ line, column, hint });
});

test('says nothing against JSON, a ¥ in it included', () => {
  expect(findJsonTrouble('{"price":"¥","path":"C:¥x","list":[1,-2.5e3,true,null,{}]} ')).toBeUndefined();
});

test('nesting beyond reason ends in a finding, not in a stack overflow', () => {
  expect(findJsonTrouble('['.repeat(100_000))?.hint).toBe('unexpected');
  expect(findJsonTrouble('{"a":'.repeat(100_000))?.hint).toBe('unexpected');
});

test('agrees with JSON.parse on what is JSON, whatever happened to it', () => {
  const cut = fc.record({
    at: fc.nat(60),
    remove: fc.nat(3),
    insert: fc.constantFrom('', ',', '"', '}', '\\', "'", '\n', '0'),
  });
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), fc.array(cut, { maxLength: 2 }), (json, cuts) => {
      const text = cuts.reduce(
        (now, { at, remove, insert }) => now.slice(0, at) + insert + now.slice(at + remove),
        json,
      );
      expect(findJsonTrouble(text) === undefined).toBe(isJson(text));
    }),
    { numRuns: 500 },
  );
});
