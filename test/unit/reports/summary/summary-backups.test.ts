import type { VerdictRule } from '../../../../lambdas/groups/backup-rules.ts';
import type { JobFacts } from '../../../../lambdas/reports/jobs/job.ts';
import { PrimaryTime, UNKNOWN_TIME } from '../../../../lambdas/reports/primary-time/primary-time.ts';
import { isWithin, jobOfFacts } from '../../../../lambdas/reports/summary/summary-job.ts';
import {
  AHEAD,
  backup,
  clientPolicy,
  type Data,
  data,
  fact,
  HOUR,
  NOW,
  raw,
  running,
  summarize,
  view,
} from '../../../support/summary.ts';

describe('lastGoodBackups', () => {
  const rowsOf = (more: Partial<Data>) => summarize(data(more)).lastGoodBackups;

  it('clients without a good backup are first, then those with the oldest', () => {
    const clientPolicies = [
      clientPolicy('fresh', backup(1, 0, 90)),
      clientPolicy('primary', backup(2, 0, 60)),
      clientPolicy('never', backup(3, 58, 60)),
      clientPolicy('old', backup(5, 58, 60), backup(4, 1, 150)),
      clientPolicy('child', backup(6, 0, 59, { parentJobId: 2 })),
    ];
    const rows = rowsOf({ clientPolicies });
    expect(rows.map(({ clientName, outcome, ageHours }) => [clientName, outcome, ageHours])).toEqual([
      ['never', undefined, undefined],
      ['old', 'warning', 2.5],
      ['fresh', 'succeeded', 1.5],
      ['child', 'succeeded', 0.98],
    ]);
    expect(rows[1]?.latest).toMatchObject({ jobId: 5, verdict: 'failed' });
    expect(rows[2]).toEqual({
      clientName: 'fresh',
      policyName: 'p',
      jobId: 1,
      outcome: 'succeeded',
      startedAt: new Date((NOW - 90 * 60) * 1000).toISOString(),
      ageHours: 1.5,
    });
  });

  it('two streams 0 and 13 are not a good backup', () => {
    const streams = [backup(11, 0, 60, { parentJobId: 10 }), backup(12, 13, 60, { parentJobId: 10 })];
    expect(rowsOf({ clientPolicies: [clientPolicy('a', ...streams, backup(1, 0, 600))] })).toMatchObject([
      { jobId: 1, outcome: 'succeeded', latest: { jobId: 12, verdict: 'failed' } },
    ]);
  });

  it('a stream that waits makes the latest run running', () => {
    const waiting = running(view(13, 'QUEUED', 1, { parentJobId: 10, clientName: 'A', policyName: 'p' }));
    const clientPolicies = [clientPolicy('a', backup(11, 0, 60, { parentJobId: 10 }))];
    expect(rowsOf({ clientPolicies, running: [waiting] })).toEqual([
      {
        clientName: 'a',
        policyName: 'p',
        latest: expect.objectContaining({ jobId: 11, verdict: 'running' }),
      },
    ]);
  });

  it('a job that is queued since long before the latest run is not the latest one', () => {
    const clientPolicies = [clientPolicy('a', backup(1, 0, 90), backup(5, 58, 30))];
    const latestOf = (minutesAgo: number) =>
      rowsOf({
        clientPolicies,
        running: [running(view(3, 'QUEUED', minutesAgo, { clientName: 'a', policyName: 'p', startTime: 0 }))],
      })[0]?.latest;
    expect(latestOf(3_000)).toMatchObject({ jobId: 5, verdict: 'failed' });
    expect(latestOf(20)).toMatchObject({ jobId: 3, verdict: 'running' });
  });

  it('the last full one beside the last good one; snapshots are marked; a failed parent is shown', () => {
    const full = backup(1, 0, 6_000, { isFull: true });
    const parent = backup(20, 156, 90);
    const clientPolicies = [
      clientPolicy('a', full, backup(2, 0, 60)),
      clientPolicy('b', backup(3, 0, 60, { jobType: 'SNAPSHOT' })),
      clientPolicy('c', parent, backup(21, 0, 90, { parentJobId: 20 })),
    ];
    expect(rowsOf({ clientPolicies })).toMatchObject([
      { clientName: 'c', jobId: 21, parentFailed: { jobId: 20, status: 156 } },
      { clientName: 'a', jobId: 2, ageHours: 1, lastFull: { jobId: 1, ageHours: 100 } },
      { clientName: 'b', snapshotOnly: true },
    ]);
  });

  it('no age while the offset is unknown, or without a start; never a negative one', () => {
    const clientPolicies = [clientPolicy('a', backup(1, 0, 60))];
    expect(rowsOf({ clientPolicies, time: UNKNOWN_TIME })).toEqual([
      { clientName: 'a', policyName: 'p', jobId: 1, outcome: 'succeeded' },
    ]);
    expect(
      rowsOf({ clientPolicies: [clientPolicy('a', backup(1, 0, 60, { startTime: 0 }))] })[0],
    ).not.toHaveProperty('ageHours');
    expect(rowsOf({ clientPolicies: [clientPolicy('a', backup(1, 0, -60))] })[0]?.ageHours).toBe(0);
  });

  it('not those that are dismissed or ignored', () => {
    const clientPolicies = [
      { ...clientPolicy('a', backup(1, 58, 60)), policyName: 'retired' },
      clientPolicy('b', backup(2, 191, 60)),
    ];
    expect(rowsOf({ clientPolicies, rules: [{ status: [191], verdict: 'ignored' }] })).toEqual([]);
  });
});

