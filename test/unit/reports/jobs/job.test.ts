import { type Notification, notificationOf } from '../../../../lambdas/notifications/notification.ts';
import { canonical } from '../../../../lambdas/platform/canonical-json.ts';
import { JOBS, jobDetails, jobView } from '../../../../lambdas/reports/jobs/job.ts';
import { jobOrder, outcomeOf } from '../../../../lambdas/reports/jobs/job-state.ts';
import { PrimaryTime, UNKNOWN_TIME } from '../../../../lambdas/reports/primary-time/primary-time.ts';
import { merge } from '../../../../lambdas/reports/views/timeline.ts';

const event = (timeStamp: number, content: object, type?: string): Notification =>
  notificationOf(
    'demo',
    'JOB',
    canonical(content as Notification['content']),
    { timeStamp, receivedAt: timeStamp * 1000 + 500 },
    type,
  );
const view = (...events: Notification[]) => jobView('demo', 146, merge([], events, jobOrder));
const details = (...events: Notification[]) =>
  jobDetails('demo', 146, merge([], events, jobOrder), UNKNOWN_TIME);

describe('outcomeOf', () => {
  it.each<[object, string]>([
    [{ state: 'QUEUED', status: 0 }, 'running'],
    [{ state: 'ACTIVE', status: 0 }, 'running'],
    [{ state: 'SUSPENDED', status: 5 }, 'running'],
    [{ state: 'DONE', status: 0 }, 'succeeded'],
    [{ state: 'done', status: 0 }, 'succeeded'],
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
      event(10, { state: 'Done', status: 0 }),
      event(10, { state: 'queued' }),
      event(10, { state: 'ACTIVE' }),
    ];
    expect(details(...events).timeline.map(({ state }) => state)).toEqual(['queued', 'ACTIVE', 'Done']);
    expect(view(...events)).toMatchObject({ state: 'Done', outcome: 'succeeded' });
  });

  it('TRAP-3 orders two runs with one stamp by their starts', () => {
    const again = event(10, { state: 'ACTIVE', startTime: 2_000 });
    const done = event(10, { state: 'DONE', status: 58, startTime: 1_000 });
    expect(view(again, done)).toMatchObject({ state: 'ACTIVE', outcome: 'running', run: 2 });
  });

  it.each([[['ACTIVE', 'QUEUED', 'ACTIVE']], [['QUEUED', 'ACTIVE', 'SUSPENDED', 'ACTIVE', 'SUSPENDED']]])(
    'NOT-6 a state that comes back is believed: %j',
    (states) => {
      const events = states.map((state, index) => event(10 + index * 10, { state }));
      const last = 10 + (states.length - 1) * 10;
      expect(view(...events)).toMatchObject({
        state: states.at(-1),
        lastReportedAt: new Date(last * 1000).toISOString(),
      });
      expect(details(...events).timeline.map(({ state }) => state)).toEqual(states);
      expect(new Set(details(...events).timeline.map(({ eventId }) => eventId)).size).toBe(states.length);
    },
  );

  it('NOT-4 a message that is sent again under another stamp changes only the last report', () => {
    const states = [{ state: 'QUEUED' }, { state: 'ACTIVE' }];
    const first = states.map((content) => event(10, content));
    const again = states.map((content) => event(15, content));
    expect(details(...first, ...again).timeline).toMatchObject([
      { state: 'QUEUED', reportedAt: '1970-01-01T00:00:10.000Z', lastReportedAt: '1970-01-01T00:00:15.000Z' },
      { state: 'ACTIVE', reportedAt: '1970-01-01T00:00:10.000Z', lastReportedAt: '1970-01-01T00:00:15.000Z' },
    ]);
    const more = [...first, ...again, event(15, { state: 'DONE', status: 0 })];
    expect(details(...more).timeline.map(({ state }) => state)).toEqual(['QUEUED', 'ACTIVE', 'DONE']);
  });

  it('DONE 58, DONE 0, DONE 58 ends with 58', () => {
    const events = [58, 0, 58].map((status, index) => event(50 + index, { state: 'DONE', status }));
    expect(view(...events)).toMatchObject({ status: 58, outcome: 'failed' });
    expect(view(...events.slice(0, 2).reverse())).toMatchObject({ status: 0, outcome: 'succeeded' });
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
      notificationType: 'INFO',
      outcome: 'running',
      firstReportedAt: '1970-01-01T00:00:10.000Z',
      lastReportedAt: '1970-01-01T00:00:20.000Z',
    });
  });

  it('NOT-1 a later kind of notification does not look like INFO', () => {
    const [info, error] = [event(10, { state: 'ACTIVE' }), event(20, { state: 'ACTIVE' }, 'ERROR')];
    expect(view(info, error)).toMatchObject({ notificationType: 'ERROR' });
    expect(details(info, error).timeline.map(({ notificationType }) => notificationType)).toEqual([
      'INFO',
      'ERROR',
    ]);
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

  it.each([[{}], [{ status: null }]])('has no status text without a status: %j', (more) => {
    expect(view(event(10, { state: 'DONE', ...more }))).not.toHaveProperty('statusText');
  });
});

