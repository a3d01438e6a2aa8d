import {
  type MuteCandidate,
  type MuteRule,
  mutedUntil,
  silencedUntil,
} from '../../../lambdas/problems/mute-rule.ts';

const rule = (more: Partial<MuteRule>): MuteRule => ({
  muteId: 'm',
  by: 'k',
  reason: 'r',
  createdAt: 0,
  from: 0,
  until: Date.parse('2027-01-01T00:00:00Z'),
  ...more,
});
const PROBLEM: MuteCandidate = {
  groupId: 'berlin-1',
  kind: 'backup-failed',
  subject: { clientName: 'DB01', policyName: 'daily' },
  labels: { customer: 'acme' },
};
const NOW = Date.parse('2026-11-25T12:00:00Z');

test.each<[boolean, Partial<MuteRule>]>([
  [true, { groupId: '*' }],
  [true, { groupId: 'BERLIN-*', clientName: 'db01' }],
  [false, { groupId: 'berlin' }],
  [true, { groupId: 'berlin-1' }],
  // Another group can have this id.
  [false, { groupId: 'Berlin-1' }],
  [false, { clientName: 'db02' }],
  [true, { policyName: 'd*y', kinds: ['backup-failed'] }],
  [false, { kinds: ['job-stuck'] }],
  [true, { labels: { customer: 'acme' } }],
  [false, { labels: { customer: 'other' } }],
  [false, { groupId: '*', from: NOW + 1 }],
  [false, { groupId: '*', until: NOW }],
])('%s: %j', (isMuted, more) => {
  expect(silencedUntil([rule(more)], PROBLEM, NOW) !== undefined).toBe(isMuted);
});

test('a problem without a client is not muted by a pattern of clients', () => {
  const domain: MuteCandidate = { ...PROBLEM, kind: 'domain-disconnected', subject: {} };
  expect(silencedUntil([rule({ clientName: '*' })], domain, NOW)).toBeUndefined();
});

test('the latest end counts', () => {
  const rules = [rule({ groupId: '*', until: NOW + 1 }), rule({ groupId: '*', until: NOW + 2 })];
  expect(silencedUntil(rules, PROBLEM, NOW)).toBe(NOW + 2);
});

// 2026-11-28 is a Saturday; Berlin is one hour ahead of UTC.
const WINDOW = { days: ['sat'], from: '22:00', to: '06:00', timeZone: 'Europe/Berlin' } as const;
test.each<[string, string | undefined]>([
  ['2026-11-28T20:59:59Z', undefined],
  ['2026-11-28T21:00:00Z', '2026-11-29T05:00:00Z'],
  ['2026-11-28T23:30:20Z', '2026-11-29T05:00:00Z'],
  ['2026-11-29T04:59:59Z', '2026-11-29T05:00:00Z'],
  ['2026-11-29T05:00:00Z', undefined],
  ['2026-11-29T21:30:00Z', undefined],
])('a window over midnight at %s mutes until %s', (now, end) => {
  const until = mutedUntil(rule({ window: WINDOW }), Date.parse(now));
  expect(until === undefined ? undefined : new Date(until).toISOString().replace('.000', '')).toBe(end);
});

// In Berlin clocks go from 2 to 3 on 2027-03-28 (01:00 UTC), and from 3 to 2 on 2026-10-25 (01:00 UTC).
describe('when the clocks change in a window', () => {
  const nightly = (from: string, to: string) =>
    rule({
      window: { days: ['sat', 'sun'], from, to, timeZone: 'Europe/Berlin' },
      until: Date.parse('2028-01-01'),
    });
  test.each<[string, string, string, string]>([
    // To summer time: an hour sooner.
    ['22:00', '06:00', '2027-03-27T21:00:00Z', '2027-03-28T04:00:00Z'],
    ['01:30', '04:00', '2027-03-28T00:30:00Z', '2027-03-28T02:00:00Z'],
    // From a time that does not exist.
    ['02:30', '04:00', '2027-03-28T01:30:00Z', '2027-03-28T02:00:00Z'],
    // From summer time: an hour later, without a gap where the hour is repeated.
    ['22:00', '06:00', '2026-10-24T20:00:00Z', '2026-10-25T05:00:00Z'],
    ['02:30', '05:00', '2026-10-25T00:30:00Z', '2026-10-25T04:00:00Z'],
    // It ends when the clocks show it for the first time, and does not begin again.
    ['22:00', '02:30', '2026-10-24T20:00:00Z', '2026-10-25T00:30:00Z'],
  ])('from %s to %s it mutes from %s until %s', (from, to, start, end) => {
    const [first, last] = [Date.parse(start), Date.parse(end)];
    const night = nightly(from, to);
    expect(mutedUntil(night, first - 1)).toBeUndefined();
    for (let now = first; now < last; now += 10 * 60_000) expect(mutedUntil(night, now)).toBe(last);
    for (let now = last; now < last + 2 * 3_600_000; now += 10 * 60_000)
      expect(mutedUntil(night, now)).toBeUndefined();
  });
});

test('a window from a time to the same time lasts a day', () => {
  const window = { days: ['sat'], from: '00:00', to: '00:00', timeZone: 'UTC' } as const;
  expect(mutedUntil(rule({ window }), Date.parse('2026-11-28T00:00:00Z'))).toBe(
    Date.parse('2026-11-29T00:00:00Z'),
  );
});

test('the rule ends a window', () => {
  const until = Date.parse('2026-11-28T22:00:00Z');
  expect(mutedUntil(rule({ window: WINDOW, until }), until - 1_000)).toBe(until);
});
