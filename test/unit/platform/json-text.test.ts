import fc from 'fast-check';
import { indentedJson } from '../../../lambdas/platform/json-text.ts';

describe('JSON with indentation', () => {
  it('is that of JSON.stringify', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        expect(indentedJson(JSON.stringify(value, null, space))).toBe(JSON.stringify(value, null, 2));
      }),
    );
  });

  it('has the numbers and the repeated members of the text', () => {
    expect(indentedJson('{"a":12345678901234567890,"a":[1.0,-0,1e400]}')).toBe(
      '{\n  "a": 12345678901234567890,\n  "a": [\n    1.0,\n    -0,\n    1e400\n  ]\n}',
    );
  });

  it.each(['', '{', '{"a":1}}', '<b>', `${'['.repeat(200)}${']'.repeat(200)}`])(
    'is not made of %j',
    (text) => {
      expect(indentedJson(text)).toBeUndefined();
    },
  );
});
