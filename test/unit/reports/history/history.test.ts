import type { Backup } from '../../../../lambdas/reports/backups/backup.ts';
import type { JudgedClientPolicy, JudgedRun } from '../../../../lambdas/reports/backups/judge.ts';
import { packHours } from '../../../../lambdas/reports/backups/past-hours.ts';
import { historyOf } from '../../../../lambdas/reports/history/history.ts';
import { PrimaryTime, UNKNOWN_TIME } from '../../../../lambdas/reports/primary-time/primary-time.ts';

const HOUR = 3_600;
const DAY = 24 * HOUR;
/** 2023-11-14T12:00:00Z. */
const NOON = 1_699_963_200;
const NEW_YORK = new PrimaryTime([{ from: 0, seconds: 5 * HOUR }]);

/** A run that started so many hours before noon, UTC. */
const run = (hoursAgo: number, verdict: JudgedRun['verdict']): JudgedRun => {
  const startTime = NOON - hoursAgo * HOUR + 5 * HOUR;
  const leaf = { jobId: 1, startTime, endedAt: NOON } as Backup;
  return { verdict, leaf, leaves: [leaf], isFull: false, isSnapshotOnly: false };
};
const clientPolicy = (runs: readonly JudgedRun[], past = ''): JudgedClientPolicy => ({
  clientName: 'a',
  policyName: 'p',
  isDismissed: false,
  past,
  runs,
});
const history = (runs: readonly JudgedRun[], days = 7, past = '', rules = [], time = NEW_YORK) =>
  historyOf(clientPolicy(runs, past), rules, time, days, NOON * 1000);

it('has one verdict a day of the primary, the best of its runs', () => {
  // 12:00Z is 07:00 in New York, so eight hours ago is yesterday there.
  const runs = [
    run(1, 'failed'),
    run(6, 'ok'),
    run(8, 'failed'),
    run(9, 'warning'),
    run(40, 'failed'),
    run(70, 'running'),
  ];
  expect(history(runs)).toEqual({
    clientName: 'a',
    policyName: 'p',
    from: '2023-11-08',
    to: '2023-11-14',
    days: [
      { day: '2023-11-12', verdict: 'failed' },
      { day: '2023-11-13', verdict: 'warning' },
      { day: '2023-11-14', verdict: 'ok' },
    ],
    successRate: 0.667,
    longestGapDays: 1,
    consecutiveFailures: 0,
  });
});

it('counts the days without a good backup, and the failures since the last good one', () => {
  const runs = [run(1, 'failed'), run(25, 'failed'), run(49, 'cancelled'), run(24 * 5 + 1, 'ok')];
  expect(history(runs)).toMatchObject({ successRate: 0.333, longestGapDays: 5, consecutiveFailures: 2 });
  expect(history([])).toEqual({
    clientName: 'a',
    policyName: 'p',
    from: '2023-11-08',
    to: '2023-11-14',
    days: [],
    longestGapDays: 0,
    consecutiveFailures: 0,
  });
});

it('has the runs that are no longer kept, by the rules that hold now', () => {
  const local = (daysAgo: number) => Math.floor((NOON - daysAgo * DAY + 5 * HOUR) / HOUR);
  const past = packHours([
    { hour: local(2), status: 0 },
    { hour: local(300), status: 191 },
    { hour: local(401), status: 0 },
  ]);
  expect(history([run(1, 'ok')], 400, past).days).toEqual([
    { day: '2023-01-18', verdict: 'failed' },
    { day: '2023-11-12', verdict: 'ok' },
    { day: '2023-11-14', verdict: 'ok' },
  ]);
  const rules = [{ status: [191], verdict: 'ok' }] as never;
  expect(history([], 400, past, rules).days[0]).toEqual({ day: '2023-01-18', verdict: 'ok' });
  const ofType = [{ jobType: 'DBBACKUP', verdict: 'ignored' }] as never;
  const latest = run(1, 'ok');
  const typed = { ...latest, leaf: { ...latest.leaf, jobType: 'DBBACKUP' as const } };
  expect(history([typed], 400, past, ofType).days[0]).toEqual({ day: '2023-01-18', verdict: 'ignored' });
});

it('a run without a usable start counts on the day of its end', () => {
  const leaf = { jobId: 1, startTime: 0, endedAt: NOON - DAY } as Backup;
  expect(history([{ ...run(1, 'ok'), leaf }]).days).toEqual([{ day: '2023-11-13', verdict: 'ok' }]);
});

it('days are in UTC while the offset is unknown', () => {
  const leaf = { jobId: 1, startTime: NOON - 11 * HOUR, endedAt: NOON } as Backup;
  const days = history([{ ...run(1, 'ok'), leaf }], 7, '', [], UNKNOWN_TIME).days;
  expect(days).toEqual([{ day: '2023-11-14', verdict: 'ok' }]);
});
