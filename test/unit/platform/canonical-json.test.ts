import { canonical, canonicalJson, contentId } from '../../../lambdas/platform/canonical-json.ts';
import { hasInexactNumber } from '../../../lambdas/platform/json-text.ts';
import { isTimeStamp } from '../../../lambdas/protocol/time-stamp.ts';

it.each([
  ['{"b":1,"a":{"d":[{"z":1,"y":2}],"c":null}}', '{"a":{"c":null,"d":[{"y":2,"z":1}]},"b":1}'],
  ['{"10":1,"9":2,"__proto__":{"b":1,"a":2},"é":1}', '{"9":2,"10":1,"__proto__":{"a":2,"b":1},"é":1}'],
  ['[3,1,2]', '[3,1,2]'],
  ['"a\\ud800"', '"a\\ud800"'],
])('canonicalJson %s', (text, expected) => {
  expect(canonicalJson(JSON.parse(text))).toBe(expected);
});

it('contentId depends on where each part ends', () => {
  expect(contentId('a', 'b')).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(
    new Set([contentId('a', 'b'), contentId('ab', ''), contentId('a","b'), contentId('b', 'a')]).size,
  ).toBe(4);
});

it.each([
  ['9007199254740991', false],
  ['9007199254740992', true],
  ['-9007199254740992', true],
  ['1e400', true],
  ['0.1', false],
  ['-0', false],
  ['"9007199254740993"', false],
  ['null', false],
  ['{"a":[{"b":1e300}]}', true],
  ['[]', false],
])('hasInexactNumber %s: %s', (text, expected) => {
  expect(hasInexactNumber(JSON.parse(text))).toBe(expected);
});

it('hasInexactNumber reads any depth', () => {
  expect(hasInexactNumber(JSON.parse(`${'['.repeat(50_000)}1e400${']'.repeat(50_000)}`))).toBe(true);
});

it.each([
  [0, true],
  [1_700_000_000, true],
  [253_402_300_799, true],
  [253_402_300_800, false],
  [-1, false],
  [0.5, false],
  [Number.NaN, false],
  [Number.POSITIVE_INFINITY, false],
  ['1700000000', false],
  [undefined, false],
])('isTimeStamp %j: %s', (value, expected) => {
  expect(isTimeStamp(value)).toBe(expected);
});

it('the value is what its text says, also of numbers that JSON writes otherwise', () => {
  const { value, text } = canonical(JSON.parse('{"a":[-0,1e400,-1e400,1.50]}'));
  expect(text).toBe('{"a":[0,null,null,1.5]}');
  expect(value).toEqual(JSON.parse(text));
});
