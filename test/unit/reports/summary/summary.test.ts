import { UNKNOWN_TIME } from '../../../../lambdas/reports/primary-time/primary-time.ts';
import { data, fact, HOUR, ids, NOW, raw, running, summarize, view } from '../../../support/summary.ts';

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

  it('a parent by the parents of its client, since it takes as long as all of its children', () => {
    const jobs = done('p', 20, 20, 20).map((one) => ({ ...one, parent: 'demo#1' }));
    const child = running(view(4, 'ACTIVE', 1, { parentJobId: 1, policyName: 'p' }));
    const active = (minutes: number) => [since(1, minutes, 'p'), child];
    expect(summarize(data({ jobs, running: active(299) })).runningLong).toEqual([]);
    expect(ids(summarize(data({ jobs, running: active(1_441) })).runningLong)).toEqual([1]);
  });

  it('a job without a policy by jobs of its type', () => {
    const jobs = done('', 1, 1, 1).map((one) => ({ ...one, jobType: 'IMAGEDELETE' }));
    const active = ['RESTORE', 'IMAGEDELETE'].map((jobType, jobId) => {
      const { job, arrivedAt } = since(jobId, 60, '');
      return { job: { ...job, jobType }, arrivedAt };
    });
    expect(ids(summarize(data({ jobs, running: active })).runningLong)).toEqual([1]);
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
