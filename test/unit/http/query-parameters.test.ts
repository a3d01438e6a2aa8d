import {
  enumParameter,
  limitParameter,
  numbersParameter,
  textsParameter,
  timeParameter,
  wholeNumberParameter,
} from '../../../lambdas/http/query-parameters.ts';

const NOT_WHOLE = [
  '',
  ' ',
  ' 5',
  '5 ',
  '+5',
  '-5',
  '5.0',
  '5.',
  '0x10',
  '0b1',
  '0o7',
  '1e2',
  '05',
  '٥',
  '５',
  '1_0',
  '1n',
];

describe('a whole number', () => {
  const limit = limitParameter(1000, 50);
  it.each([
    ['1', 1],
    ['1000', 1000],
    [undefined, 50],
  ])('%j is read as %i', (text, value) => {
    expect(limit.parse(text)).toBe(value);
  });
  it.each<unknown>([...NOT_WHOLE, '0', '1001', '10000000000000000000000', 'Infinity', 5, null, ['1', '2']])(
    '%j is refused',
    (given) => {
      expect(limit.safeParse(given).success).toBe(false);
    },
  );
  it('may begin with 0', () => {
    const parameter = wholeNumberParameter(0, 10, 5);
    expect(parameter.parse('0')).toBe(0);
    expect(parameter.safeParse('00').success).toBe(false);
  });
});

describe('a time', () => {
  const time = timeParameter('A time.');
  it.each([
    ['0', 0],
    ['1700000000', 1_700_000_000],
    ['1970-01-02', 86_400],
    ['2024-02-29', 1_709_164_800],
    ['1970-01-01T00:00Z', 0],
    ['1970-01-01T02:00:00+02:00', 0],
    ['1970-01-01T02:00:00 02:00', 0],
    ['1970-01-01T02:00:00+0200', 0],
    ['1970-01-01T00:00:01.5Z', 1.5],
    ['1970-01-01T23:59:59Z', 86_399],
  ])('%j is read as %d', (text, value) => {
    expect(time.parse(text)).toBe(value);
  });
  it.each([
    ...NOT_WHOLE,
    '2026-02-30',
    '2026-02-29',
    '2026-04-31T00:00:00Z',
    '2026-13-01',
    '2026-00-10',
    '2026-01-00',
    '2026-01-32',
    '2026-1-1',
    '2026-01',
    '2026-01-01T24:00Z',
    '2026-01-01T24:00:01Z',
    '2026-01-01T12:60Z',
    '2026-01-01T12:00:60Z',
    '2026-01-01T12:00:00+24:00',
    '2026-01-01T12:00:00+01:60',
    '2026-01-01T12:00:00',
    '2026-01-01 12:00:00Z',
    '2026-01-01T12:00:00z',
    ' 2026-01-01',
    '2026-01-01 ',
    '-000001-01-01',
    'today',
  ])('%j is refused', (text) => {
    expect(time.safeParse(text).success).toBe(false);
  });
});

describe('several values', () => {
  it('are separated by commas, or the parameter is repeated', () => {
    expect(numbersParameter('').parse('58,59')).toEqual([58, 59]);
    expect(textsParameter('').parse(['a b', 'c,d'])).toEqual(['a b', 'c', 'd']);
    expect(enumParameter(['x', 'y'], '').parse('y')).toEqual(['y']);
  });
  it.each(NOT_WHOLE.flatMap((text) => [text, `58,${text}`, `${text},58`]))(
    'numbers %j are refused',
    (text) => {
      expect(numbersParameter('').safeParse(text).success).toBe(false);
    },
  );
  it.each(['', ' ', ',', 'x,', ',x', 'x,,y', 'x, y', ' x', 'x '])('texts %j are refused', (text) => {
    expect(textsParameter('').safeParse(text).success).toBe(false);
    expect(enumParameter(['x', 'y'], '').safeParse(text).success).toBe(false);
  });
  it('of which one is not known are refused', () => {
    expect(enumParameter(['x', 'y'], '').safeParse('x,X').success).toBe(false);
  });
});
