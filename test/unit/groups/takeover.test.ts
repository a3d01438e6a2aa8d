import { sharingAddresses, type Takeover, withTakeover } from '../../../lambdas/groups/takeover.ts';
import { MINUTE_MS } from '../../../lambdas/platform/clock.ts';

const A = '192.0.2.1';
const B = '192.0.2.2';
const C = '192.0.2.3';
const TEMPORARY = ['2001:db8::a', '2001:db8::b', '2001:db8::a', '2001:db8::c'];
const SITES = ['2001:db8:1::a', '2001:db8:2::b', '2001:db8:1::c', '2001:db8:2::d'];
/** Takeovers half a minute apart, the last one now; each address replaces the one before it. */
const series = (now: number, ...addresses: string[]): Takeover[] =>
  addresses.slice(1).map((to, index) => ({
    at: now - (addresses.length - 2 - index) * (MINUTE_MS / 2),
    from: addresses[index] ?? '',
    to,
  }));
const NOW = 100 * MINUTE_MS;

it.each<[string, Takeover[], string[] | undefined]>([
  ['no takeover', [], undefined],
  ['a domain that moved once', series(NOW, A, B), undefined],
  ['a domain that moved and came back', series(NOW, A, B, A), undefined],
  ['a domain that moves to new addresses', series(NOW, A, B, C, '192.0.2.4', '192.0.2.5'), undefined],
  ['two domains that alternate', series(NOW, A, B, A, B), [A, B]],
  ['a domain that reconnects after five broken connections', series(NOW, A, A, A, A, A, A), undefined],
  ['two domains behind one address', series(NOW, A, A, A, A, A, A, A), [A]],
  ['a domain that changes its temporary IPv6 address', series(NOW, ...TEMPORARY), undefined],
  ['two domains in two IPv6 networks', series(NOW, ...SITES), [...new Set(SITES)].sort()],
])('%s: %#', (_, takeovers, expected) => {
  expect(sharingAddresses(takeovers, NOW)).toEqual(expected);
});

it('ignores takeovers older than 15 minutes', () => {
  expect(sharingAddresses(series(NOW, A, B, A, B), NOW + 16 * MINUTE_MS)).toBeUndefined();
  const kept = withTakeover(series(NOW, A, B), { at: NOW + 16 * MINUTE_MS, from: B, to: A });
  expect(kept).toEqual([{ at: NOW + 16 * MINUTE_MS, from: B, to: A }]);
});

it('keeps a limited number, the latest ones', () => {
  let kept: Takeover[] = [];
  for (let index = 0; index < 50; index++) kept = withTakeover(kept, { at: NOW + index, from: A, to: B });
  expect(kept).toHaveLength(8);
  expect(kept.at(-1)?.at).toBe(NOW + 49);
});
