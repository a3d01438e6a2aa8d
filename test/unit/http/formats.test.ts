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
  ['\t=1', "'\t'=1"],
  ['\tplain', "'\tplain"],
  ['\n=1', `"'\n'=1"`],
  ['\nplain', `"'\nplain"`],
  ['\r=1', `"'\r'=1"`],
  ['a\n=1', `"a\n'=1"`],
  ['a\t =1', "a\t' =1"],
  ['a;=1;b', "a;'=1;b"],
  ['a; ＝1', "a;' ＝1"],
  ['a;b=1', 'a;b=1'],
  ['a,=1', '"a,=1"'],
  ['﹦1', "'﹦1"],
  ['−1', "'−1"],
  [' =1', "' =1"],
  [' plain', ' plain'],
  ['\u00a0\u3000=1', "'\u00a0\u3000=1"],
  ['\ufeff=1', "'\ufeff=1"],
  ['\u200b\u2060=1', "'\u200b\u2060=1"],
  ['\u0000=1', "'\u0000=1"],
  ['\u3164\u2800=1', "'\u3164\u2800=1"],
  ['＝1', "'＝1"],
  ['＋1', "'＋1"],
  ['－1', "'－1"],
  ['＠SUM(A1)', "'＠SUM(A1)"],
  ['"=1', `"'""=1"`],
  ["'=1", "''=1"],
  ['a=1', 'a=1'],
  ['夜間', '夜間'],
  [{ a: 1 }, '"{""a"":1}"'],
  [{ '=1': 1, 'a;=1': { '@b': [-1] } }, `"{""'=1"":1,""a;'=1"":{""'@b"":[-1]}}"`],
  [{ a: ['=1', { b: ' +1' }], c: '1=1' }, `"{""a"":[""'=1"",{""b"":""' +1""}],""c"":""1=1""}"`],
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

/** Text whose beginning is often one that a spreadsheet could skip, and then a formula. */
const risky = fc
  .tuple(
    fc.constantFrom('', '', 'a;', 'b\n'),
    fc.array(
      fc.constantFrom(...' \t\r\n\v\u0000\u00a0\u3000\u200b\u200e\u2060\ufeff\u00ad\u3164\u180e"\u2800'),
      { maxLength: 4 },
    ),
    fc.constantFrom(...'=+-@＝＋－＠', ''),
    anyText(10),
  )
  .map(([first, before, sign, rest]) => first + before.join('') + sign + rest);
/** Not computed like the code: what is left of the beginning when everything invisible is dropped. */
const firstSign = (text: string): string =>
  [...text.normalize('NFKC')].find(
    (one) => one.trim() !== '' && !/[\p{Cc}\p{Cf}\u3164\u1160\u2800"]/u.test(one),
  ) ?? '';
const isRun = (text: string): boolean =>
  /^[\t\r\n]/.test(text) ||
  text.split(/[;\t\r\n]/).some((part) => '=+-@'.includes(firstSign(part) || 'none'));
const withoutApostrophes = (text: string): string => text.replaceAll("'", '');

it('every row has as many cells as the header, no part of a cell begins with a formula, and only apostrophes are added', () => {
  let escaped = 0;
  fc.assert(
    fc.property(risky, fc.oneof(fc.string(), anyText()), fc.oneof(risky, fc.string()), (a, b, nested) => {
      const text = csv(['a', 'b'], [{ a, b, more: [nested, { deeper: nested }] }]);
      expect(text.startsWith('a,b,other\r\n')).toBe(true);
      const cells = cellsOf(text.slice('a,b,other\r\n'.length, -'\r\n'.length));
      expect(cells).toHaveLength(3);
      const { more } = JSON.parse(cells[2] ?? '') as { more: [string, { deeper: string }] };
      for (const [given, value] of [
        [a, cells[0]],
        [b, cells[1]],
        [nested, more[0]],
        [nested, more[1].deeper],
      ] as const) {
        expect(isRun(value ?? '')).toBe(false);
        expect(withoutApostrophes(value ?? '')).toBe(withoutApostrophes(given));
        if (!isRun(given)) expect(value).toBe(given);
        if (isRun(given)) escaped += 1;
      }
    }),
    { seed: 1, numRuns: 300 },
  );
  expect(escaped).toBeGreaterThan(300);
});

it('fields without a column are in the last one, as JSON', () => {
  expect(csv(['a'], [{ a: 1, x: 2 }, { a: 3 }])).toBe('a,other\r\n1,"{""x"":2}"\r\n3,\r\n');
});
