/** Event source mappings of queues, and dead letters by the number of receipts. */
import type { LocalCloud } from '../../../local/cloud.ts';
import { startLocalCloud } from '../../../local/cloud.ts';
import { ManualClock } from '../../support/clocks.ts';
import { testCertificate } from '../../support/tls.ts';
import {
  callJson,
  editedAssembly,
  kept,
  nameOf,
  set,
  startCloud,
  stopAll,
  temporaryFolder,
} from './support.ts';

afterEach(stopAll);

const ARN = { 'Fn::GetAtt': ['Work', 'Arn'] };
const DEAD = { 'Fn::GetAtt': ['Dead', 'Arn'] };
const RECEIVE = ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

interface Edits {
  readonly queue?: object;
  readonly mapping?: object;
  readonly actions?: readonly string[];
}

/** The fixture with a queue, whose messages invoke the function `work`. */
const assembly = ({ queue = {}, mapping = {}, actions = RECEIVE }: Edits = {}): Promise<string> =>
  editedAssembly((_, front) => {
    set(front, 'Work', {
      Type: 'AWS::SQS::Queue',
      Properties: {
        VisibilityTimeout: 60,
        RedrivePolicy: { deadLetterTargetArn: DEAD, maxReceiveCount: 3 },
        ...queue,
      },
    });
    set(front, 'WorkMapping', {
      Type: 'AWS::Lambda::EventSourceMapping',
      Properties: {
        EventSourceArn: ARN,
        FunctionName: { Ref: 'Note' },
        FunctionResponseTypes: ['ReportBatchItemFailures'],
        ...mapping,
      },
    });
    set(front, 'MayReceive', {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyName: 'receive',
        Roles: [{ Ref: 'NoteRole' }],
        PolicyDocument: { Statement: [{ Effect: 'Allow', Action: actions, Resource: ARN }] },
      },
    });
    set(front, 'Note.Properties.Handler', 'index.work');
  });

const sqs = async (cloud: LocalCloud, action: string, input: object) =>
  (await callJson(cloud, `AmazonSQS.${action}`, input)).body;
const send = (cloud: LocalCloud, MessageBody: string) =>
  sqs(cloud, 'SendMessage', { QueueUrl: nameOf(cloud, 'Work'), MessageBody });
const dead = async (cloud: LocalCloud) => {
  const { Messages = [] } = await sqs(cloud, 'ReceiveMessage', { QueueUrl: nameOf(cloud, 'Dead') });
  return (Messages as { Body: string }[]).map(({ Body }) => Body);
};
/** What each invocation got, as `text receipts`. */
const work = async (cloud: LocalCloud) => (await kept<string[]>(cloud, 'work')).map((batch) => batch.sort());

test('what is processed is deleted; what is reported comes again after the visibility timeout, then is a dead letter', async () => {
  const clock = new ManualClock();
  const cloud = await startCloud({ clock, assembly: await assembly() });
  await send(cloud, 'fine');
  await send(cloud, 'report');
  await cloud.drained();
  expect((await work(cloud)).flat().sort()).toEqual(['fine 1', 'report 1']);
  clock.advance(59_999);
  await cloud.drained();
  expect((await work(cloud)).flat()).toHaveLength(2);
  for (let times = 0; times < 3; times += 1) {
    expect(await dead(cloud)).toEqual([]);
    clock.advance(60_000);
    await cloud.drained();
  }
  expect((await work(cloud)).flat().sort()).toEqual(['fine 1', 'report 1', 'report 2', 'report 3']);
  expect(await dead(cloud)).toEqual(['report']);
});

test('a function that fails leaves its whole batch in the queue, also over a restart', async () => {
  const clock = new ManualClock();
  const options = {
    clock,
    assembly: await assembly({ mapping: { BatchSize: 1 } }),
    dataDir: await temporaryFolder(),
  };
  const cloud = await startCloud(options);
  await send(cloud, 'throw');
  await cloud.drained();
  expect(await work(cloud)).toEqual([['throw 1']]);
  await cloud.stop();
  const again = await startCloud(options);
  await again.drained();
  expect((await work(again)).sort()).toEqual([['throw 1'], ['throw 2']]);
});

test('the visibility of a received message can be changed by its receipt', async () => {
  const clock = new ManualClock();
  const cloud = await startCloud({ clock });
  const QueueUrl = nameOf(cloud, 'Dead');
  await sqs(cloud, 'SendMessage', { QueueUrl, MessageBody: 'one' });
  const { Messages } = await sqs(cloud, 'ReceiveMessage', { QueueUrl });
  const [{ ReceiptHandle = '' } = {}] = Messages as { ReceiptHandle?: string }[];
  const change = (handle: string) =>
    sqs(cloud, 'ChangeMessageVisibility', { QueueUrl, ReceiptHandle: handle, VisibilityTimeout: 100 });
  expect(await change('another')).toMatchObject({ __type: 'ReceiptHandleIsInvalid' });
  expect(await change(ReceiptHandle)).toEqual({});
  clock.advance(99_999);
  expect(await dead(cloud)).toEqual([]);
  clock.advance(1);
  expect(await dead(cloud)).toEqual(['one']);
});

test.each<[string, Edits, RegExp]>([
  [
    'a visibility timeout below the function’s',
    { queue: { VisibilityTimeout: 9 } },
    /is shorter than the timeout of Note/,
  ],
  [
    'no permission to delete',
    { actions: RECEIVE.filter((one) => one !== 'sqs:DeleteMessage') },
    /Note cannot read its queue/,
  ],
  [
    'a batching window',
    { mapping: { MaximumBatchingWindowInSeconds: 5 } },
    /has MaximumBatchingWindowInSeconds for a queue/,
  ],
  [
    'dead letters for a queue of somebody else',
    { queue: { RedrivePolicy: { deadLetterTargetArn: 'arn:aws:sqs:x:y:z', maxReceiveCount: 3 } } },
    /Work has the queue of dead letters/,
  ],
])('a mapping with %s is refused at the start', async (_, edits, message) => {
  const options = { assembly: await assembly(edits), tls: await testCertificate() };
  await expect(startLocalCloud(options)).rejects.toThrow(message);
});
