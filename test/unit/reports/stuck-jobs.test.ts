import type { Group } from '../../../lambdas/groups/group.ts';
import { HOUR_MS, MINUTE_MS } from '../../../lambdas/platform/clock.ts';
import { stuckJobsCheck } from '../../../lambdas/reports/stuck-jobs.ts';
import { fakeClock } from '../../support/fakes.ts';
import { jobs, notificationText, projection } from '../../support/notifications.ts';
import { sessionOf } from '../../support/sessions.ts';

const START = 1_700_000_000_000;
const JOB = { jobType: 'BACKUP', clientName: 'a.example.com', policyName: 'daily' };

const world = () => {
  const projected = projection();
  const clock = fakeClock(START);
  /** A report of a job at a time, epoch ms. */
  const report = async (jobId: number, state: string, startedAt: number, at: number, change = {}) => {
    const startTime = state === 'QUEUED' ? 0 : startedAt / 1000;
    const job = { ...JOB, jobId, parentJobId: jobId, state, startTime, status: 0, ...change };
    await projected.play([notificationText([jobs(job)], at / 1000)], at);
  };
  /** Three finished runs of this many minutes, on days before. */
  const usually = async (minutes: number) => {
    for (const days of [1, 2, 3]) {
      const start = START - days * 24 * HOUR_MS;
      await report(days, 'DONE', start, start + minutes * MINUTE_MS);
    }
  };
  const look = (now: number, session = sessionOf('c1', { since: now - HOUR_MS })) => {
    clock.advance(now - clock());
    const group: Group = { groupId: 'demo', kind: 'group', createdAt: 0, epoch: 1, timeZone: 'UTC', session };
    return stuckJobsCheck({ ...projected.context, clock }).find(group);
  };
  return { ...projected, report, usually, look };
};

test('a job is stuck when it runs three times as long as usual', async () => {
  const { usually, report, look } = world();
  await usually(40);
  await report(10, 'ACTIVE', START, START);
  expect(await look(START + 2 * HOUR_MS)).toEqual([]);
  expect(await look(START + 2 * HOUR_MS + MINUTE_MS)).toMatchObject([
    {
      subject: { clientName: 'a.example.com', policyName: 'daily' },
      finding: {
        kind: 'job-stuck',
        since: START,
        last: START,
        count: 1,
        jobIds: [10],
        measures: [{ name: 'runningHours', ageOf: START, value: 2, threshold: 2, from: 'learned' }],
      },
    },
  ]);
});

test.each<[string, { clientName?: string }, { parentJobId?: number }]>([
  ['a client whose backups are longer than those of another one', { clientName: 'b.example.com' }, {}],
  ['a parent of streams', {}, { parentJobId: 20 }],
  ['a parent under the name of the primary', { clientName: 'primary' }, { parentJobId: 20 }],
])('%s has durations of its own', async (_, long, short) => {
  const { report, look } = world();
  for (const days of [1, 2, 3]) {
    const start = START - days * 24 * HOUR_MS;
    const root = days * 100;
    for (const stream of [1, 2, 3, 4]) {
      const parentJobId = short.parentJobId ? root : root + stream;
      await report(root + stream, 'DONE', start, start + 10 * MINUTE_MS, { ...short, parentJobId });
    }
    await report(root, 'DONE', start, start + 3 * HOUR_MS, { ...long, parentJobId: root });
  }
  await report(20, 'ACTIVE', START, START, { ...long, parentJobId: 20 });
  const begun = START + 2 * HOUR_MS - 5 * MINUTE_MS;
  await report(21, 'ACTIVE', begun, begun, { parentJobId: 21, ...short });
  expect(await look(START + 2 * HOUR_MS)).toEqual([]);
  await report(21, 'DONE', begun, begun + 6 * MINUTE_MS, { parentJobId: 21, ...short });
  expect(await look(START + 10 * HOUR_MS)).toMatchObject([
    { finding: { jobIds: [20], measures: [{ value: 10, threshold: 9, from: 'learned' }] } },
  ]);
});

test('without usual durations a job is stuck after a day', async () => {
  const { report, look } = world();
  await report(10, 'ACTIVE', START, START);
  expect(await look(START + 24 * HOUR_MS)).toEqual([]);
  const [found] = (await look(START + 25 * HOUR_MS)) ?? [];
  expect(found?.finding.measures).toMatchObject([{ value: 25, threshold: 24, from: 'default' }]);
});

