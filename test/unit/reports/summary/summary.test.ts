import type { Outcome } from '../../../../lambdas/platform/bus/enumerations.ts';
import type { JobFacts, JobView } from '../../../../lambdas/reports/jobs/job.ts';
import { PrimaryTime, UNKNOWN_TIME } from '../../../../lambdas/reports/primary-time/primary-time.ts';
import { type SummaryData, summarize } from '../../../../lambdas/reports/summary/summary.ts';

const MINUTE = 60_000;
const HOUR = 3_600;
const NOW = 1_700_000_000;
const AHEAD = 5 * HOUR;
const raw = (minutesAgo: number): number => NOW - minutesAgo * 60 + AHEAD;

const data = (more: Partial<SummaryData>): SummaryData => ({
  groupId: 'demo',
  jobs: [],
  running: [],
  protections: [],
  time: new PrimaryTime([{ from: 0, seconds: AHEAD }]),
  lastNotificationAt: undefined,
  complete: true,
  hours: 24,
  now: NOW * 1000,
  ...more,
});
const fact = (jobId: number, outcome: Outcome, more: Partial<JobFacts> = {}): JobFacts => ({
  at: `00${raw(60)}#${jobId}`,
  jobId,
  outcome: `demo#${outcome}`,
  parent: `demo#${jobId}`,
  jobType: 'BACKUP',
  ...more,
});
const view = (jobId: number, state: string, minutesAgo: number, more: object = {}): JobView => ({
  groupId: 'demo',
  jobId,
  notificationType: 'INFO',
  outcome: 'running',
  state,
  firstReportedAt: new Date((NOW - minutesAgo * 60) * 1000).toISOString(),
  lastReportedAt: new Date((NOW - minutesAgo * 60) * 1000).toISOString(),
  ...more,
});
const running = (job: JobView, minutesAgo = 0) => ({ job, arrivedAt: NOW * 1000 - minutesAgo * MINUTE });
const ids = (rows: readonly { jobId: number }[]) => rows.map(({ jobId }) => jobId);

it('TRAP-7 counts leaves, by outcome and by type', () => {
  const jobs = [
    fact(1, 'warning'),
    fact(2, 'succeeded', { parent: 'demo#1' }),
    fact(3, 'failed', { parent: 'demo#2' }),
    fact(4, 'running'),
    fact(5, 'succeeded', { jobType: 'RESTORE' }),
    fact(6, 'warning', { parent: 'demo#999' }),
  ];
  expect(summarize(data({ jobs }))).toMatchObject({
    outcomes: { running: 1, succeeded: 1, warning: 1, failed: 1 },
    successRate: 0.667,
    jobTypes: {
      BACKUP: { running: 1, succeeded: 0, warning: 1, failed: 1 },
      RESTORE: { running: 0, succeeded: 1, warning: 0, failed: 0 },
    },
  });
  expect(summarize(data({ jobs: [fact(4, 'running')] }))).not.toHaveProperty('successRate');
});

it('failures by client and by status, the most frequent first; one without a status is counted too', () => {
  const jobs = [
    fact(1, 'failed', { client: 'demo#a', status: 58 }),
    fact(2, 'failed', { client: 'demo#b', status: 96 }),
    fact(3, 'failed', { client: 'demo#b', status: 96 }),
    fact(4, 'failed'),
    fact(5, 'succeeded', { client: 'demo#c', status: 0 }),
  ];
  expect(summarize(data({ jobs })).failures).toMatchObject({
    byClient: [
      { clientName: 'b', failed: 2 },
      { clientName: 'a', failed: 1 },
      { clientName: '', failed: 1 },
    ],
    byStatus: [{ status: 96, failed: 2 }, { status: 58, failed: 1 }, { failed: 1 }],
  });
});