describe('verdicts', () => {
  it('150 is cancelled and counted apart, as is what a rule ignores', () => {
    const jobs = [
      fact(1, 'failed', { status: 150 }),
      fact(2, 'failed', { status: 191 }),
      fact(3, 'failed', { status: 196 }),
      fact(4, 'succeeded', { status: 0 }),
    ];
    const rules: VerdictRule[] = [
      { status: [191], verdict: 'ignored' },
      { status: [196], verdict: 'ok' },
    ];
    expect(summarize(data({ jobs, rules }))).toMatchObject({
      outcomes: { running: 0, succeeded: 2, warning: 0, failed: 0 },
      cancelled: 1,
      ignored: 1,
      successRate: 1,
      failures: { byClient: [], byStatus: [] },
    });
  });

  it('a failure after which a later run succeeded is recovered, with both job ids', () => {
    const failed = (jobId: number, client: string) =>
      fact(jobId, 'failed', { status: 58, client: `demo#${client}`, policy: 'demo#p', doneAt: NOW });
    const jobs = [failed(1, 'web01'), failed(2, 'web01'), failed(3, 'db01')];
    const clientPolicies = [
      clientPolicy('Web01', backup(1, 58, 60), backup(2, 58, 60), backup(4, 0, 30), backup(5, 0, 10)),
      clientPolicy('db01', backup(3, 58, 60), backup(6, 0, 90)),
    ];
    expect(summarize(data({ jobs, clientPolicies }))).toMatchObject({
      outcomes: { failed: 3 },
      recovered: 2,
      failures: {
        recovered: [
          { clientName: 'Web01', policyName: 'p', failedJobId: 1, recoveredByJobId: 4 },
          { clientName: 'Web01', policyName: 'p', failedJobId: 2, recoveredByJobId: 4 },
        ],
        byClient: [
          { clientName: 'Web01', failed: 2, recovered: 2 },
          { clientName: 'db01', failed: 1 },
        ],
        byStatus: [{ status: 58, failed: 3, recovered: 2 }],
      },
    });
  });

  it('I-12 a failure without a start is compared with starts in UTC', () => {
    const failed = backup(2, 196, 0, { startTime: 0, endedAt: NOW - 30 * 60 });
    const fails = fact(2, 'failed', {
      at: `00${failed.endedAt}##2`,
      status: 196,
      client: 'demo#a',
      policy: 'demo#p',
      doneAt: failed.endedAt,
    });
    const withGood = (minutesAgo: number, ahead = AHEAD) => {
      const startTime = NOW - minutesAgo * 60 + ahead;
      const good = backup(1, 0, 0, { startTime, endedAt: NOW - minutesAgo * 60 + 60 });
      const time = new PrimaryTime([{ from: 0, seconds: ahead }]);
      const { recovered, lastGoodBackups } = summarize(
        data({ time, jobs: [fails], clientPolicies: [clientPolicy('a', good, failed)] }),
      );
      return [recovered, lastGoodBackups[0]?.jobId, lastGoodBackups[0]?.latest?.jobId];
    };
    expect(withGood(60)).toEqual([0, 1, 2]);
    expect(withGood(20)).toEqual([1, 1, undefined]);
    expect(withGood(60, -AHEAD)).toEqual([0, 1, 2]);
    expect(withGood(20, -AHEAD)).toEqual([1, 1, undefined]);
  });

  it('a stream is not recovered by another stream of its own run', () => {
    const jobs = [fact(11, 'failed', { status: 6, client: 'demo#a', policy: 'demo#p', parent: 'demo#10' })];
    const run = [
      backup(10, 1, 62),
      backup(11, 6, 60, { parentJobId: 10 }),
      backup(12, 0, 50, { parentJobId: 10 }),
    ];
    expect(summarize(data({ jobs, clientPolicies: [clientPolicy('a', ...run)] }))).toMatchObject({
      recovered: 0,
      lastGoodBackups: [{ jobId: 12, outcome: 'warning' }],
    });
    // Of a run with many streams not all are kept.
    const kept = run.filter(({ jobId }) => jobId !== 11);
    expect(summarize(data({ jobs, clientPolicies: [clientPolicy('a', ...kept)] }))).toMatchObject({
      recovered: 0,
    });
  });

  it('a parent that failed although its leaves are good is listed', () => {
    const parent = { status: 156, client: 'demo#primary', policy: 'demo#p' };
    const good = [fact(2, 'succeeded', { parent: 'demo#1' }), fact(3, 'succeeded', { parent: 'demo#2' })];
    const listed = (jobs: JobFacts[]) => summarize(data({ jobs })).parentFailed;
    expect(listed([fact(1, 'failed', parent), ...good])).toEqual([
      {
        jobId: 1,
        clientName: 'primary',
        policyName: 'p',
        status: 156,
        statusText: 'snapshot error encountered',
      },
    ]);
    expect(listed([fact(1, 'failed', parent), fact(2, 'failed', { parent: 'demo#1' })])).toEqual([]);
  });

  it('a job counts that started or ended within the hours', () => {
    const period = { from: NOW - 24 * HOUR, to: NOW };
    const within = (startedMinutesAgo: number, endedMinutesAgo?: number) => {
      const ended = endedMinutesAgo === undefined ? {} : { doneAt: NOW - endedMinutesAgo * 60 };
      const one = fact(1, 'failed', { at: `00${raw(startedMinutesAgo)}#1`, ...ended });
      return isWithin(jobOfFacts('demo', one, data({}).time, []), period);
    };
    expect([within(60), within(26 * 60, 60), within(26 * 60, 25 * 60), within(26 * 60)]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