test('a queued job is stuck half an hour after its last report', async () => {
  const { report, look } = world();
  await report(10, 'QUEUED', 0, START);
  expect(await look(START + 30 * MINUTE_MS)).toEqual([]);
  const [found] = (await look(START + 31 * MINUTE_MS)) ?? [];
  expect(found?.finding.measures).toMatchObject([
    { name: 'queuedHours', ageOf: START, threshold: 0.5, from: 'default' },
  ]);
});

test('jobs of one client under one policy are one problem, whatever the case of the name; others are others', async () => {
  const { report, look } = world();
  for (const jobId of [10, 11]) await report(jobId, 'ACTIVE', START, START);
  await report(12, 'ACTIVE', START - HOUR_MS, START, { clientName: 'A.example.com' });
  await report(13, 'ACTIVE', START, START, { policyName: 'weekly' });
  const found = (await look(START + 26 * HOUR_MS)) ?? [];
  expect(found.map(({ finding }) => finding.jobIds).sort()).toEqual([[12, 11, 10], [13]]);
  expect(found.find(({ finding }) => finding.count === 3)?.finding.since).toBe(START - HOUR_MS);
});

test('a name with a lone surrogate, which DynamoDB refuses, does not keep back the others', async () => {
  const { report, look } = world();
  await report(10, 'ACTIVE', START, START, { clientName: 'a\ud800', policyName: 'b\udc00' });
  const [found] = (await look(START + 25 * HOUR_MS)) ?? [];
  expect(found?.subject).toEqual({ clientName: 'a\ufffd', policyName: 'b\ufffd' });
});

test('it is over when the job ends, and its subject has no id of a job', async () => {
  const { report, look } = world();
  await report(10, 'ACTIVE', START, START);
  const [found] = (await look(START + 25 * HOUR_MS)) ?? [];
  expect(Object.keys(found?.subject ?? {})).toEqual(['clientName', 'policyName']);
  await report(10, 'DONE', START, START + 25 * HOUR_MS);
  expect(await look(START + 26 * HOUR_MS)).toEqual([]);
});

describe('in a jam', () => {
  /** Each a second after the one before, and of a client of its own unless one is given. */
  const running = (from: number, count: number, startedAt: number, clientName?: string) =>
    jobs(
      ...Array.from({ length: count }, (_, index) => {
        const jobId = from + index;
        const startTime = startedAt / 1000 + index;
        const client = clientName ?? `c${jobId}`;
        return { ...JOB, jobId, parentJobId: jobId, state: 'ACTIVE', startTime, clientName: client };
      }),
    );

  test('a job is stuck however many have started since', async () => {
    const { play, look } = world();
    await play([notificationText([running(1, 1, START)], START / 1000)], START);
    const later = START + 24 * HOUR_MS;
    await play([notificationText([running(2, 501, later)], later / 1000)], later);
    const found = (await look(START + 25 * HOUR_MS)) ?? [];
    expect(found.map(({ finding }) => finding.jobIds)).toEqual([[1]]);
  });

  test('a job is stuck however many older ones there are, whose ends were never reported', async () => {
    const { play, look } = world();
    const later = START + 24 * HOUR_MS;
    await play([notificationText([running(1, 501, START, 'old')], START / 1000)], START);
    await play([notificationText([running(1001, 1, later)], later / 1000)], later);
    const found = (await look(START + 49 * HOUR_MS)) ?? [];
    expect(found.map(({ subject }) => subject.clientName)).toEqual(['old', 'c1001']);
  });

  test('those that get stuck later do not take the places of others, which would recover', async () => {
    const { play, look } = world();
    const subjects = async (now: number) =>
      (await look(now))?.map(({ subject }) => subject.clientName).sort();
    await play([notificationText([running(1, 50, START)], START / 1000)], START);
    const first = await subjects(START + 25 * HOUR_MS);
    await play([notificationText([running(101, 200, START + HOUR_MS)], START / 1000 + 3600)], START);
    expect(await subjects(START + 26 * HOUR_MS)).toEqual(first);
  });
});

test('while the domain is away, or has just come back, nothing is said', async () => {
  const { report, look } = world();
  await report(10, 'ACTIVE', START, START);
  const now = START + 25 * HOUR_MS;
  expect(await look(now, sessionOf('c1', { since: now - 14 * MINUTE_MS }))).toBeUndefined();
});

test('a domain without unfinished jobs costs one read', async () => {
  const { look, dynamodb } = world();
  dynamodb.calls.length = 0;
  await look(START);
  expect(dynamodb.calls).toEqual(['Query']);
});