describe('runs', () => {
  const done = event(50, { state: 'DONE', status: 58, startTime: 1_000 });

  it('I-3 a late report of an earlier state does not undo DONE', () => {
    for (const stamp of [10, 50, 90, 650])
      expect(view(done, event(stamp, { state: 'ACTIVE', startTime: 1_000 }))).toMatchObject({
        state: 'DONE',
      });
  });

  it.each([
    ['a stamp more than ten minutes later', event(651, { state: 'QUEUED', startTime: 1_000 })],
    ['another start', event(60, { state: 'ACTIVE', startTime: 1_060 })],
  ])('NOT-6 a job that is taken up again is running: %s', (_, again) => {
    expect(view(done, again)).toMatchObject({ outcome: 'running', run: 2 });
    expect(details(done, again)).toMatchObject({
      runs: [
        { run: 1, outcome: 'failed', status: 58, statusText: "can't connect to client" },
        { run: 2, outcome: 'running' },
      ],
      timeline: [
        { run: 1, outcome: 'failed' },
        { run: 2, outcome: 'running' },
      ],
      firstReportedAt: '1970-01-01T00:00:50.000Z',
    });
  });

  it('a job that has not been taken up again has no number of its run', () => {
    expect(view(done)).not.toHaveProperty('run');
    expect(details(done).runs).toHaveLength(1);
  });

  it.each([
    ['policy', { policyName: 'other', clientName: 'a', startTime: 1_000_500 }],
    ['client', { policyName: 'p', clientName: 'b', startTime: 1_000_500 }],
    ['start', { policyName: 'p', clientName: 'a', startTime: 1_000_000 + 31 * 86_400 }],
  ])('a job id that appears again with another %s is another job; both can be seen', (_, other) => {
    const old = { state: 'ACTIVE', policyName: 'p', clientName: 'a', startTime: 1_000_000 };
    const events = [event(1_000, old), event(2_000, { state: 'ACTIVE', ...other })];
    expect(view(...events)).toMatchObject({ ...other, firstReportedAt: '1970-01-01T00:33:20.000Z', run: 2 });
    expect(details(...events).runs).toMatchObject([old, other]);
  });

  it('a finished job without a usable start is another job if it appears with another policy', () => {
    const events = [
      event(1_000, { state: 'DONE', policyName: 'p', startTime: 0 }),
      event(1_005, { state: 'ACTIVE', policyName: 'q', startTime: 0 }),
    ];
    expect(details(...events).runs).toMatchObject([{ policyName: 'p' }, { policyName: 'q' }]);
  });

  it('TRAP-1 one start under two names of a client is one job', () => {
    const names = ['primary', 'primary.example.com'];
    const events = names.map((clientName) => event(10, { state: 'ACTIVE', clientName, startTime: 5 }));
    expect(details(...events).runs).toHaveLength(1);
  });

  it('the same client in other letters, and names that come later, are no other job', () => {
    const names = [
      { clientName: '', policyName: '' },
      { clientName: 'Web01', policyName: 'p' },
      { clientName: 'web01', policyName: 'p' },
    ];
    const events = names.map((more, index) => event(10 + index, { state: 'ACTIVE', ...more }));
    expect(details(...events).runs).toHaveLength(1);
  });
});

it('the index projects what a summary counts; of a running job no end', () => {
  const content = { jobType: 'BACKUP', clientName: 'a', policyName: '', parentJobId: 7, status: 0 };
  const active = { outcome: 'demo#running', client: 'demo#a', parent: 'demo#7', jobType: 'BACKUP' };
  const keysOf = (...events: Notification[]) => JOBS.indexed('demo', events).keys;
  expect(keysOf(event(10, { ...content, state: 'ACTIVE' }))).toEqual(active);
  const done = event(10, { ...content, state: 'DONE', status: '1' });
  const ended = { ...active, outcome: 'demo#warning', doneAt: 10, status: 1 };
  expect(keysOf(done, event(20, { ...content, state: 'ACTIVE' }))).toEqual(ended);
  expect(keysOf(done, event(1_000, { ...content, state: 'ACTIVE' }))).toEqual(active);
});
