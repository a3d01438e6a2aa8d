/** docs/cost.md has the figures that `npm run cost` prints. UPDATE_DOCS=1 writes them again. */
import { readFileSync, writeFileSync } from 'node:fs';
import { readCounts } from '../../../bench/cost/counts.ts';
import { documentTables, withTables } from '../../../bench/cost/tables.ts';

const PAGE = 'docs/cost.md';

it('the tables of docs/cost.md are those of the model (UPDATE_DOCS=1 npx jest test/unit/cost)', () => {
  const page = readFileSync(PAGE, 'utf8');
  const expected = withTables(page, documentTables(readCounts()));
  if (process.env['UPDATE_DOCS']) writeFileSync(PAGE, expected);
  else expect(page).toBe(expected);
});

it('a table without a place in the page is an error', () => {
  expect(() => withTables('# Cost', { examples: '| a |' })).toThrow('no place for the table "examples"');
});
