/** Summaries: GET /v1/groups/{g}/summary and GET /v1/summary. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { type Frame, job, notification, type RawClient } from '../../support/raw-client.ts';
import { image, report } from '../../support/reporting.ts';

const HOUR = 3600;
const AHEAD = 5 * HOUR;

describe('summary', () => {
  let deployment: Deployment;
  let client: RawClient;
  /** Epoch seconds when the suite begins. */
  let now: number;
  beforeAll(async () => {
    deployment = await startDeployment();
    now = Math.floor(deployment.clock.now() / 1000);
    client = await deployment.connect(await deployment.createGroup('demo'));
  });
  afterAll(() => deployment.stop());

  /** A job that started so many hours ago, by its primary's clock: five hours ahead of UTC. */
  const ago = (hours: number): number => now - Math.round(hours * HOUR) + AHEAD;
  const backup = (jobId: number, hours: number, status: number, more: Frame = {}): Frame =>
    job(jobId, 'DONE', { startTime: ago(hours), status, ...more });
  const summary = async (query = '') =>
    (await deployment.http('GET', `/v1/groups/demo/summary${query}`)).json;

  test('of a group without notifications is empty and valid', async () => {
    expect(await summary()).toMatchObject({
      groupId: 'demo',
      hours: 24,
      complete: true,
      outcomes: { running: 0, succeeded: 0, warning: 0, failed: 0 },
      jobTypes: {},
      failures: { byClient: [], byStatus: [] },
      lastGoodBackups: [],
      queuedLong: [],
      runningLong: [],
    });
    expect(await summary()).not.toHaveProperty('successRate');
  });

  test('I-12 TRAP-7 a night of jobs that arrives six hours late is counted by its start times and its leaves', async () => {
    const vmware = { policyName: 'vm', policyType: 'VMWARE' };
    const night = [
      // A tree: the parent carries the primary's name; its snapshot succeeded, its backup failed.
      backup(100, 7, 1, { ...vmware, clientName: 'primary' }),
      backup(101, 6.99, 0, { ...vmware, clientName: 'vm01', parentJobId: 100 }),
      backup(102, 6.98, 156, { ...vmware, clientName: 'vm01', parentJobId: 101 }),
      backup(103, 7, 0, { clientName: 'web01' }),
      backup(104, 7, 1, { clientName: 'web02' }),
      backup(105, 7, 58, { clientName: 'db01' }),
      backup(106, 5, 58, { clientName: 'db01' }),
      backup(107, 6, 0, { clientName: 'web01', jobType: 'RESTORE', policyName: '' }),
      // The day before yesterday; beyond 24 hours, but the last good one of db01 and of vm01.
      backup(50, 50, 0, { clientName: 'db01' }),
      backup(52, 49, 0, { ...vmware, clientName: 'vm01', parentJobId: 51 }),
      // Started a little more than 24 hours ago: in UTC outside, by the primary's clock inside.
      backup(60, 26, 2050, { clientName: 'web03' }),
    ];
    // One message, sent now: its timeStamp differs from the times of the jobs.
    await report(deployment, client, [
      notification('JOB', ...night),
      notification('IMAGE', image(`web01_${now - 7 * HOUR}`, 'CREATE', { createdTime: ago(6.9) })),
    ]);
    const answer = await summary();
    expect(answer.outcomes).toEqual({ running: 0, succeeded: 2, warning: 1, failed: 3 });
    expect(answer.successRate).toBe(0.5);
    expect(answer.jobTypes).toEqual({
      BACKUP: { running: 0, succeeded: 1, warning: 1, failed: 3 },
      RESTORE: { running: 0, succeeded: 1, warning: 0, failed: 0 },
    });
    expect(answer.failures).toEqual({
      byClient: [
        { clientName: 'db01', failed: 2 },
        { clientName: 'vm01', failed: 1 },
      ],
      byStatus: [
        { status: 58, statusText: "can't connect to client", failed: 2 },
        { status: 156, statusText: 'snapshot error encountered', failed: 1 },
      ],
    });
    const good = answer.lastGoodBackups.map(
      ({ clientName, policyName, jobId, ageHours }: Record<string, unknown>) => [
        clientName,
        policyName,
        jobId,
        typeof ageHours === 'number' ? Math.round(ageHours) : undefined,
      ],
    );
    expect(good).toEqual([
      ['web03', 'daily', undefined, undefined],
      ['db01', 'daily', 50, 50],
      ['vm01', 'vm', 52, 49],
      expect.arrayContaining(['daily', 7]),
      expect.arrayContaining(['daily', 7]),
    ]);
    expect(answer.minutesSinceLastNotification).toBe(0);
    expect((await summary('?hours=168')).outcomes).toMatchObject({ succeeded: 4, failed: 4 });
  });

  test('jobs that are queued or running too long', async () => {
    await report(
      deployment,
      client,
      [
        notification(
          'JOB',
          ...[1, 2, 3].map((id) => backup(200 + id, 10 + id, 0, { policyName: 'short', clientName: 'a' })),
        ),
      ],
      { timeStamp: now - 10 * HOUR },
    );
    await report(deployment, client, [
      notification(
        'JOB',
        job(210, 'QUEUED', { startTime: ago(0) }),
        job(211, 'ACTIVE', { startTime: ago(11), policyName: 'short' }),
        job(212, 'ACTIVE', { startTime: ago(11), policyName: 'unheard-of' }),
        job(213, 'ACTIVE', { startTime: ago(30), policyName: 'unheard-of' }),
      ),
    ]);
    expect((await summary()).queuedLong).toEqual([]);
    deployment.clock.advance(31 * 60_000);
    const answer = await summary();
    expect(answer.queuedLong).toMatchObject([{ jobId: 210, state: 'QUEUED', minutes: 31 }]);
    const long = answer.runningLong.map(({ jobId }: { jobId: number }) => jobId);
    expect(long.sort()).toEqual([211, 213]);
    expect(answer.minutesSinceLastNotification).toBe(31);
  });

  test('of all groups that a key may see, an item each', async () => {
    await deployment.createGroup('quiet');
    const all = await deployment.http('GET', '/v1/summary');
    expect(all.json.items.map(({ groupId }: { groupId: string }) => groupId)).toEqual(['demo', 'quiet']);
    expect(all.json.items[0]).toMatchObject({ withoutGoodBackup: 1, queuedLong: 1, runningLong: 2 });
    expect(all.json.outcomes).toEqual(all.json.items[0].outcomes);
    const first = await deployment.http('GET', '/v1/summary?limit=1');
    const second = await deployment.http('GET', `/v1/summary?limit=1&cursor=${first.json.cursor}`);
    expect(second.json.items).toMatchObject([{ groupId: 'quiet' }]);
    expect((await deployment.http('GET', '/v1/summary?hours=0')).status).toBe(400);
    // Kept for a minute, unless the group is changed.
    const itemOf = async () => (await deployment.http('GET', '/v1/summary')).json.items[0];
    deployment.clock.advance(10_000);
    const kept = await itemOf();
    expect(kept).toMatchObject({ asOf: all.json.items[0].asOf });
    expect(kept.ageSeconds).toBeGreaterThanOrEqual(10);
    await deployment.http('PATCH', '/v1/groups/demo', { body: { labels: { customer: 'acme' } } });
    expect((await itemOf()).asOf > kept.asOf).toBe(true);
    const labelled = await deployment.http('GET', '/v1/summary?label=customer=acme');
    expect(labelled.json.items).toMatchObject([{ groupId: 'demo' }]);
    expect((await deployment.http('GET', '/v1/groups/nobody/summary')).status).toBe(404);
  });
});
