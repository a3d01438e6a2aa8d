import fc from 'fast-check';
import stringWidth from 'string-width';
import { type Column, fitted, tableOf } from '../../../bin/nbwss/table.ts';

interface Row {
  readonly name: string;
  readonly client: string;
  readonly note?: string;
}
const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'CLIENT', value: ({ client }) => client, min: 6 },
  { title: 'NOTE', value: ({ note }) => note, min: 6 },
];

const linesOf = (rows: readonly Row[], limit?: number): string[] =>
  tableOf(COLUMNS, rows, limit).lines.map((spans) => spans.map(({ text }) => text).join(''));

it('has columns as wide as their texts, and none without a value', () => {
  expect(
    linesOf([
      { name: 'a', client: 'db01' },
      { name: 'bcdefg', client: 'x' },
    ]),
  ).toEqual(['NAME    CLIENT', 'a       db01', 'bcdefg  x']);
});

it('cuts the widest column that may be cut', () => {
  const rows = [{ name: 'n', client: 'a-very-long-client-name', note: 'short' }];
  expect(linesOf(rows, 24)[1]).toBe('n     a-very-lon…  short');
});

it('leaves out the last columns where there is no place, and names them', () => {
  const { lines, left } = tableOf(
    COLUMNS,
    [{ name: 'a-name-that-is-never-cut', client: 'c', note: 'n' }],
    20,
  );
  expect(left).toEqual(['CLIENT', 'NOTE']);
  expect(lines.map((spans) => spans.map(({ text }) => text).join(''))).toEqual([
    'NAME',
    'a-name-that-is-neve…',
  ]);
});

it('measures wide characters, and never cuts one in two', () => {
  expect(
    linesOf([
      { name: '日本', client: 'x' },
      { name: 'abcd', client: 'y' },
    ]),
  ).toEqual(['NAME  CLIENT', '日本  x', 'abcd  y']);
  expect(fitted('日本語', 4)).toBe('日…');
  expect(fitted('👩‍👩‍👧x', 2)).toBe('…');
  expect(fitted('e\u0301e\u0301e\u0301', 2)).toBe('e\u0301…');
});

it('shows control characters of others escaped, and counts what is shown', () => {
  expect(linesOf([{ name: '\x1b[2J', client: 'c' }])[1]).toBe('\\u001b[2J  c');
});

it('no line is wider than the terminal, whatever the texts', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 60 });
  fc.assert(
    fc.property(
      fc.array(fc.record({ name: text, client: text, note: text }), { minLength: 1 }),
      fc.integer({ min: 10, max: 120 }),
      (rows, limit) => {
        for (const line of linesOf(rows, limit)) expect(stringWidth(line)).toBeLessThanOrEqual(limit);
      },
    ),
  );
});
