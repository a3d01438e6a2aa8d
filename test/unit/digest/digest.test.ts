/** The rules of digests. */
import { hasContent, usualOf } from '../../../lambdas/digest/digest.ts';
import { oldestFirst } from '../../../lambdas/digest/domain-day.ts';
import { dayOf } from '../../../lambdas/digest/settings.ts';
import { problem, quietDay } from '../../support/digest.ts';

test.each([
  ['an open problem', { problems: { rows: [problem()], total: 1 } }],
  ['a failed job, even if it recovered', { totals: { succeeded: 1, warning: 0, failed: 1, recovered: 1 } }],
  ['a disconnected domain', { disconnected: { rows: [{ groupId: 'munich', since: 1 }], total: 1 } }],
  ['a client without a good backup', { withoutGoodBackup: 1 }],
  ['a domain that could not be read', { leftOut: 1 }],
  ['a domain with too many jobs', { incomplete: 1 }],
  ['more open problems than could be read', { hasMoreProblems: true }],
])('%s is worth a mail', (_, more) => {
  expect(hasContent(quietDay(more))).toBe(true);
});

test('good backups alone are not', () => {
  expect(hasContent(quietDay())).toBe(false);
});

test('days are compared by the means of their numbers, and the rate of all their jobs', () => {
  const day = (succeeded: number, failed: number) => ({ succeeded, warning: 0, failed, recovered: 0 });
  expect(usualOf([day(8, 2), day(90, 0)])).toEqual({ days: 2, jobs: 50, failed: 1, successRate: 0.98 });
  expect(usualOf([day(0, 0)])).toEqual({ days: 1, jobs: 0, failed: 0 });
  expect(usualOf([])).toBeUndefined();
});

test('the day of a digest is that of its time zone, also when the clocks change', () => {
  const day = (text: string) => Date.parse(text) / 86_400_000;
  const at = (time: string, zone: string) => dayOf(Date.parse(time), zone);
  expect(at('2026-11-28T22:30:00Z', 'Asia/Tokyo')).toBe(day('2026-11-29'));
  expect(at('2026-11-28T22:30:00Z', 'America/New_York')).toBe(day('2026-11-28'));
  // Both of the hours that the clocks in Berlin show twice.
  expect(at('2026-10-25T00:30:00Z', 'Europe/Berlin')).toBe(day('2026-10-25'));
  expect(at('2026-10-25T01:30:00Z', 'Europe/Berlin')).toBe(day('2026-10-25'));
});

test('the oldest good backups come first, after those that do not exist', () => {
  const backup = (groupId: string, more: { ageHours?: number; isNever?: boolean }) => ({
    groupId,
    clientName: 'c',
    policyName: 'p',
    isNever: false,
    ...more,
  });
  const sorted = [
    backup('a', { ageHours: 1 }),
    backup('b', { ageHours: 3 }),
    backup('c', {}),
    backup('e', { isNever: true }),
    backup('d', { isNever: true }),
  ].sort(oldestFirst);
  expect(sorted.map(({ groupId }) => groupId)).toEqual(['d', 'e', 'c', 'b', 'a']);
});
