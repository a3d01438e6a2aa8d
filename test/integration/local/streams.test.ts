import { isDeepStrictEqual } from 'node:util';
import {
  type AttributeValue,
  BatchWriteItemCommand,
  DeleteItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { deferred } from '../../../gateway/deferred.ts';
import type { LocalCloud, LocalCloudOptions } from '../../../local/cloud.ts';
import type { StreamRecord } from '../../../local/streams/record.ts';
import { ManualClock } from '../../support/clocks.ts';
import {
  callJson,
  dynamo,
  editedAssembly,
  kept,
  nameOf,
  set,
  startCloud,
  stopAll,
  temporaryFolder,
} from './support.ts';

afterEach(stopAll);
type Attributes = Record<string, AttributeValue>;
const put = (cloud: LocalCloud, Item: Attributes) =>
  dynamo(cloud).send(new PutItemCommand({ TableName: nameOf(cloud, 'Things'), Item }));
const item = (pk: string, sk: string, more: Attributes = {}): Attributes => ({
  pk: { S: pk },
  sk: { S: sk },
  ...more,
});
const batches = (cloud: LocalCloud) => kept<StreamRecord[]>(cloud, 'batch');
/** The sort keys of each batch that the function saw. */
const seen = async (cloud: LocalCloud) =>
  (await batches(cloud)).map((records) => records.map(({ dynamodb: { Keys } }) => Keys['sk']?.['S']));
const deadLetters = async (cloud: LocalCloud): Promise<Record<string, Record<string, unknown>>[]> => {
  const { body } = await callJson(cloud, 'AmazonSQS.ReceiveMessage', {
    QueueUrl: nameOf(cloud, 'Dead'),
    MaxNumberOfMessages: 10,
  });
  return ((body['Messages'] ?? []) as { Body: string }[]).map(({ Body }) => JSON.parse(Body));
};
/** Starts the fixture with edited properties of its mapping. */
const startWith = async (
  mapping: Readonly<Record<string, unknown>>,
  options: Partial<LocalCloudOptions> = {},
) => {
  const assembly = await editedAssembly((_, front) => {
    for (const [name, value] of Object.entries(mapping)) set(front, `Feed.Properties.${name}`, value);
  });
  return startCloud({ assembly, ...options });
};
/** All in one write, so that they come in one batch. */
const write = (cloud: LocalCloud, items: readonly Attributes[]) =>
  dynamo(cloud).send(
    new TransactWriteItemsCommand({
      TransactItems: items.map((Item) => ({ Put: { TableName: nameOf(cloud, 'Things'), Item } })),
    }),
  );

test('records have AWS’s shape, for insert, modify and remove', async () => {
  const cloud = await startCloud();
  const TableName = nameOf(cloud, 'Things');
  const Key = item('a', '1');
  const first = { ...Key, note: { S: 'é' } };
  await put(cloud, first);
  const ExpressionAttributeValues = { ':n': { S: '2' } };
  await dynamo(cloud).send(
    new UpdateItemCommand({ TableName, Key, UpdateExpression: 'SET note = :n', ExpressionAttributeValues }),
  );
  await dynamo(cloud).send(new DeleteItemCommand({ TableName, Key }));
  await cloud.drained();
  const records = (await batches(cloud)).flat();
  const base = {
    eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion: 'us-east-1',
    eventSourceARN: cloud.outputs['Data']?.['ThingsStream'],
  };
  const data = {
    ApproximateCreationDateTime: expect.any(Number),
    Keys: Key,
    SequenceNumber: expect.stringMatching(/^\d{21}$/),
    SizeBytes: expect.any(Number),
    StreamViewType: 'NEW_AND_OLD_IMAGES',
  };
  const second = { ...Key, note: { S: '2' } };
  expect(records).toEqual([
    { ...base, eventName: 'INSERT', dynamodb: { ...data, NewImage: first, SizeBytes: 6 + 6 + 6 } },
    { ...base, eventName: 'MODIFY', dynamodb: { ...data, NewImage: second, OldImage: first } },
    { ...base, eventName: 'REMOVE', dynamodb: { ...data, OldImage: second } },
  ]);
  const numbers = records.map(({ dynamodb: { SequenceNumber } }) => SequenceNumber);
  expect([...numbers].sort()).toEqual(numbers);
});

test.each([
  ['KEYS_ONLY', []],
  ['NEW_IMAGE', ['NewImage']],
  ['OLD_IMAGE', ['OldImage']],
])('a stream of %s shows just that', async (view, images) => {
  const assembly = await editedAssembly((data) =>
    set(data, 'Things.Properties.StreamSpecification.StreamViewType', view),
  );
  const cloud = await startCloud({ assembly });
  await put(cloud, item('a', '1'));
  await put(cloud, item('a', '1', { note: { S: 'x' } }));
  await cloud.drained();
  const modified = (await batches(cloud)).flat().find(({ eventName }) => eventName === 'MODIFY');
  expect(Object.keys(modified?.dynamodb ?? {}).filter((name) => name.endsWith('Image'))).toEqual(images);
});

test('a write that changes nothing, and what the filter drops, reach nobody', async () => {
  const cloud = await startCloud();
  const same = item('a', '1', { note: { S: 'x' }, tags: { SS: ['p', 'q'] } });
  await put(cloud, same);
  await put(cloud, same);
  await put(cloud, item('quiet-one', '1'));
  await dynamo(cloud).send(
    new DeleteItemCommand({ TableName: nameOf(cloud, 'Things'), Key: item('a', 'never') }),
  );
  await cloud.drained();
  expect(await seen(cloud)).toEqual([['1']]);
});

test('records come in batches no larger than the mapping says, each item in its order', async () => {
  const cloud = await startCloud({ order: 'shuffled' });
  const TableName = nameOf(cloud, 'Things');
  for (let round = 0; round < 3; round++) {
    const requests = Array.from({ length: 25 }, (_, n) => ({
      PutRequest: { Item: item(`p${n}`, 's', { round: { N: String(round) } }) },
    }));
    await dynamo(cloud).send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
  }
  await cloud.drained();
  const all = await batches(cloud);
  expect(Math.max(...all.map((records) => records.length))).toBeLessThanOrEqual(10);
  const rounds = new Map<string, string[]>();
  const inOrder = all.flat().sort((a, b) => (a.dynamodb.SequenceNumber < b.dynamodb.SequenceNumber ? -1 : 1));
  expect(inOrder).toHaveLength(75);
  for (const { dynamodb } of all.flat()) {
    const key = String(dynamodb.Keys['pk']?.['S']);
    rounds.set(key, [...(rounds.get(key) ?? []), String(dynamodb.NewImage?.['round']?.['N'])]);
  }
  expect(new Set([...rounds.values()].map(String))).toEqual(new Set(['0,1,2']));
});

test('of a batch that failed in part, what stands before the failure is not repeated', async () => {
  const cloud = await startCloud();
  const report = { behaviour: { S: 'report 1' } };
  await write(cloud, [item('p', 'a'), item('p', 'b', report), item('p', 'c')]);
  await cloud.drained();
  expect(await seen(cloud)).toEqual([
    ['a', 'b', 'c'],
    ['b', 'c'],
  ]);
  expect(await deadLetters(cloud)).toEqual([]);
});

test('a batch that throws is halved until the culprit is alone, which then is tried again and given up', async () => {
  const cloud = await startCloud();
  const behaviour = { behaviour: { S: 'throw' } };
  await write(cloud, [item('p', 'a'), item('p', 'b'), item('p', 'c', behaviour), item('p', 'd')]);
  await cloud.drained();
  expect(await seen(cloud)).toEqual([
    ['a', 'b', 'c', 'd'],
    ['a', 'b'],
    ['c', 'd'],
    ['c'],
    ['c'],
    ['c'],
    ['d'],
  ]);
  const culprit = (await batches(cloud)).flat().find(({ dynamodb }) => dynamodb.Keys['sk']?.['S'] === 'c');
  const number = culprit?.dynamodb.SequenceNumber;
  expect(await deadLetters(cloud)).toEqual([
    expect.objectContaining({
      requestContext: expect.objectContaining({
        condition: 'RetryAttemptsExhausted',
        functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${nameOf(cloud, 'Consumer')}`,
      }),
      DDBStreamBatchInfo: expect.objectContaining({
        batchSize: 1,
        startSequenceNumber: number,
        endSequenceNumber: number,
        streamArn: cloud.outputs['Data']?.['ThingsStream'],
      }),
    }),
  ]);
});

test('without bisection the whole batch is repeated and given up; its records are not in the dead letter', async () => {
  const cloud = await startWith({ BisectBatchOnFunctionError: false });
  await write(cloud, [item('p', 'a'), item('p', 'b', { behaviour: { S: 'throw' } })]);
  await cloud.drained();
  expect(await seen(cloud)).toEqual([
    ['a', 'b'],
    ['a', 'b'],
    ['a', 'b'],
  ]);
  const [letter] = await deadLetters(cloud);
  expect(letter?.['DDBStreamBatchInfo']).toMatchObject({ batchSize: 2 });
  expect(JSON.stringify(letter)).not.toContain('behaviour');
});

test.each([
  ['shard', 'shuffled', 1, (n: number) => item(`p${n}`, '1')],
  ['lane of the only shard', 'serial', 10, (n: number) => item('slow', `s${n}`)],
] as const)(
  'a slow item holds up its own %s only, and its later records wait for it',
  async (_, order, lanes, other) => {
    const cloud = await startWith({ ParallelizationFactor: lanes }, { order });
    const slow = cloud.faults.add({ function: 'Consumer', action: 'UpdateItem', do: 'pause' });
    const behaviour = { behaviour: { S: 'report 0' } };
    await put(cloud, item('slow', '1', behaviour));
    await slow.reached;
    const another = deferred();
    cloud.calls.subscribe(({ functionName, action }) => {
      if (functionName === nameOf(cloud, 'Consumer') && action === 'PutItem') another.resolve();
    });
    await put(cloud, item('slow', '1', { ...behaviour, note: { S: 'later' } }));
    for (let n = 0; n < 12; n++) await put(cloud, other(n));
    await another.promise;
    const notes = (records: StreamRecord[]) =>
      records
        .filter(({ dynamodb }) => isDeepStrictEqual(dynamodb.Keys, item('slow', '1')))
        .map(({ dynamodb }) => dynamodb.NewImage?.['note']?.['S']);
    const before = (await batches(cloud)).flat();
    expect(before.length).toBeGreaterThan(1);
    expect(notes(before)).toEqual([undefined]);
    slow.release();
    await cloud.drained();
    const after = (await batches(cloud)).flat();
    expect(after).toHaveLength(14);
    expect(notes(after)).toEqual([undefined, 'later']);
  },
);

test('records that waited for a day, as long as a stream keeps them, are given up without a try', async () => {
  const [dataDir, clock] = [await temporaryFolder(), new ManualClock()];
  const start = () => startWith({ MaximumBatchingWindowInSeconds: 100 }, { clock, dataDir });
  const first = await start();
  await put(first, item('p', 'a'));
  await first.stop();
  clock.advance(86_402_000);
  const cloud = await start();
  await cloud.drained();
  expect(await seen(cloud)).toEqual([]);
  expect((await deadLetters(cloud))[0]?.['requestContext']).toMatchObject({ condition: 'RecordAgeExceeded' });
});

test('a window collects records until it ends', async () => {
  const clock = new ManualClock();
  const cloud = await startWith({ MaximumBatchingWindowInSeconds: 5 }, { clock });
  await put(cloud, item('p', 'a'));
  clock.advance(4_000);
  await put(cloud, item('p', 'b'));
  expect(await seen(cloud)).toEqual([]);
  clock.advance(1_000);
  await cloud.drained();
  expect(await seen(cloud)).toEqual([['a', 'b']]);
});

test('a full batch does not wait for its window', async () => {
  const mapping = { MaximumBatchingWindowInSeconds: 300, BatchSize: 2 };
  const cloud = await startWith(mapping, { clock: new ManualClock() });
  await write(cloud, [item('p', 'a'), item('p', 'b')]);
  await cloud.drained();
  expect(await seen(cloud)).toEqual([['a', 'b']]);
});

test('what expires comes as a removal by the service', async () => {
  const cloud = await startCloud();
  const now = Date.now();
  await put(cloud, item('p', 'a', { expiresAt: { N: String(Math.floor(now / 1000) - 5) } }));
  await cloud.drained();
  await cloud.expireItems(now);
  await cloud.drained();
  expect((await batches(cloud)).flat().at(-1)).toMatchObject({
    eventName: 'REMOVE',
    userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' },
  });
});

test('a failure destination that the function’s role may not write to receives nothing', async () => {
  const assembly = await editedAssembly((_, front) =>
    set(front, 'ConsumerPolicy.Properties.PolicyDocument.Statement.2.Action', 'sqs:GetQueueUrl'),
  );
  const messages: string[] = [];
  const cloud = await startCloud({ assembly, log: ({ message }) => messages.push(message) });
  await put(cloud, item('p', 'a', { behaviour: { S: 'throw' } }));
  await cloud.drained();
  expect(await deadLetters(cloud)).toEqual([]);
  expect(messages).toContainEqual(expect.stringContaining('not authorized to perform: sqs:SendMessage'));
});
