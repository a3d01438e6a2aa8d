import * as fc from 'fast-check';
import { cell, csv } from '../../../lambdas/http/formats.ts';
import { anyText } from '../../support/any-text.ts';

it.each<[unknown, string]>([
  [undefined, ''],
  [null, ''],
  [-5, '-5'],
  [true, 'true'],
  ['plain', 'plain'],
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  [{ a: 1 }, '"{""a"":1}"'],
])('%j is the cell %j', (value, expected) => {
  expect(cell(value)).toBe(expected);
});

/** The cells of a row by RFC 4180. */
const cellsOf = (row: string): string[] => {
  const cells: string[] = [];
  for (let at = 0; at <= row.length; at++) {
    const quoted = /^"((?:[^"]|"")*)"/.exec(row.slice(at));
    const bare = /^[^,"\r\n]*/.exec(row.slice(at))?.[0] ?? '';
    cells.push(quoted ? (quoted[1] ?? '').replaceAll('""', '"') : bare);
    at += quoted ? quoted[0].length : bare.length;
    if (at < row.length && row[at] !== ',') throw new Error(`No comma at ${at}: ${JSON.stringify(row)}`);
  }
  return cells;
};

it('every row has as many cells as the header, and no cell begins with a formula', () => {
  fc.assert(
    fc.property(fc.string(), anyText(), (a, b) => {
      const text = csv(['a', 'b'], [{ a, b, more: 1 }]);
      expect(text.startsWith('a,b,other\r\n')).toBe(true);
      const cells = cellsOf(text.slice('a,b,other\r\n'.length, -'\r\n'.length));
      expect(cells).toHaveLength(3);
      for (const [index, value] of [a, b].entries()) {
        expect(cells[index]).not.toMatch(/^[=+\-@\t\r]/);
        expect([value, `'${value}`]).toContain(cells[index]);
      }
    }),
    { seed: 1, numRuns: 150 },
  );
});

it('fields without a column are in the last one, as JSON', () => {
  expect(csv(['a'], [{ a: 1, x: 2 }, { a: 3 }])).toBe('a,other\r\n1,"{""x"":2}"\r\n3,\r\n');
});
