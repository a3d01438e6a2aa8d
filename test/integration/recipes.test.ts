/** The recipes of docs/recipes, deployed beside this deployment on one local cloud. Problems and jobs are put on its bus. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { App } from 'aws-cdk-lib';
import { FailedJobsFunctionStack } from '../../docs/recipes/function.ts';
import { ForwardingStack, ReceivingBusStack } from '../../docs/recipes/other-account.ts';
import { ProblemQueueStack } from '../../docs/recipes/queue.ts';
import { Resolver } from '../../local/assembly/intrinsics.ts';
import { readAssembly } from '../../local/assembly/read.ts';
import { ASSEMBLY, type Deployment, startDeployment } from '../support/deployment.ts';
import { callJson, stopAll, temporaryFolder } from './local/support.ts';

const SENDER = '000000000000';
const RECEIVER = 'nbwss-events';
const RECEIVER_ARN = `arn:aws:events:us-east-1:${SENDER}:event-bus/${RECEIVER}`;

let deployment: Deployment;
let eventBusName: string;
let resolver: Resolver;
let queues: readonly { readonly ref: string }[];

type Manifest = { artifacts: Record<string, unknown> };
const readJson = <T>(file: string): T => JSON.parse(readFileSync(file, 'utf8')) as T;

/** The deployment's assembly with the stacks of the recipes. */
const assembly = async (): Promise<string> => {
  const folder = await temporaryFolder();
  cpSync(ASSEMBLY, folder, { recursive: true });
  const outdir = await temporaryFolder();
  const app = new App({ outdir });
  new ProblemQueueStack(app, 'Queue', { eventBusName });
  new FailedJobsFunctionStack(app, 'Code', { eventBusName, code: 'docs/recipes/function' });
  new ForwardingStack(app, 'Forwarding', { eventBusName, receiverArn: RECEIVER_ARN });
  // It refuses everything: its policy is gone.
  new ProblemQueueStack(app, 'Refusing', { eventBusName });
  new ForwardingStack(app, 'Astray', { eventBusName, receiverArn: `${RECEIVER_ARN}-gone` });
  new ReceivingBusStack(app, 'Receiving', { sender: SENDER, busName: RECEIVER });
  process.env['CDK_VALIDATION'] = 'false';
  app.synth();
  delete process.env['CDK_VALIDATION'];
  const manifest = path.join(folder, 'manifest.json');
  const both = readJson<Manifest>(manifest);
  Object.assign(both.artifacts, readJson<Manifest>(path.join(outdir, 'manifest.json')).artifacts);
  for (const name of readdirSync(outdir).filter((one) => one !== 'manifest.json'))
    cpSync(path.join(outdir, name), path.join(folder, name), { recursive: true });
  writeFileSync(manifest, JSON.stringify(both));
  removeQueuePolicy(path.join(folder, 'Refusing.template.json'), 'Problems');
  return folder;
};

type Template = { Resources: Record<string, { Type: string }> };
const removeQueuePolicy = (file: string, queue: string): void => {
  const template = readJson<Template>(file);
  for (const name of Object.keys(template.Resources))
    if (name.startsWith(`${queue}Policy`)) delete template.Resources[name];
  writeFileSync(file, JSON.stringify(template));
};

beforeAll(async () => {
  const own = new Resolver(readAssembly(ASSEMBLY), () => '');
  eventBusName = own.all('AWS::Events::EventBus')[0]?.name ?? '';
  const folder = await assembly();
  resolver = new Resolver(readAssembly(folder), () => '');
  queues = resolver.all('AWS::SQS::Queue');
  deployment = await startDeployment({ assembly: folder });
});
afterAll(async () => {
  await deployment.stop();
  await stopAll();
});

