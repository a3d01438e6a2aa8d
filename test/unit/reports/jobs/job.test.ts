import { type Notification, notificationOf } from '../../../../lambdas/notifications/notification.ts';
import { canonicalJson } from '../../../../lambdas/platform/canonical-json.ts';
import { JOBS, jobRank, jobTimeline, jobView, outcomeOf } from '../../../../lambdas/reports/jobs/job.ts';
import { PrimaryTime } from '../../../../lambdas/reports/primary-time/primary-time.ts';
import { merge } from '../../../../lambdas/reports/views/timeline.ts';

const event = (timeStamp: number, content: object): Notification =>
  notificationOf('demo', 'JOB', canonicalJson(content), { timeStamp, receivedAt: timeStamp * 1000 + 500 });
const view = (...events: Notification[]) => jobView('demo', 146, merge([], events, jobRank));

describe('outcomeOf', () => {
  it.each<[object, string]>([
    [{ state: 'QUEUED', status: 0 }, 'running'],
    [{ state: 'ACTIVE', status: 0 }, 'running'],
    [{ state: 'SUSPENDED', status: 5 }, 'running'],
    [{ state: 'DONE', status: 0 }, 'succeeded'],
    [{ state: 'DONE', status: 1 }, 'warning'],
    [{ state: 'DONE', status: 150 }, 'failed'],
    [{ state: 'DONE', status: -1 }, 'failed'],
  ])('NOT-2 %j: %s', (content, outcome) => {
    expect(outcomeOf(content as Record<string, unknown>)).toBe(outcome);
  });
});

describe('jobView', () => {
  it('I-3 orders the events of one second by their rank', () => {
    const events = [
      event(10, { state: 'DONE', status: 0 }),
      event(10, { state: 'QUEUED' }),
      event(10, { state: 'ACTIVE' }),
    ];
    expect(jobTimeline(merge([], events, jobRank)).map(({ state }) => state)).toEqual([
      'QUEUED',
      'ACTIVE',
      'DONE',
    ]);
    expect(view(...events)).toMatchObject({ state: 'DONE', outcome: 'succeeded' });
  });

  it('I-3 DONE is final, even if the clock jumps', () => {
    const done = event(50, { state: 'DONE', status: 96 });
    expect(view(done, event(90, { state: 'ACTIVE' }))).toMatchObject({ state: 'DONE', outcome: 'failed' });
    expect(view(done, event(10, { state: 'ACTIVE' }))).toMatchObject({ state: 'DONE', outcome: 'failed' });
  });

  it('the later of two DONEs counts', () => {
    const [first, second] = [
      event(50, { state: 'DONE', status: 96 }),
      event(60, { state: 'DONE', status: 0 }),
    ];
    expect(view(second, first)).toMatchObject({ status: 0, outcome: 'succeeded' });
  });

  it('I-11 shows every field as sent, and the computed ones', () => {
    const content = {
      jobId: '146',
      state: 'ACTIVE',
      startTime: 1_700_018_029,
      assetId: 'c0ffee',
      groupId: 'not ours',
    };
    expect(view(event(10, content), event(20, { ...content, jobId: 146 }))).toEqual({
      ...content,
      jobId: 146,
      groupId: 'demo',
      outcome: 'running',
      firstReportedAt: '1970-01-01T00:00:10.000Z',
      lastReportedAt: '1970-01-01T00:00:20.000Z',
    });
  });

  it('NOT-2 has the status text once the job is DONE, and the start in UTC once the offset is known', () => {
    const done = event(1_700_000_000, { state: 'DONE', status: '58', startTime: 1_700_000_000 });
    expect(view(done)).toMatchObject({ statusText: "can't connect to client", status: '58' });
    expect(view(done)).not.toHaveProperty('startedAt');
    expect(jobView('demo', 1, [done], new PrimaryTime([{ from: 0, seconds: 18_000 }]))).toMatchObject({
      startedAt: '2023-11-14T17:13:20.000Z',
      startTime: 1_700_000_000,
    });
    expect(view(event(10, { state: 'DONE', status: 4711 }))).toMatchObject({
      statusText: 'NetBackup status 4711',
    });
  });

  it('the index projects what a summary counts; of a running job no end', () => {
    const content = { jobType: 'BACKUP', clientName: 'a', policyName: '', parentJobId: 7, status: 0 };
    const active = { outcome: 'demo#running', client: 'demo#a', parent: 'demo#7', jobType: 'BACKUP' };
    expect(JOBS.keys('demo', [event(10, { ...content, state: 'ACTIVE' })])).toEqual(active);
    const events = [
      event(10, { ...content, state: 'DONE', status: '1' }),
      event(20, { ...content, state: 'ACTIVE' }),
    ];
    expect(JOBS.keys('demo', events)).toEqual({ ...active, outcome: 'demo#warning', doneAt: 10, status: 1 });
  });
});
