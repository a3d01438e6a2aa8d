/** Problems of backups: GET /v1/groups/{g}/problems and …/targets, from notifications and by the sweep. */
import type { EndpointDetails } from '../../../lambdas/endpoints/endpoint.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { type Frame, job, notification, type RawClient } from '../../support/raw-client.ts';
import { report } from '../../support/reporting.ts';

const MINUTE = 60_000;
const HOUR = 3_600;
const DAY = 86_400;

describe('problems of backups', () => {
  let deployment: Deployment;
  let details: EndpointDetails;
  let client: RawClient;
  /** Epoch seconds when the suite begins. */
  let now: number;
  beforeAll(async () => {
    deployment = await startDeployment();
    now = Math.floor(deployment.clock.now() / 1000);
    details = await deployment.createGroup('demo');
    client = await deployment.connect(details);
    await deployment.http('PATCH', '/v1/groups/demo', { body: { timeZone: 'Etc/UTC' } });
  });
  afterAll(() => deployment.stop());

  /** A backup that ended so many seconds ago, after an hour. */
  const backup = (jobId: number, endedAgo: number, status: number, more: Frame = {}) =>
    report(
      deployment,
      client,
      [notification('JOB', job(jobId, 'DONE', { startTime: now - endedAgo - HOUR, status, ...more }))],
      { timeStamp: now - endedAgo },
    );
  const problems = async (clientName: string, state = '') => {
    const { json } = await deployment.http('GET', `/v1/groups/demo/problems${state}`);
    const items = json['items'] as { kind: string; state: string; subject: { clientName: string } }[];
    return items.filter(({ subject }) => subject.clientName === clientName);
  };
  const pass = async (ms: number) => {
    deployment.clock.advance(ms);
    await deployment.sweep();
  };

  test('a failed backup is no problem for 30 min, then one until a good backup', async () => {
    await backup(1, 0, 58, { clientName: 'web01', policyName: 'daily' });
    expect(await problems('web01')).toEqual([]);
    await pass(31 * MINUTE);
    expect(await problems('web01')).toMatchObject([
      {
        kind: 'backup-failed',
        state: 'open',
        severity: 'critical',
        groupId: 'demo',
        subject: { clientName: 'web01', policyName: 'daily' },
        since: new Date(now * 1000).toISOString(),
        count: 1,
        jobIds: [1],
        measures: [{ name: 'failures', value: 1, threshold: 1, from: 'default' }],
        text: expect.stringContaining("can't connect to client"),
      },
    ]);
    // The gateway has closed the idle connection.
    client = await deployment.connect(details);
    await backup(2, 0, 0, { clientName: 'WEB01', policyName: 'daily' });
    expect(await problems('web01')).toEqual([]);
    expect(await problems('web01', '?state=recovered')).toMatchObject([
      { kind: 'backup-failed', state: 'recovered' },
    ]);
  });

  test('a problem that was changed meanwhile is read again', async () => {
    const mark = deployment.cloud.calls.mark();
    const changed = deployment.cloud.faults.add({
      function: 'Project',
      service: 'dynamodb',
      action: 'PutItem',
      resource: 'Problems',
      do: 'fail',
      error: 'ConditionalCheckFailedException',
    });
    await backup(5, DAY, 58, { clientName: 'mail01', policyName: 'daily' });
    expect(changed.hits()).toBe(1);
    // The SDK did not repeat the write itself, as it does when it finds that its clock is wrong.
    const made = deployment.cloud.calls
      .since(mark)
      .filter(
        ({ functionName = '', resource }) =>
          functionName.includes('Project') && resource.includes('Problems'),
      );
    expect(made.map(({ action }) => action).join(' ')).toContain('PutItem GetItem PutItem');
    expect(await problems('mail01')).toMatchObject([{ kind: 'backup-failed', state: 'open', jobIds: [5] }]);
    changed.remove();
  });

  test('failures that arrive after an outage are problems at once, and several in a row one more', async () => {
    for (const [index, ago] of [3, 2, 1].entries())
      await backup(10 + index, ago * DAY, 84, { clientName: 'db01', policyName: 'daily' });
    expect((await problems('db01')).sort((a, b) => (a.kind < b.kind ? -1 : 1))).toMatchObject([
      { kind: 'backup-failed', count: 3, jobIds: [12, 11, 10] },
      { kind: 'consecutive-failures', count: 3, measures: [{ value: 3, threshold: 3 }] },
    ]);
  });

  test('a weekly backup is not overdue after two days, but after eight; the habit is shown', async () => {
    for (const week of [3, 2, 1, 0])
      await backup(30 - week, (week * 7 + 2) * DAY, 0, {
        clientName: 'file01',
        policyName: 'weekly',
        scheduleType: 'ST_FULL',
      });
    const { json } = await deployment.http('GET', '/v1/groups/demo/targets');
    expect(json['items']).toContainEqual(
      expect.objectContaining({
        clientName: 'file01',
        from: 'learned',
        learned: expect.objectContaining({ gapHours: 7 * 24 }),
      }),
    );
    await deployment.http('PATCH', '/v1/groups/demo', { body: { description: 'evaluated' } });
    await pass(MINUTE);
    expect(await problems('file01')).toEqual([]);
    // The planned evaluation of the group, without any message. Between two sweeps it plans the next one.
    for (let day = 2; day < 9; day++) await pass(DAY * 1000);
    expect(await problems('file01')).toMatchObject([
      {
        kind: 'no-good-backup',
        jobIds: [30],
        measures: [{ name: 'ageHours', threshold: 7 * 24 + 13, from: 'learned' }],
      },
    ]);
    const body = { policyName: 'weekly' };
    const retired = await deployment.http('POST', '/v1/groups/demo/backups/retire', { body });
    expect(retired.json).toEqual({ changed: 1 });
    await pass(MINUTE);
    expect(await problems('file01')).toEqual([]);
  });
});
