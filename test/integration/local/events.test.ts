import { EventBridgeClient, PutEventsCommand, type PutEventsRequestEntry } from '@aws-sdk/client-eventbridge';
import type { LocalCloud } from '../../../local/cloud.ts';
import { ManualClock } from '../../support/clocks.ts';
import { until } from '../../support/until.ts';
import { agent, callJson, editedAssembly, kept, nameOf, set, startCloud, stopAll } from './support.ts';

afterEach(stopAll);

async function putEvents(cloud: LocalCloud, entries: readonly PutEventsRequestEntry[]) {
  const { endpointUrl: endpoint, credentials, region } = cloud;
  const client = new EventBridgeClient({ endpoint, region, credentials, maxAttempts: 1 });
  try {
    return await client.send(new PutEventsCommand({ Entries: [...entries] }));
  } finally {
    client.destroy();
  }
}
const entry = (detail: object, more: PutEventsRequestEntry = {}): PutEventsRequestEntry => ({
  EventBusName: 'shop-bus',
  Source: 'shop',
  DetailType: 'Order',
  Detail: JSON.stringify(detail),
  ...more,
});
const queued = async (cloud: LocalCloud): Promise<unknown[]> => {
  const input = { QueueUrl: nameOf(cloud, 'Dead'), MaxNumberOfMessages: 10 };
  const { body } = await callJson(cloud, 'AmazonSQS.ReceiveMessage', input);
  return ((body['Messages'] ?? []) as { Body: string }[]).map(({ Body }) => JSON.parse(Body));
};

test('an event that matches a rule is sent to its targets', async () => {
  const clock = new ManualClock(Date.UTC(2026, 0, 2, 3, 4, 5));
  const cloud = await startCloud({ clock });
  const { Entries } = await putEvents(cloud, [
    entry({ amount: 10, id: 'x' }, { Resources: ['arn:x'] }),
    entry({ amount: 9 }),
    entry({ amount: 11 }, { Source: 'bakery' }),
    entry({ amount: 12 }, { EventBusName: 'default' }),
  ]);
  await cloud.drained();
  const expected = [
    {
      version: '0',
      id: Entries?.[0]?.EventId,
      'detail-type': 'Order',
      source: 'shop',
      account: '000000000000',
      time: '2026-01-02T03:04:05Z',
      region: 'us-east-1',
      resources: ['arn:x'],
      detail: { amount: 10, id: 'x' },
    },
  ];
  expect(await kept(cloud, 'note')).toEqual(expected);
  expect(await queued(cloud)).toEqual(expected);
  expect(cloud.events.all.map(({ busName, event }) => [busName, event.detail])).toEqual([
    ['shop-bus', { amount: 10, id: 'x' }],
    ['shop-bus', { amount: 9 }],
    ['shop-bus', { amount: 11 }],
    ['default', { amount: 12 }],
  ]);
});

test('entries fail one by one; the others are published', async () => {
  const cloud = await startCloud();
  const { FailedEntryCount, Entries } = await putEvents(cloud, [
    entry({}),
    entry({}, { Detail: '{"half":' }),
    entry({}, { Detail: '[1]' }),
    entry({}, { Source: undefined }),
    entry({}, { Source: 'aws.ec2' }),
  ]);
  expect(FailedEntryCount).toBe(4);
  expect(Entries?.map(({ ErrorCode, EventId }) => ErrorCode ?? typeof EventId)).toEqual([
    'string',
    'MalformedDetail',
    'MalformedDetail',
    'InvalidArgument',
    'NotAuthorizedForSourceException',
  ]);
  expect(cloud.events.all).toHaveLength(1);
});

test('at most ten entries and 256 KB are accepted', async () => {
  const cloud = await startCloud();
  const many = Array.from({ length: 11 }, () => entry({}));
  await expect(putEvents(cloud, many)).rejects.toThrow(/less than or equal to 10/);
  const detail = (bytes: number) => ({ fill: 'x'.repeat(bytes - '{"fill":""}shopOrder'.length) });
  await expect(putEvents(cloud, [entry(detail(262_145))])).rejects.toThrow(/over the limit/);
  expect((await putEvents(cloud, [entry(detail(262_144))])).FailedEntryCount).toBe(0);
});

test('a rule sends to a queue only if the policy of the queue allows it', async () => {
  const assembly = await editedAssembly((_, front) =>
    set(front, 'DeadPolicy.Properties.PolicyDocument.Statement.1.Condition.ArnEquals', {
      'aws:SourceArn': 'arn:other',
    }),
  );
  const messages: string[] = [];
  const cloud = await startCloud({ assembly, log: ({ message }) => messages.push(message) });
  await putEvents(cloud, [entry({ amount: 10 })]);
  await cloud.drained();
  expect(await queued(cloud)).toEqual([]);
  expect(messages).toContainEqual(
    expect.stringMatching(/: NO_PERMISSIONS: events.amazonaws.com is not authorized .* sqs:SendMessage/),
  );
});

