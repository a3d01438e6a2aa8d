import fc from 'fast-check';
import { describeJsonError, type JsonHint } from '../../../../netbackup/doctor/json-error.ts';

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
  expect(describeJsonError(text)).toEqual({ line, column, hint });
});

test('too deep nesting is a finding, not a stack overflow', () => {
  expect(describeJsonError('['.repeat(100_000)).hint).toBe('unexpected');
  expect(describeJsonError('{"a":'.repeat(100_000)).hint).toBe('unexpected');
});

test('finds a position inside every damaged JSON text', () => {
  const edit = fc.record({
    at: fc.nat(60),
    remove: fc.nat(3),
    insert: fc.constantFrom('', ',', '"', '}', '\\', "'", '\n', '0'),
  });
  fc.assert(
    fc.property(fc.json({ maxDepth: 3 }), fc.array(edit, { maxLength: 2 }), (json, edits) => {
      const text = edits.reduce(
        (now, { at, remove, insert }) => now.slice(0, at) + insert + now.slice(at + remove),
        json,
      );
      fc.pre(!isJson(text));
      const { line, column } = describeJsonError(text);
      expect(column).toBeGreaterThan(0);
      expect(column).toBeLessThanOrEqual((text.split('\n')[line - 1] ?? '').length + 1);
    }),
    { numRuns: 500 },
  );
});
