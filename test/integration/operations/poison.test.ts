/** What fails each time it is applied is quarantined at once: it neither waits for the end of the retries nor holds up its shard. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { batch, image, report } from '../../support/reporting.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment?.stop());

test('one notification that can never be applied is in quarantine, and those around it are applied without a delay', async () => {
  const { cloud, http, clock, output } = deployment;
  const client = await deployment.connect(await deployment.createGroup('berlin'));
  const started = clock.now();
  // DynamoDB will never accept what a finished backup writes.
  const refusal = { do: 'fail', error: 'ValidationException', count: Number.POSITIVE_INFINITY } as const;
  const fault = cloud.faults.add({
    function: 'project',
    resource: '-Backups',
    action: 'PutItem',
    ...refusal,
  });
  await report(deployment, client, [
    notification('JOB', job(1), job(2, 'DONE'), job(3)),
    notification('IMAGE', image('a_1')),
  ]);
  await report(deployment, client, [batch([notification('JOB', job(4))])]);
  expect(clock.now() - started).toBeLessThan(3_600_000);
  const { items } = (await http('GET', '/v1/groups/berlin/quarantine')).json;
  expect(items).toMatchObject([{ reason: 'cannot-be-applied', object: 'JOB', part: 'item' }]);
  for (const path of ['jobs/1', 'jobs/3', 'jobs/4', 'images/a_1'])
    expect((await http('GET', `/v1/groups/berlin/${path}`)).status).toBe(200);
  expect(output.filter((line) => line.includes('"message-not-applicable"')).length).toBeGreaterThan(0);

  fault.remove();
  const { status } = await http('POST', `/v1/groups/berlin/quarantine/${items[0].eventId}/replay`);
  expect(status).toBe(200);
  expect((await http('GET', '/v1/groups/berlin/quarantine')).json.items).toEqual([]);
  expect((await http('GET', '/v1/groups/berlin/jobs/2')).json).toMatchObject({ outcome: 'succeeded' });
});
