/** `nbwss rebuild` against the running deployment: everything is restored, nothing is lost. */
import { DeleteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Command } from 'commander';
import { registerRebuild } from '../../../bin/nbwss/commands/rebuild.ts';
import { JournalStore } from '../../../lambdas/notifications/journal-store.ts';
import { marshallItem } from '../../../lambdas/platform/dynamodb/requests.ts';
import { IMAGES } from '../../../lambdas/reports/images/image.ts';
import { JOBS } from '../../../lambdas/reports/jobs/job.ts';
import { ViewStore } from '../../../lambdas/reports/views/views-store.ts';
import { outputLine, runOnCloud } from '../../support/aws-command.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { batch, image, send, settled } from '../../support/reporting.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const tableName = (logical: string): string => {
  const found = Object.entries(deployment.cloud.resources).find(
    ([id, { type }]) => id.startsWith(logical) && type === 'AWS::DynamoDB::Table',
  );
  return found?.[1].physicalId ?? '';
};

test('restores lost views, reports its progress, and keeps what the journal no longer has', async () => {
  const client = await deployment.connect(await deployment.createGroup('demo'));
  for (let jobId = 1; jobId <= 60; jobId++) await send(client, notification('JOB', job(jobId, 'DONE')));
  await send(client, batch([notification('IMAGE', image('a_1')), notification('TAPE', { slot: 1 })]));
  await settled(deployment);
  const get = async (path: string) => (await deployment.http('GET', `/v1/groups/demo/${path}`)).json;
  const before = await get('jobs?limit=1000');

  const { region, endpointUrl, credentials, outputs } = deployment.cloud;
  const dynamodb = new DynamoDBClient({ region, endpoint: endpointUrl, credentials });
  const jobs = new ViewStore(dynamodb, tableName('Jobs'), JOBS);
  for (let jobId = 1; jobId <= 50; jobId++) await jobs.delete('demo', jobId);
  await new ViewStore(dynamodb, tableName('Images'), IMAGES).delete('demo', 'a_1');
  // Job 60 is in the views, and no longer in the journal.
  const journal = new JournalStore(dynamodb, tableName('Journal'));
  const { items } = await journal.feed('demo', { low: '0', high: '9', order: 'asc' }, 100);
  const [, gone] = items.slice(-2).reverse();
  const Key = marshallItem({ groupDay: gone?.groupDay, entry: gone?.entry });
  // As DynamoDB does when it expires: the store deletes nothing.
  await dynamodb.send(new DeleteItemCommand({ TableName: tableName('Journal'), Key }));
  dynamodb.destroy();
  expect((await get('jobs?limit=1000')).items).toHaveLength(10);

  const line = Object.values(outputs)
    .flatMap((stack) => Object.entries(stack))
    .find(([key]) => key === 'RebuildViews')?.[1];
  const output: string[] = [];
  const warnings: string[] = [];
  const collect = (lines: string[]) => (text: string | Uint8Array) => lines.push(String(text).trimEnd()) > 0;
  const stdout = jest.spyOn(process.stdout, 'write').mockImplementation(collect(output));
  const stderr = jest.spyOn(process.stderr, 'write').mockImplementation(collect(warnings));
  const environment = { ...process.env };
  Object.assign(process.env, {
    AWS_REGION: region,
    AWS_ENDPOINT_URL: endpointUrl,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  });
  try {
    const program = new Command().exitOverride();
    registerRebuild(program);
    // The command from the deployment's output, for this group.
    const args = String(line).replace('GROUP', 'demo').split(' ').slice(2);
    await program.parseAsync(args, { from: 'user' });
  } finally {
    stdout.mockRestore();
    stderr.mockRestore();
    process.env = environment;
  }
  expect(warnings).toEqual([expect.stringContaining('unknown-object')]);
  expect(output.length).toBeGreaterThan(2);
  expect(output.at(-1)).toBe('demo: done, 60 messages.');
  expect(await get('jobs?limit=1000')).toEqual(before);
  expect(await get('images/a_1')).toMatchObject({ restorable: true });
  expect((await get('quarantine')).items).toHaveLength(1);
});

test('with --publish the events of a group are published again, with the same ids', async () => {
  const client = await deployment.connect(await deployment.createGroup('osaka'));
  await send(
    client,
    batch([notification('JOB', job(1), job(1, 'DONE')), notification('IMAGE', image('a_1'))]),
  );
  await send(client, notification('TAPE', { slot: 1 }));
  await settled(deployment);
  const published = () =>
    deployment.cloud.events.all.flatMap(({ event }) => {
      const { groupId, eventId } = event.detail as { groupId?: string; eventId?: string };
      const isReported = groupId === 'osaka' && !event['detail-type'].startsWith('Connection ');
      return isReported ? [`${event['detail-type']} ${eventId}`] : [];
    });
  const before = published();
  expect(before).toHaveLength(5);
  const line = outputLine(deployment, 'RebuildViews').replace('GROUP', 'osaka');
  expect((await runOnCloud(deployment, registerRebuild, line)).out).toContain('osaka: done, 2 messages.');
  expect(published()).toEqual(before);
  const bus = outputLine(deployment, 'EventBusName');
  await runOnCloud(deployment, registerRebuild, `${line} --publish ${bus}`);
  expect(published().slice(5).sort()).toEqual([...before].sort());
});
