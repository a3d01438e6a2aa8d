/** TRAP: the guide's examples. One test for each clause that a program can check. */
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { vector, vectors } from '../support/fakes.ts';
import { type Frame, job, message, notification, type RawClient } from '../support/raw-client.ts';
import { image, report, send, settled } from '../support/reporting.ts';

describe('examples', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.stop());

  const connected = async (groupId: string): Promise<RawClient> =>
    deployment.connect(await deployment.createGroup(groupId));
  const get = async (path: string) => (await deployment.http('GET', `/v1/groups/${path}`)).json;

  test('TRAP-1 messages with the same id and different payloads are all stored', async () => {
    const client = await connected('trap-1');
    const names = ['images-create-and-update', 'job-backup-done-same-id', 'mixed-batch'];
    expect(new Set(names.map((name) => vector(name).id)).size).toBe(1);
    for (const name of names) await send(client, vector(name) as unknown as Frame);
    await settled(deployment);
    expect(await get('trap-1/jobs/146')).toMatchObject({ outcome: 'succeeded' });
    expect((await get('trap-1/images')).items).toHaveLength(2);
  });

  test('TRAP-2 the offset is learned from a job and its image, and corrected in views and filters', async () => {
    const client = await connected('trap-2');
    // Until the offset is known, times are not corrected.
    await report(deployment, client, [
      notification('JOB', job(1, 'ACTIVE', { startTime: 1_700_018_029, clientName: 'vm01' })),
    ]);
    const early = await get('trap-2/jobs/1');
    expect(early).toMatchObject({ startTime: 1_700_018_029 });
    expect(early).not.toHaveProperty('startedAt');
    await send(client, vector('mixed-batch') as unknown as Frame);
    await settled(deployment);
    expect(await get('trap-2/jobs/146')).toMatchObject({ startedAt: '2023-11-14T22:13:49.000Z' });
    expect((await get('trap-2/jobs?from=2023-11-14T22:13:49Z&to=2023-11-14T22:13:50Z')).items).toHaveLength(
      2,
    );
    expect(await get('trap-2/images/vm01_1700000029')).toMatchObject({
      backedUpAt: '2023-11-14T22:13:49.000Z',
      timeline: [{ occurredAt: '2023-11-14T22:14:11.000Z' }],
    });
  });

  test('TRAP-2 the offset changes with daylight saving, and earlier times keep the earlier one', async () => {
    const client = await connected('trap-2b');
    const reportBoth = async (at: number, offset: number) => {
      const clientName = `c${offset}`;
      await report(
        deployment,
        client,
        [
          notification('JOB', job(offset, 'DONE', { startTime: at + offset, clientName })),
          notification('IMAGE', image(`${clientName}_${at}`, 'CREATE', { createdTime: at + offset + 60 })),
        ],
        { timeStamp: at + 120 },
      );
    };
    await reportBoth(1_711_000_000, 18_000);
    await reportBoth(1_712_000_000, 14_400);
    const started = async (jobId: number) => (await get(`trap-2b/jobs/${jobId}`)).startedAt;
    expect(await started(18_000)).toBe(new Date(1_711_000_000_000).toISOString());
    expect(await started(14_400)).toBe(new Date(1_712_000_000_000).toISOString());
    expect((await get('trap-2b/jobs?from=1712000000&to=1712000001')).items).toHaveLength(1);
  });

  test('TRAP-3 notifications of the same second are ordered by their state; a late report keeps its times', async () => {
    const client = await connected('trap-3');
    const stamp = { timeStamp: 1_700_050_000 };
    await report(deployment, client, [notification('JOB', job(1, 'DONE'))], stamp);
    await report(deployment, client, [notification('JOB', job(1, 'ACTIVE'), job(1, 'QUEUED'))], stamp);
    const shown = await get('trap-3/jobs/1');
    expect(shown.timeline.map(({ state }: Frame) => state)).toEqual(['QUEUED', 'ACTIVE', 'DONE']);
    expect(shown.startTime).toBe(1_700_018_005);
  });

  test.each(vectors.filter(({ text }) => text !== undefined).map(({ name, text = '' }) => [name, text]))(
    'TRAP-4 %s: rejected without an error frame',
    async (name, text) => {
      const client = await connected(`trap-4-${name}`.slice(0, 60));
      client.send(text);
      await send(client, notification('JOB', job(1)));
      for (const frame of client.unexpected) expect(['COMMAND', 'NOTIFICATION']).toContain(frame['type']);
      await settled(deployment);
    },
  );

  test('TRAP-6 a notification that cannot be interpreted is acknowledged, and does not block later ones', async () => {
    const client = await connected('trap-6');
    const strange = [null, 7, 'x', {}, [[]], [{ object: 'JOB' }], [{ object: 'JOB', data: [null] }]];
    for (const payload of strange) await send(client, message('NOTIFICATION', 'REQUEST', payload));
    await report(deployment, client, [notification('JOB', job(1))]);
    expect((await get('trap-6/jobs')).items).toHaveLength(1);
    expect((await get('trap-6/quarantine')).items.length).toBeGreaterThanOrEqual(5);
  });

  test('TRAP-7 a job tree counts once, as its leaf, and not for the primary', async () => {
    const client = await connected('trap-7');
    const now = Math.floor(deployment.clock.now() / 1000);
    const at = { startTime: now - 3_600, policyName: 'vm' };
    await report(deployment, client, [
      notification(
        'JOB',
        job(10, 'DONE', { ...at, clientName: 'primary', status: 1 }),
        job(11, 'DONE', { ...at, clientName: 'vm01', parentJobId: 10 }),
        job(12, 'DONE', { ...at, clientName: 'vm01', parentJobId: 11, status: 156 }),
      ),
    ]);
    const summary = await get('trap-7/summary');
    expect(summary.outcomes).toEqual({ running: 0, succeeded: 0, warning: 0, failed: 1 });
    expect(summary.failures.byClient).toEqual([{ clientName: 'vm01', failed: 1 }]);
    expect(summary.lastGoodBackups).toEqual([
      { clientName: 'vm01', policyName: 'vm', latest: { jobId: 12, verdict: 'failed' } },
    ]);
    expect(await get('trap-7/jobs/10/tree')).toMatchObject({ outcome: 'failed', root: { jobId: 10 } });
  });

  test('TRAP-8 nothing depends on equal clocks', async () => {
    const client = await connected('trap-8');
    for (const [index, timeStamp] of [0, 4_000_000_000, 1_000_000_000].entries())
      await report(deployment, client, [notification('JOB', job(index, 'DONE'))], { timeStamp });
    expect((await get('trap-8/jobs')).items).toHaveLength(3);
    deployment.clock.advance(6_000);
    const arrivals = (await get('trap-8/events')).items.map(
      ({ notification: said }: Frame) => (said as Frame)['jobId'],
    );
    expect(arrivals).toEqual([0, 1, 2]);
  });
});
