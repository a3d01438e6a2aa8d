import { usableTime } from '../../../../lambdas/reports/primary-time/usable-time.ts';

const REPORTED = 1_700_000_000;

it.each([946_684_800, REPORTED - 400 * 86_400, REPORTED, REPORTED + 36 * 3600])('%d is usable', (time) => {
  expect(usableTime(time, REPORTED)).toBe(time);
});

it.each([
  0,
  -1,
  5,
  946_684_799,
  REPORTED + 36 * 3600 + 1,
  4_000_000_000,
  1.5,
  `${REPORTED}`,
  null,
  undefined,
])('%j is not', (time) => {
  expect(usableTime(time, REPORTED)).toBeUndefined();
});
