/** JSON texts in any spelling, for properties. */
import fc from 'fast-check';

/** White space between tokens. */
export const spaced = fc.constantFrom('', '', '', ' ', '\n', '\t \r\n');

const character = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...'abcé0 {}[],:/\u007f\u2028𝄞') },
  fc.constantFrom('\\"', '\\\\', '\\/', '\\b', '\\n', '\\u0000', '\\u00E9', '\\ud83d\\ude00', '\\ud800'),
);
const stringText = fc.array(character, { maxLength: 12 }).map((all) => `"${all.join('')}"`);

/** Numbers that parsing and writing again would change. */
const numberText = fc.oneof(
  fc.constantFrom(
    '0',
    '-0',
    '1',
    '-12',
    '1.50',
    '0.1e+2',
    '1E400',
    '9007199254740993',
    '12345678901234567890',
    '1e-7',
  ),
  fc.integer().map(String),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
);
const scalarText = fc.oneof(stringText, numberText, fc.constantFrom('true', 'false', 'null'));

export const { jsonText } = fc.letrec<{ jsonText: string }>((tie) => {
  const items = (item: fc.Arbitrary<string>) => fc.array(fc.tuple(spaced, item, spaced), { maxLength: 4 });
  const joined = (all: readonly (readonly string[])[]) => all.map((one) => one.join('')).join(',');
  const member = fc
    .tuple(stringText, spaced, tie('jsonText'))
    .map(([name, space, value]) => `${name}${space}:${space}${value}`);
  const container = fc.oneof(
    fc.tuple(items(tie('jsonText')), spaced).map(([all, space]) => `[${space}${joined(all)}]`),
    fc.tuple(items(member), spaced).map(([all, space]) => `{${space}${joined(all)}}`),
  );
  const value = fc.oneof({ depthSize: 'small', withCrossShrink: true }, scalarText, container);
  return { jsonText: fc.tuple(spaced, value, spaced).map(([before, text, after]) => before + text + after) };
});
