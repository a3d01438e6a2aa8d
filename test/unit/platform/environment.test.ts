import { optional, optionalList, required, requiredNumber } from '../../../lambdas/platform/environment.ts';

const NAME = 'NBWSS_TEST_SETTING';
afterEach(() => {
  delete process.env[NAME];
});

it.each([undefined, ''])('the error names the variable that is %j', (value) => {
  if (value !== undefined) process.env[NAME] = value;
  expect(() => required(NAME)).toThrow(NAME);
});

it.each(['0', '-1', '1.5', 'x', '1e400'])('%s is not a positive whole number', (value) => {
  process.env[NAME] = value;
  expect(() => requiredNumber(NAME)).toThrow(NAME);
});

it.each([
  [undefined, undefined],
  ['', undefined],
  ['a', 'a'],
])('a setting that may be absent: %j', (value, expected) => {
  if (value !== undefined) process.env[NAME] = value;
  expect(optional(NAME)).toBe(expected);
});

it('reads settings', () => {
  process.env[NAME] = '30';
  expect([required(NAME), requiredNumber(NAME)]).toEqual(['30', 30]);
});

it.each([
  [undefined, []],
  ['', []],
  ['a', ['a']],
  ['a,b,', ['a', 'b']],
])('reads the list %j', (value, expected) => {
  if (value !== undefined) process.env[NAME] = value;
  expect(optionalList(NAME)).toEqual(expected);
});
