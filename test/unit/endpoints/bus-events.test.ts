import { tokenExpiring, tokenShared } from '../../../lambdas/endpoints/bus-events.ts';
import type { BusEvent } from '../../../lambdas/platform/bus/bus.ts';
import { HOUR_MS } from '../../../lambdas/platform/clock.ts';

const NOW = 1_700_000_000_000;
const idOf = ({ detail }: BusEvent) => detail['eventId'];

it('a token that expires is told of with one id for each expiry', () => {
  // Receivers know it: it stays the same over releases.
  expect(idOf(tokenExpiring('demo', 'e', NOW))).toBe(
    'e0563bef5e2643fcc2649ec7d780b1ad1fec95a538bbfa457bdc47a744eda9c1',
  );
  expect(idOf(tokenExpiring('demo', 'e', NOW + 1))).not.toBe(idOf(tokenExpiring('demo', 'e', NOW)));
});

it('a token that several domains use is told of with one id for each hour', () => {
  const shared = (now: number) => idOf(tokenShared('demo', 'e', ['192.0.2.1'], now));
  expect(shared(NOW)).toBe('586c6d880be749365a1421518288e2d4a7545a38c7f5d8614aa7efcc446649d3');
  expect(shared(NOW + 1)).toBe(shared(NOW));
  expect(shared(NOW + HOUR_MS)).not.toBe(shared(NOW));
});