const put = async (detailType: string, detail: object): Promise<void> => {
  const { endpointUrl: endpoint, credentials, region } = deployment.cloud;
  const client = new EventBridgeClient({ endpoint, region, credentials });
  const entry = { EventBusName: eventBusName, Source: 'nbwss', DetailType: detailType };
  await client.send(new PutEventsCommand({ Entries: [{ ...entry, Detail: JSON.stringify(detail) }] }));
  client.destroy();
  await deployment.cloud.drained();
};
/** The events in a queue of a recipe, which are deleted. */
const taken = async (stack: string, queue: string): Promise<readonly unknown[]> => {
  const QueueUrl = queues.find(({ ref }) => ref.includes(`/${stack}-${queue}`))?.ref;
  const input = { QueueUrl, MaxNumberOfMessages: 10 };
  const { body } = await callJson(deployment.cloud, 'AmazonSQS.ReceiveMessage', input);
  const messages = (body['Messages'] ?? []) as { Body: string; ReceiptHandle: string }[];
  for (const { ReceiptHandle } of messages)
    await callJson(deployment.cloud, 'AmazonSQS.DeleteMessage', { QueueUrl, ReceiptHandle });
  return messages.map(({ Body }) => JSON.parse(Body));
};
const event = (detailType: string, detail: object) =>
  expect.objectContaining({ source: 'nbwss', 'detail-type': detailType, detail });

test('a queue gets the problems, and nothing else; what it refuses is in the other queue', async () => {
  await put('Problem Opened', { eventId: 'a' });
  await put('Problem Reminded', { eventId: 'b' });
  await put('Problem Recovered', { eventId: 'c' });
  await put('Job Completed', { eventId: 'd', outcome: 'succeeded' });
  const expected = [event('Problem Opened', { eventId: 'a' }), event('Problem Recovered', { eventId: 'c' })];
  expect(await taken('Queue', 'Problems')).toEqual(expected);
  expect(await taken('Queue', 'NotDelivered')).toEqual([]);
  expect(await taken('Refusing', 'Problems')).toEqual([]);
  expect(await taken('Refusing', 'NotDelivered')).toEqual(expected);
});

test('a function gets the failed jobs; what it cannot process is tried three times, and then in its queue', async () => {
  const failed = { eventId: 'e', groupId: 'berlin', jobId: 7, outcome: 'failed', job: { status: 58 } };
  const strange = { eventId: 'f', groupId: 'berlin', jobId: 8, outcome: 'failed', job: {} };
  const lines = () => deployment.output.filter((line) => line.includes('"jobId":7')).length;
  await put('Job Completed', { ...failed, outcome: 'succeeded' });
  await put('Job Completed', failed);
  await put('Job Completed', failed);
  expect(lines()).toBe(1);
  await put('Job Completed', strange);
  const invoked = () =>
    deployment.cloud.lambda.invocations.all.filter((name) => name.startsWith('Code-')).length;
  const before = invoked();
  for (const minutes of [1, 2]) {
    expect(await taken('Code', 'NotProcessed')).toEqual([]);
    deployment.clock.advance(minutes * 60_000);
    await deployment.cloud.drained();
  }
  expect(invoked() - before).toBe(2);
  expect(await taken('Code', 'NotProcessed')).toEqual([event('Job Completed', strange)]);
});

test('the bus of another account gets the problems; what it refuses is in the queue', async () => {
  await put('Problem Opened', { eventId: 'g' });
  await put('Job Completed', { eventId: 'h', outcome: 'succeeded' });
  const expected = [event('Problem Opened', { eventId: 'g' })];
  expect(await taken('Receiving', 'Received')).toEqual(expect.arrayContaining(expected));
  expect(await taken('Forwarding', 'NotDelivered')).toEqual([]);
  expect(await taken('Astray', 'NotDelivered')).toEqual(expect.arrayContaining(expected));
  const received = deployment.cloud.events.all.filter(({ busName }) => busName === RECEIVER);
  expect(new Set(received.map((one) => one.event['detail-type']))).toEqual(
    new Set(['Problem Opened', 'Problem Reminded', 'Problem Recovered']),
  );
});

test('the receiving bus accepts only events of nbwss, from one account', () => {
  const [policy] = resolver.all<{ Statement: object }>('AWS::Events::EventBusPolicy');
  expect(policy?.properties.Statement).toMatchObject({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${SENDER}:root` },
    Condition: { StringEquals: { 'events:source': 'nbwss' } },
  });
});
