import type { VerdictRule } from '../../../../lambdas/groups/backup-rules.ts';
import type { Backup } from '../../../../lambdas/reports/backups/backup.ts';
import { judge } from '../../../../lambdas/reports/backups/judge.ts';
import { packHours } from '../../../../lambdas/reports/backups/past-hours.ts';
import { PrimaryTime } from '../../../../lambdas/reports/primary-time/primary-time.ts';
import { attemptsOf } from '../../../../lambdas/reports/problems/attempts.ts';
import { statusClassOf } from '../../../../lambdas/reports/problems/status-class.ts';

const HOUR = 3_600;
const BEGUN = 480_000 * HOUR;
/** The primary is an hour behind UTC, and sends its times an hour later than UTC (TRAP-2). */
const shift = -HOUR;
const time = new PrimaryTime([{ from: 0, seconds: HOUR }]);

const backup = (jobId: number, status: number, more: Partial<Backup> = {}): Backup => ({
  jobId,
  parentJobId: jobId,
  jobType: 'BACKUP',
  startTime: BEGUN + jobId * HOUR,
  endedAt: BEGUN + jobId * HOUR + 1_800,
  status,
  isFull: false,
  isParent: false,
  ...more,
});
const attempts = (backups: readonly Backup[], past = '', rules: readonly VerdictRule[] = []) => {
  const clientPolicy = { clientName: 'a', policyName: 'p', backups, past, isDismissed: false };
  const [judged] = judge({ clientPolicies: [clientPolicy], parents: new Set(), running: [], rules });
  return judged ? attemptsOf(judged, rules, time) : [];
};

it('kept and remembered runs, the latest first, without those that do not count', () => {
  const past = packHours([
    { hour: 479_000, status: 58 },
    { hour: 479_001, status: 150 },
    { hour: 480_003, status: 0 },
  ]);
  expect(attempts([backup(1, 0), backup(5, 150), backup(9, 58)], past)).toEqual([
    expect.objectContaining({ isGood: false, status: 58, jobIds: [9], localHour: 480_007 }),
    { isGood: true, status: 0, jobIds: [], localHour: 480_001, startedAt: 480_003 * HOUR + shift },
    expect.objectContaining({ isGood: true, jobIds: [1], startedAt: BEGUN + HOUR + shift }),
    expect.objectContaining({ isGood: false, status: 58, jobIds: [], localHour: 478_998 }),
  ]);
});

it('a run of several streams has its failed jobs, the highest status, and the end of the last one', () => {
  const streams = [
    backup(2, 58, { parentJobId: 1 }),
    backup(3, 13, { parentJobId: 1, endedAt: BEGUN + 9 * HOUR }),
    backup(4, 0, { parentJobId: 1, endedAt: BEGUN + 11 * HOUR }),
  ];
  expect(attempts(streams)).toMatchObject([
    { isGood: false, status: 58, jobIds: [3, 2], endedAt: BEGUN + 11 * HOUR },
  ]);
});

it('the rules decide what counts, also of what is remembered', () => {
  const past = packHours([{ hour: 479_000, status: 71 }]);
  const rules: VerdictRule[] = [
    { status: 58, verdict: 'ignored' },
    { status: 71, verdict: 'warning' },
  ];
  expect(attempts([backup(1, 58), backup(2, 71)], past, rules)).toMatchObject([
    { isGood: true, status: 71, jobIds: [2] },
    { isGood: true, status: 71, jobIds: [] },
  ]);
});

it('what is remembered is of the job type of the latest run', () => {
  const past = packHours([{ hour: 479_000, status: 6 }]);
  const rules: VerdictRule[] = [{ jobType: 'DBBACKUP', status: 6, verdict: 'ok' }];
  const remembered = (jobType: Backup['jobType']) => attempts([backup(1, 0, { jobType })], past, rules)[1];
  expect(remembered('DBBACKUP')).toMatchObject({ isGood: true, status: 6 });
  expect(remembered('BACKUP')).toMatchObject({ isGood: false, status: 6 });
});

it.each([
  [58, 'connection'],
  [2_106, 'storage'],
  [156, 'snapshot'],
  [196, 'window'],
  [71, 'selection'],
  [6, 'other'],
  [99_999, 'other'],
])('status %i is of the class %s', (status, name) => {
  expect(statusClassOf(status)).toBe(name);
});
