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
      // Started more than 24 hours ago, and failed now.
      backup(60, 26, 2050, { clientName: 'web03' }),
    ];
    // The day before yesterday; beyond 24 hours, but the last good one of db01 and of vm01.
    const before = [
      backup(50, 50, 0, { clientName: 'db01' }),
      backup(52, 49, 0, { ...vmware, clientName: 'vm01', parentJobId: 51 }),
    ];
    await report(deployment, client, [notification('JOB', ...before)], { timeStamp: now - 48 * HOUR });
    // One message, sent now: its timeStamp differs from the times of the jobs.
    await report(deployment, client, [
      notification('JOB', ...night),
      notification('IMAGE', image(`web01_${now - 7 * HOUR}`, 'CREATE', { createdTime: ago(6.9) })),
    ]);
    const answer = await summary();
    expect(answer.outcomes).toEqual({ running: 0, succeeded: 2, warning: 1, failed: 4 });
    expect(answer.successRate).toBe(0.429);
    expect(answer.jobTypes).toEqual({
      BACKUP: { running: 0, succeeded: 1, warning: 1, failed: 4 },
      RESTORE: { running: 0, succeeded: 1, warning: 0, failed: 0 },
    });
    expect(answer.failures).toEqual({
      recovered: [],
      byClient: [
        { clientName: 'db01', failed: 2 },
        { clientName: 'vm01', failed: 1 },
        { clientName: 'web03', failed: 1 },
      ],
      byStatus: [
        { status: 58, statusText: "can't connect to client", failed: 2 },
        { status: 156, statusText: 'snapshot error encountered', failed: 1 },
        { status: 2050, statusText: 'NetBackup status 2050', failed: 1 },
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

  test('history: one verdict a day, as JSON, NDJSON and CSV; pages; a dismissed policy is shown after its next backup', async () => {
    const history = async (query = '', accept = 'application/json') =>
      deployment.http('GET', `/v1/groups/demo/history${query}`, { headers: { accept } });
    const { json } = await history('?days=4&clientName=DB01');
    expect(json.items).toMatchObject([{ clientName: 'db01', policyName: 'daily' }]);
    const [item] = json.items;
    // One of 50 hours ago, and two of 7 and 5 hours ago: they are of one day or, just after midnight, of two.
    const verdicts = item.days.map(({ verdict }: { verdict: string }) => verdict);
    expect([
      ['ok', 'failed'],
      ['ok', 'failed', 'failed'],
    ]).toContainEqual(verdicts);
    const days = verdicts.length;
    expect(item).toMatchObject({ successRate: days === 2 ? 0.5 : 0.333, consecutiveFailures: days - 1 });
    const first = await history('?limit=2');
    const second = await history(`?limit=100&cursor=${first.json.cursor}`);
    const names = [...first.json.items, ...second.json.items].map(({ clientName }) => clientName);
    expect(names).toEqual(['db01', 'vm01', 'web01', 'web02', 'web03']);
    expect((await history('?limit=2', 'application/x-ndjson')).text.trim().split('\n')).toHaveLength(2);
    expect((await history('', 'text/csv')).text).toMatch(/^clientName,policyName,from,to,/);
    for (const query of ['?days=0', '?days=401', '?days=1e1', '?days=0x10'])
      expect((await history(query)).status).toBe(400);

    const dismiss = (body: object) =>
      deployment.http('POST', '/v1/groups/demo/backups/dismiss', { body: { policyName: 'vm', ...body } });
    const clients = async () =>
      (await summary()).lastGoodBackups.map(({ clientName }: { clientName: string }) => clientName);
    expect(await clients()).toContain('vm01');
    expect((await dismiss({ clientName: 'VM01' })).json).toEqual({ changed: 1 });
    expect(await clients()).not.toContain('vm01');
    expect((await dismiss({ dismissed: false })).json).toEqual({ changed: 1 });
    expect(await clients()).toContain('vm01');
  });

  test.each([26, 5 * 24])(
    'a backup that began %s hours ago and failed an hour ago is counted',
    async (began) => {
      const group = `began-${began}`;
      const other = await deployment.connect(await deployment.createGroup(group));
      const failed = (jobId: number, ago: number) =>
        report(
          deployment,
          other,
          [notification('JOB', job(jobId, 'DONE', { startTime: now - began * HOUR, status: 58 }))],
          { timeStamp: now - ago * HOUR },
        );
      await failed(1, 1);
      await failed(2, began - 1);
      const { json } = await deployment.http('GET', `/v1/groups/${group}/summary`);
      expect(json).toMatchObject({ outcomes: { failed: 1 }, complete: true });
    },
  );

  test('verdict rules of the group apply to the past too', async () => {
    const patch = (verdicts: unknown) => deployment.http('PATCH', '/v1/groups/demo', { body: { verdicts } });
    expect((await patch([{ status: [58], verdict: 'warning' }])).json.verdicts).toEqual([
      { status: [58], verdict: 'warning' },
    ]);
    expect((await summary()).outcomes).toMatchObject({ warning: 3, failed: 2 });
    const { json } = await deployment.http('GET', '/v1/groups/demo/jobs?status=58');
    expect(json.items).toMatchObject([
      { outcome: 'failed', verdict: 'warning' },
      { outcome: 'failed', verdict: 'warning' },
    ]);
    expect((await patch(null)).json).not.toHaveProperty('verdicts');
    expect((await summary()).outcomes).toMatchObject({ warning: 1, failed: 4 });
    for (const rule of [{ verdict: 'ok' }, { status: [58], verdict: 'fine' }, { status: [], verdict: 'ok' }])
      expect((await patch([rule])).status).toBe(400);
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
    expect(all.json.items.map(({ groupId }: { groupId: string }) => groupId)).toEqual([
      'began-120',
      'began-26',
      'demo',
      'quiet',
    ]);
    expect(all.json.items[2]).toMatchObject({ withoutGoodBackup: 1, queuedLong: 1, runningLong: 2 });
    const first = await deployment.http('GET', '/v1/summary?limit=3');
    const second = await deployment.http('GET', `/v1/summary?limit=1&cursor=${first.json.cursor}`);
    expect(second.json.items).toMatchObject([{ groupId: 'quiet' }]);
    expect((await deployment.http('GET', '/v1/summary?hours=0')).status).toBe(400);
    // Kept for a minute, unless the group is changed.
    const itemOf = async () => (await deployment.http('GET', '/v1/summary')).json.items[2];
    deployment.clock.advance(10_000);
    const kept = await itemOf();
    expect(kept).toMatchObject({ asOf: all.json.items[2].asOf });
    expect(kept.ageSeconds).toBeGreaterThanOrEqual(10);
    await deployment.http('PATCH', '/v1/groups/demo', { body: { labels: { customer: 'acme' } } });
    expect((await itemOf()).asOf > kept.asOf).toBe(true);
    const labelled = await deployment.http('GET', '/v1/summary?label=customer=acme');
    expect(labelled.json.items).toMatchObject([{ groupId: 'demo' }]);
    expect((await deployment.http('GET', '/v1/groups/nobody/summary')).status).toBe(404);
  });
});
