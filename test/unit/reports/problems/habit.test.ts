import type { Attempt } from '../../../../lambdas/reports/problems/attempts.ts';
import { habitOf } from '../../../../lambdas/reports/problems/habit.ts';

const DAY = 24;
/** A Monday, 20:00, in hours since 1970. */
const MONDAY = Date.parse('2026-01-05T20:00:00Z') / 3_600_000;
const FRIDAY = MONDAY + 4 * DAY;

const good = (localHour: number): Attempt => ({
  startedAt: localHour * 3_600,
  localHour,
  isGood: true,
  status: 0,
  endedAt: localHour * 3_600 + 3_600,
  jobIds: [localHour],
});
/** The latest first. */
const habit = (hours: readonly number[]) => habitOf([...hours].sort((a, b) => b - a).map(good));
/** The days after the last good backup on which it becomes overdue. */
const dueAfterDays = (hours: readonly number[]): number => {
  const found = habit(hours);
  return found ? (found.gapHours + found.graceHours) / DAY : 0;
};
const weeks = (count: number, daysOfWeek: readonly number[], first = MONDAY) =>
  Array.from({ length: count }, (_, week) => daysOfWeek.map((day) => first + (week * 7 + day) * DAY)).flat();

it.each<[string, readonly number[], number, number]>([
  ['each Friday: not on Sunday, but after the next Friday', weeks(4, [0], FRIDAY), 7, 8],
  ['each day: on the second day', weeks(2, [0, 1, 2, 3, 4, 5, 6]), 1, 1.5],
  ['Monday to Friday, last on a Friday: not on Monday morning', weeks(4, [0, 1, 2, 3, 4]), 3, 3.9],
  [
    'Monday to Friday, last on a Tuesday: on Thursday',
    [...weeks(4, [0, 1, 2, 3, 4]), MONDAY + 28 * DAY, MONDAY + 29 * DAY],
    1,
    1.5,
  ],
  [
    'every four hours on weekdays: not on Saturday',
    weeks(3, [0, 1, 2, 3, 4]).flatMap((at) => [at, at - 4, at - 8]),
    2.6,
    3.5,
  ],
  ['every hour: within the day', Array.from({ length: 200 }, (_, index) => MONDAY + index), 0.1, 0.3],
  ['every second Friday', [0, 14, 28, 42, 56].map((day) => FRIDAY + day * DAY), 14, 15],
  ['each month: after the longest month', [0, 31, 59, 90].map((day) => MONDAY + day * DAY), 31, 32],
])('%s', (_, hours, least, most) => {
  expect(dueAfterDays(hours)).toBeGreaterThan(least);
  expect(dueAfterDays(hours)).toBeLessThan(most);
});

it('an outage does not become a habit', () => {
  const before = weeks(4, [0, 1, 2, 3, 4, 5, 6]);
  const after = before.map((hour) => hour + 40 * DAY);
  expect(habit([...before, ...after])).toMatchObject({ gapHours: 24, basis: 'same-time-of-week' });
});

it('a new schedule is learned within three weeks', () => {
  const daily = weeks(8, [0, 1, 2, 3, 4, 5, 6]);
  const weekly = weeks(4, [0], MONDAY + 8 * 7 * DAY);
  expect(habit([...daily, ...weekly])?.gapHours).toBe(7 * DAY);
});

it('several runs a night are one habit', () => {
  const nights = weeks(4, [0, 1, 2, 3, 4, 5, 6]).flatMap((at) => [at, at + 1]);
  expect(habit(nights)?.gapHours).toBe(23);
});

it('nothing is learned from two good backups, nor from failures', () => {
  expect(habit([MONDAY, MONDAY + DAY])).toBeUndefined();
  const failed = weeks(3, [0, 1, 2]).map((hour) => ({ ...good(hour), isGood: false }));
  expect(habitOf(failed)).toBeUndefined();
});

it('the duration of good backups is added, since a backup counts when it has ended', () => {
  const long = weeks(2, [0, 1, 2, 3, 4, 5, 6])
    .reverse()
    .map((hour) => ({ ...good(hour), endedAt: (hour + 20) * 3_600 }));
  expect(habitOf(long)?.graceHours).toBe(26);
});
