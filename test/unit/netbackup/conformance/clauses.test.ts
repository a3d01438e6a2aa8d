import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLAUSES } from '../../../../netbackup/conformance/clauses.ts';
import { SWITCHES } from '../../../fixtures/broken-endpoint.ts';

/** Without ERR (NetBackup's messages) and PRP (settings of its administrator): they are not about the endpoint. */
const FAMILIES = /^\| ((?:ENV|CON|CMD|NOT|EPT|GRP|TRAP)-\d+) \|/gm;

test('the report lists every clause of the contract', () => {
  const contract = readFileSync(join(import.meta.dirname, '../../../../docs/contract.md'), 'utf8');
  const inContract = [...contract.matchAll(FAMILIES)].map(([, id]) => id);
  const listed = CLAUSES.map(({ id }) => id).filter((id) => id !== 'PRP');
  expect(inContract.length).toBeGreaterThan(40);
  expect([...listed].sort()).toEqual([...inContract].sort());
});

test('every clause that can be checked is violated by some switch', () => {
  const broken = new Set<string>(Object.values(SWITCHES).flat());
  const never = CLAUSES.filter(({ id, unchecked }) => unchecked === undefined && !broken.has(id));
  // The doctor's tests cover details. An endpoint that violates TRAP-3 would fail nearly all checks.
  expect(never.map(({ id }) => id)).toEqual(['EPT-1', 'EPT-2', 'EPT-3', 'TRAP-3']);
});
