import fc from 'fast-check';
import { type PastRun, packHours, unpackHours } from '../../../../lambdas/reports/backups/past-hours.ts';

const DAY = 24;
const sorted = (runs: readonly PastRun[]) =>
  [...new Map(runs.map((one) => [`${one.hour} ${one.status}`, one])).values()].sort(
    (a, b) => a.hour - b.hour || a.status - b.status,
  );

it('is a set: packing and unpacking keeps it, in any order, with any repetition', () => {
  const run = fc.record({ hour: fc.nat(9_000), status: fc.constantFrom(0, 1, 58, 156) });
  fc.assert(
    fc.property(fc.array(run, { maxLength: 60 }), fc.array(run, { maxLength: 20 }), (runs, more) => {
      expect(sorted(unpackHours(packHours(runs)))).toEqual(sorted(runs));
      expect(packHours([...more, ...unpackHours(packHours(runs))])).toBe(
        packHours([...runs, ...more, ...more]),
      );
    }),
    { numRuns: 200 },
  );
  expect(unpackHours('')).toEqual([]);
});

it('a year of daily successes with a failure a week is short', () => {
  const runs = Array.from({ length: 365 }, (_, day) => ({
    hour: 480_000 + day * DAY,
    status: day % 7 ? 0 : 58,
  }));
  expect(packHours(runs.filter(({ status }) => status === 0)).length).toBeLessThan(700);
  expect(packHours(runs.map(({ hour }) => ({ hour, status: 0 }))).length).toBeLessThan(20);
});

it('forgets what is more than 401 days before the latest, and the oldest of very irregular hours', () => {
  const old = { hour: 480_000, status: 0 };
  const latest = { hour: 480_000 + 401 * DAY, status: 0 };
  expect(unpackHours(packHours([old, latest]))).toEqual([latest]);
  const irregular = Array.from({ length: 2_000 }, (_, index) => ({
    hour: 480_000 + index * 4 + ((index * index) % 3),
    status: index % 5,
  }));
  const kept = unpackHours(packHours(irregular));
  expect(packHours(irregular).length).toBeLessThanOrEqual(3_000);
  expect(kept.length).toBeGreaterThan(300);
  expect(Math.max(...kept.map(({ hour }) => hour))).toBe(Math.max(...irregular.map(({ hour }) => hour)));
});