test('an event that came from another bus goes to no third one', async () => {
  const bus = (name: string) => `arn:aws:events:us-east-1:000000000000:event-bus/${name}`;
  const role = { 'Fn::GetAtt': ['Forwarder', 'Arn'] };
  const assembly = await editedAssembly((_, front) => {
    const rule = (from: string, to: string) => ({
      Type: 'AWS::Events::Rule',
      Properties: {
        EventBusName: from,
        EventPattern: { source: ['shop'] },
        Targets: [{ Id: to, Arn: bus(to), RoleArn: role }],
      },
    });
    const allow = (more: object) => ({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
    const Principal = { Service: 'events.amazonaws.com' };
    const put = allow({ Action: 'events:PutEvents', Resource: '*' });
    Object.assign(front.Resources, {
      Second: { Type: 'AWS::Events::EventBus', Properties: { Name: 'second' } },
      Third: { Type: 'AWS::Events::EventBus', Properties: { Name: 'third' } },
      ToSecond: rule('shop-bus', 'second'),
      ToThird: rule('second', 'third'),
      Forwarder: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: allow({ Action: 'sts:AssumeRole', Principal }),
          Policies: [{ PolicyName: 'put', PolicyDocument: put }],
        },
      },
    });
  });
  const cloud = await startCloud({ assembly });
  await putEvents(cloud, [entry({ amount: 1 })]);
  await cloud.drained();
  expect(cloud.events.all.map(({ busName }) => busName)).toEqual(['shop-bus', 'second']);
});

test('a failed event is retried after a minute, as often as configured', async () => {
  const clock = new ManualClock();
  const cloud = await startCloud({ clock });
  const tries = async (advance: number) => {
    clock.advance(advance);
    await cloud.drained();
    return (await kept(cloud, 'note')).length;
  };
  await putEvents(cloud, [entry({ amount: 10, fail: true })]);
  expect(await tries(0)).toBe(1);
  expect(await tries(59_999)).toBe(1);
  expect(await tries(1)).toBe(2);
  expect(await tries(600_000)).toBe(2);
});

test('a throttled event and a throttled stream batch are repeated until an execution is free', async () => {
  const clock = new ManualClock();
  const cloud = await startCloud({ clock, accountConcurrency: 1 });
  const throttles = (logicalId: string) => cloud.lambda.throttles()[nameOf(cloud, logicalId)] ?? 0;
  const held = cloud.faults.add({ function: 'Agent', action: 'PutItem', when: 'after', do: 'pause' });
  const Item = { pk: { S: 'a' }, sk: { S: 'b' } };
  const input = { TableName: nameOf(cloud, 'Things'), Item };
  const holding = agent(cloud, [{ client: 'dynamodb', command: 'PutItem', input }]);
  await putEvents(cloud, [entry({ amount: 10 })]);
  await until(() => throttles('Note') === 1 && throttles('Consumer') >= 1);
  clock.advance(1_000);
  await until(() => throttles('Note') === 2);
  held.release();
  await holding;
  await until(async () => {
    if (cloud.lambda.inFlight() === 0) clock.advance(1_000);
    const [notes, batches] = [await kept(cloud, 'note'), await kept(cloud, 'batch')];
    return notes.length === 1 && batches.length === 1;
  });
});

test('schedules run on demand, with their events', async () => {
  const cloud = await startCloud();
  await cloud.runSchedules();
  const rule = `arn:aws:events:us-east-1:000000000000:rule/${nameOf(cloud, 'EveryMinute')}`;
  const event = { 'detail-type': 'Scheduled Event', source: 'aws.events', detail: {}, resources: [rule] };
  expect(await kept(cloud, 'note')).toEqual([expect.objectContaining(event)]);
});

test('schedules run by the clock, every minute', async () => {
  const clock = new ManualClock();
  const cloud = await startCloud({ clock, schedules: 'clock' });
  const ticks = async (advance: number) => {
    clock.advance(advance);
    await cloud.drained();
    return (await kept(cloud, 'note')).length;
  };
  expect(await ticks(59_999)).toBe(0);
  expect(await ticks(1)).toBe(1);
  expect(await ticks(60_000)).toBe(2);
});

const dead = { 'Fn::GetAtt': ['Dead', 'Arn'] };

test.each<[string, unknown]>([
  ['OnOrder.Properties.Targets.0.Input', '{}'],
  ['OnOrder.Properties.Targets.0.InputPath', '$.detail'],
  ['OnOrder.Properties.Targets.0.RoleArn', 'arn:role'],
  ['NoteRetries.Properties.DestinationConfig', { OnSuccess: { Destination: dead } }],
  ['NoteRetries.Properties.DestinationConfig', { OnFailure: { Destination: 'arn:aws:sns:x:y:z' } }],
  ['EveryMinute.Properties.ScheduleExpression', 'cron(30 2 * * ? *)'],
  ['EveryMinute.Type', 'AWS::Scheduler::Schedule'],
])('an unsupported property is refused at start: %s', async (place, value) => {
  const assembly = await editedAssembly((_, front) => set(front, place, value));
  await expect(startCloud({ assembly })).rejects.toThrow(/^(OnOrder|Note|NoteRetries|EveryMinute) /);
});