it('clients without a good backup are first, then those with the oldest', () => {
  const of = (jobId: number, status: number, minutesAgo: number, parentJobId = jobId) => ({
    jobId,
    parentJobId,
    startTime: raw(minutesAgo),
    status,
  });
  const protection = (clientName: string, ...backups: ReturnType<typeof of>[]) => ({
    clientName,
    policyName: 'p',
    backups,
  });
  const protections = [
    protection('fresh', of(1, 0, 90)),
    protection('primary', of(2, 0, 60)),
    protection('never', of(3, 58, 60)),
    protection('old', of(5, 58, 60), of(4, 1, 150)),
    protection('child', of(6, 0, 59, 2)),
  ];
  const rows = summarize(data({ protections })).lastGoodBackups;
  expect(rows.map(({ clientName, outcome, ageHours }) => [clientName, outcome, ageHours])).toEqual([
    ['never', undefined, undefined],
    ['old', 'warning', 2.5],
    ['fresh', 'succeeded', 1.5],
    ['child', 'succeeded', 0.98],
  ]);
  expect(rows[2]).toMatchObject({ jobId: 1, startedAt: new Date((NOW - 90 * 60) * 1000).toISOString() });
});

it('a job is queued too long when nothing has arrived about it for more than half an hour', () => {
  const jobs = [running(view(1, 'QUEUED', 600), 30), running(view(2, 'QUEUED', 600), 31)];
  const { queuedLong, runningLong } = summarize(
    data({ running: [...jobs, running(view(3, 'ACTIVE', 0), 31)] }),
  );
  expect(queuedLong).toMatchObject([{ jobId: 2, minutes: 31 }]);
  expect(runningLong).toEqual([]);
});

describe('a job runs too long', () => {
  const done = (policy: string, ...minutes: number[]) =>
    minutes.map((took, index) =>
      fact(100 + index, 'succeeded', {
        at: `00${raw(300)}#${index}`,
        doneAt: NOW - (300 - took) * 60,
        policy: `demo#${policy}`,
      }),
    );
  const since = (jobId: number, minutes: number, policyName?: string) =>
    running(
      view(jobId, 'ACTIVE', 1, {
        policyName,
        startedAt: new Date((NOW - minutes * 60) * 1000).toISOString(),
      }),
    );

  it('after three times the median duration of its policy', () => {
    const jobs = done('p', 90, 20, 10);
    const { runningLong } = summarize(data({ jobs, running: [since(1, 60, 'p'), since(2, 61, 'p')] }));
    expect(runningLong).toMatchObject([{ jobId: 2, minutes: 61, usualMinutes: 20 }]);
  });

  it('after half an hour at least', () => {
    const jobs = done('p', 1, 1, 1);
    const active = [since(1, 30, 'p'), since(2, 31, 'p')];
    expect(ids(summarize(data({ jobs, running: active })).runningLong)).toEqual([2]);
  });

  it('after a day when fewer than three of its policy have ended', () => {
    const jobs = [since(1, 1_440, 'p'), since(2, 1_441, 'p'), since(3, 1_441)];
    const { runningLong } = summarize(data({ jobs: done('p', 1, 1), running: jobs }));
    expect(ids(runningLong)).toEqual([2, 3]);
    expect(runningLong[0]).not.toHaveProperty('usualMinutes');
  });

  it('counted from the first report while the offset is unknown', () => {
    const jobs = [running(view(1, 'ACTIVE', 1_441)), running(view(2, 'ACTIVE', 1_440))];
    expect(ids(summarize(data({ running: jobs, time: UNKNOWN_TIME })).runningLong)).toEqual([1]);
  });
});

it('TRAP-8 has the minutes since the last arrival, never negative', () => {
  const silent = (ms: number) =>
    summarize(data({ lastNotificationAt: NOW * 1000 - ms })).minutesSinceLastNotification;
  expect([silent(119_999), silent(120_000), silent(-60_000)]).toEqual([1, 2, 0]);
  expect(summarize(data({}))).not.toHaveProperty('lastNotificationAt');
});

it('covers the hours up to now', () => {
  expect(summarize(data({ hours: 2 }))).toMatchObject({
    from: new Date((NOW - 2 * HOUR) * 1000).toISOString(),
    to: new Date(NOW * 1000).toISOString(),
  });
});
