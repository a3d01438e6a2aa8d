import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLAUSES } from '../../../../netbackup/conformance/clauses.ts';
import { SWITCHES } from '../../../fixtures/broken-endpoint.ts';

/** ERR is what NetBackup says, PRP what its administrator sets: neither is anything that an endpoint does. */
const FAMILIES = /^\| ((?:ENV|CON|CMD|NOT|EPT|GRP|TRAP)-\d+) \|/gm;

test('every clause of the contract has a line in the report', () => {
  const contract = readFileSync(join(import.meta.dirname, '../../../../docs/contract.md'), 'utf8');
  const inContract = [...contract.matchAll(FAMILIES)].map(([, id]) => id);
  const listed = CLAUSES.map(({ id }) => id).filter((id) => id !== 'PRP');
  expect(inContract.length).toBeGreaterThan(40);
  expect([...listed].sort()).toEqual([...inContract].sort());
});

test('every clause that can be tried is broken by some switch', () => {
  const broken = new Set<string>(Object.values(SWITCHES).flat());
  const never = CLAUSES.filter(({ id, unchecked }) => unchecked === undefined && !broken.has(id));
  // Details are broken in the doctor's tests; TRAP-3 could be broken only by an endpoint that takes no two messages of
  // one second, and so hardly any of the suite's.
  expect(never.map(({ id }) => id)).toEqual(['EPT-1', 'EPT-2', 'EPT-3', 'TRAP-3']);
});
