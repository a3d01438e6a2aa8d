/** NOT: notifications. One test for each clause, with the shipped assembly. */
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { vector } from '../support/fakes.ts';
import { type Frame, job, message, notification, type RawClient } from '../support/raw-client.ts';
import { batch, image, report, send, settled } from '../support/reporting.ts';

describe('messages in any order', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterEach(() => deployment.cloud.faults.clear());
  afterAll(() => deployment.stop());

  const connected = async (groupId: string): Promise<RawClient> =>
    deployment.connect(await deployment.createGroup(groupId));
  const get = async (path: string) => (await deployment.http('GET', `/v1/groups/${path}`)).json;

  test('NOT-1 one message contains several objects, each with all of its notifications', async () => {
    const client = await connected('not-1');
    const mixed = [notification('JOB', job(1), job(2)), notification('IMAGE', image('a_1'), image('b_2'))];
    await report(deployment, client, [...mixed, notification('LATER_KIND', { x: 1 })]);
    expect((await get('not-1/jobs')).items).toHaveLength(2);
    expect((await get('not-1/images')).items).toHaveLength(2);
    expect((await get('not-1/quarantine')).items).toMatchObject([{ object: 'LATER_KIND' }]);
  });

  test('NOT-2 every field is shown unchanged; policyName may be empty', async () => {
    const client = await connected('not-2');
    const restore = vector('restore-done-empty-policy');
    await send(client, restore as unknown as Frame);
    await settled(deployment);
    const [{ data }] = restore.payload as [{ data: [Frame] }];
    expect(await get('not-2/jobs/147')).toMatchObject({ ...data[0], policyName: '', outcome: 'succeeded' });
    expect((await get('not-2/jobs?jobType=RESTORE')).items).toHaveLength(1);
  });

  test('NOT-2 status is meaningful only when DONE', async () => {
    const client = await connected('not-2b');
    await report(deployment, client, [notification('JOB', job(1, 'ACTIVE', { status: 0 }))]);
    expect((await get('not-2b/jobs/1')).outcome).toBe('running');
    expect((await get('not-2b/jobs?status=0')).items).toEqual([]);
  });

  test('NOT-3 the response to every NOTIFICATION REQUEST has its id and payload []', async () => {
    const client = await connected('not-3');
    const ids = ['lower-case', 'ÄÖ 日本', 'A1B6A1F0-0000-4A6E-8A19-01C35093F220', ''];
    for (const id of ids) {
      client.send(message('NOTIFICATION', 'REQUEST', [], { id }));
      const answer = await client.next((frame) => frame['id'] === id);
      expect(answer).toMatchObject({
        version: '1.0',
        id,
        type: 'NOTIFICATION',
        subType: 'RESPONSE',
        payload: [],
      });
      expect(Object.keys(answer).sort()).toEqual([
        'id',
        'payload',
        'subType',
        'timeStamp',
        'type',
        'version',
      ]);
    }
  });

  test('NOT-4 the response is sent within 2 s even when storage hangs; the resent message is stored once', async () => {
    const client = await connected('not-4');
    await send(client, notification('JOB', job(1)));
    const fault = deployment.cloud.faults.add({ function: 'Notify', action: 'PutItem', do: 'pause' });
    const request = notification('JOB', job(2));
    const begun = Date.now();
    client.send(request);
    expect((await client.next())['type']).toBe('COMMAND');
    expect(Date.now() - begun).toBeLessThan(2_000);
    fault.remove();
    // With the same or another time stamp, alone or with other notifications.
    await send(client, request);
    await send(client, { ...request, id: 'ANOTHER', timeStamp: Number(request['timeStamp']) + 5 });
    await report(deployment, client, [notification('JOB', job(2), job(3))]);
    expect((await get('not-4/jobs/2')).timeline).toHaveLength(1);
    expect((await get('not-4/jobs')).items).toHaveLength(3);
  });

  test('NOT-5 a message that is sent again on another connection is stored once', async () => {
    const details = await deployment.createGroup('not-5');
    const first = await deployment.connect(details);
    const request = notification('JOB', job(1));
    first.send(request);
    first.socket.terminate();
    const second = await deployment.connect(details);
    await send(second, request);
    await settled(deployment);
    deployment.clock.advance(6_000);
    expect((await get('not-5/events')).items).toHaveLength(1);
    expect((await get('not-5/jobs/1')).timeline).toHaveLength(1);
  });

  test('NOT-6 a job may be reported once or several times, with any state first', async () => {
    const client = await connected('not-6');
    await report(deployment, client, [notification('JOB', job(1, 'DONE', { status: 1 }), job(2, 'QUEUED'))]);
    await report(deployment, client, [notification('JOB', job(2, 'DONE', { status: 0 }), job(3, 'ACTIVE'))]);
    await report(deployment, client, [notification('JOB', job(2, 'ACTIVE'))]);
    const outcomes = (await get('not-6/jobs?order=asc')).items.map(({ jobId, outcome }: Frame) => [
      jobId,
      outcome,
    ]);
    expect(outcomes.sort()).toEqual([
      [1, 'warning'],
      [2, 'succeeded'],
      [3, 'running'],
    ]);
  });

  test('NOT-7 UPDATE first, and NO_LOCAL_COPY_AVAILABLE after UPDATE in one batch with one createdTime', async () => {
    const client = await connected('not-7');
    await send(client, vector('image-no-local-copy') as unknown as Frame);
    await settled(deployment);
    const shown = await get('not-7/images/localhost_1711657950');
    expect(shown).toMatchObject({ restorable: false, imageState: 'replica-only' });
    expect(shown.timeline.map(({ operationId }: Frame) => operationId)).toEqual([
      'UPDATE',
      'NO_LOCAL_COPY_AVAILABLE',
    ]);
  });

  test('NOT-8 a batch of the maximum size is stored completely', async () => {
    const client = await connected('not-8');
    const many = Array.from({ length: 650 }, (_, index) => job(index, 'DONE'));
    await send(client, batch([notification('JOB', ...many)]));
    await settled(deployment);
    expect((await get('not-8/jobs?limit=1000')).items).toHaveLength(650);
  });
});
