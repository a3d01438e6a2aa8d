/** docs/cost.md counts the parts that the relay has (UPDATE_COUNTS=1 npx jest test/integration/cost/counts). */
import { readCounts } from '../../bench/cost/counts.ts';
import { relayCounts } from '../support/relay-parts.ts';

test('the parts of the relay are those that the cost is computed from', () => {
  expect(readCounts().relay).toEqual(relayCounts());
});
