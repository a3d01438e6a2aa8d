import { type AttributeValue, GetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { LocalCloud } from '../../../local/cloud.ts';
import { ManualClock } from '../../support/clocks.ts';
import {
  type AgentCall,
  agent,
  callJson,
  dynamo,
  nameOf,
  startCloud,
  stopAll,
  temporaryFolder,
} from './support.ts';

const clock = new ManualClock();
let cloud: LocalCloud;
beforeAll(async () => {
  cloud = await startCloud({ clock });
});
afterEach(() => cloud.faults.clear());
afterAll(stopAll);

type Attributes = Record<string, AttributeValue>;
let next = 0;
const newKey = (): Attributes => ({ pk: { S: `quiet-${++next}` }, sk: { S: 'x' } });
const put = (Item: Attributes): AgentCall => ({
  client: 'dynamodb',
  command: 'PutItem',
  input: { TableName: nameOf(cloud, 'Things'), Item },
});
const isStored = async (Key: Attributes): Promise<boolean> =>
  (await dynamo(cloud).send(new GetItemCommand({ TableName: nameOf(cloud, 'Things'), Key }))).Item !==
  undefined;

test.each([
  ['before', false],
  ['after', true],
] as const)('a call that fails %s it is carried out has taken effect: %s', async (when, effect) => {
  const [a, b, c] = [newKey(), newKey(), newKey()];
  cloud.faults.add({ function: 'Agent', service: 'dynamodb', action: 'PutItem', nth: 2, when, do: 'fail' });
  const results = await agent(cloud, [put(a), put(b), put(c)]);
  expect(results.map(({ error }) => error)).toEqual([undefined, 'InternalServerError', undefined]);
  expect([await isStored(a), await isStored(b), await isStored(c)]).toEqual([true, effect, true]);
});

test('a call can fail with a given error, a number of times', async () => {
  const fault = cloud.faults.add({
    action: 'PutItem',
    count: 2,
    do: 'fail',
    error: 'TransactionConflictException',
  });
  const results = await agent(cloud, [put(newKey()), put(newKey()), put(newKey())]);
  expect(results.map(({ error }) => error)).toEqual([
    'TransactionConflictException',
    'TransactionConflictException',
    undefined,
  ]);
  expect(fault.hits()).toBe(2);
});

test('throttling has the error of the service', async () => {
  cloud.faults.add({ do: 'throttle', service: 'dynamodb' });
  const [result] = await agent(cloud, [put(newKey())]);
  expect(result?.error).toBe('ThrottlingException');
});

test('a lost response: the call took effect', async () => {
  const key = newKey();
  cloud.faults.add({ do: 'lose', when: 'after', action: 'PutItem' });
  const [result] = await agent(cloud, [put(key)]);
  expect(result?.message).toMatch(/socket hang up|ECONNRESET/);
  expect(await isStored(key)).toBe(true);
  expect(cloud.calls.all.filter(({ status }) => status === 0)).toHaveLength(1);
});

test.each([
  ['before', false],
  ['after', true],
] as const)(
  'a function that is killed %s its call fails at once; the call took effect: %s',
  async (when, effect) => {
    const key = newKey();
    cloud.faults.add({ function: nameOf(cloud, 'Agent'), action: 'PutItem', when, do: 'kill' });
    const result = await cloud.lambda.invoke(nameOf(cloud, 'Agent'), { calls: [put(key)] });
    expect(result).toMatchObject({ ok: false, failure: 'crash' });
    expect(await isStored(key)).toBe(effect);
    const [again] = await agent(cloud, [put(key)]);
    expect(again?.error).toBeUndefined();
  },
);

test('a paused call waits until it is released', async () => {
  const key = newKey();
  const fault = cloud.faults.add({ function: 'Agent', action: 'PutItem', do: 'pause' });
  const result = agent(cloud, [put(key)]);
  await fault.reached;
  expect(await isStored(key)).toBe(false);
  fault.release();
  expect((await result)[0]?.error).toBeUndefined();
  expect(await isStored(key)).toBe(true);
});

test('a delayed call is answered later, by the clock', async () => {
  const key = newKey();
  const fault = cloud.faults.add({
    function: 'Agent',
    action: 'PutItem',
    when: 'after',
    do: 'delay',
    ms: 5_000,
  });
  const result = agent(cloud, [put(key)]);
  await fault.reached;
  clock.advance(5_000);
  expect((await result)[0]?.error).toBeUndefined();
  expect(cloud.calls.all.findLast(({ action }) => action === 'PutItem')?.durationMs).toBe(5_000);
});

test('a batch that fails partially reports its last entry', async () => {
  cloud.faults.add({ do: 'partial', action: 'PutEvents' });
  const entry = { Source: 'shop', DetailType: 't', Detail: '{}', EventBusName: 'shop-bus' };
  const input = { Entries: [entry, entry] };
  const [events] = await agent(cloud, [{ client: 'events', command: 'PutEvents', input }]);
  expect(events).toMatchObject({
    FailedEntryCount: 1,
    Entries: [{ EventId: expect.any(String) }, { ErrorCode: 'InternalFailure' }],
  });
});

/** The keys that the index shows of a kind, in its order. */
const ofKind = async (kind: string, other = cloud): Promise<string[]> => {
  const { Items = [] } = await dynamo(other).send(
    new QueryCommand({
      TableName: nameOf(other, 'Things'),
      IndexName: 'byKind',
      KeyConditionExpression: 'kind = :kind',
      ExpressionAttributeValues: { ':kind': { S: kind } },
    }),
  );
  return Items.map(({ pk }) => pk?.S ?? '');
};
const ranked = (pk: string, kind: string, rank: number): Attributes => ({
  ...{ pk: { S: pk }, sk: { S: 'x' } },
  ...{ kind: { S: kind }, rank: { N: String(rank) } },
});

test('an index that is behind shows a write later, and others meanwhile', async () => {
  const fault = cloud.faults.add({ action: 'PutItem', nth: 2, do: 'lag', ms: 5_000 });
  for (const rank of [1, 2, 3]) await agent(cloud, [put(ranked(`quiet-lag-${rank}`, 'lag', rank))]);
  expect(fault.hits()).toBe(1);
  expect(await isStored({ pk: { S: 'quiet-lag-2' }, sk: { S: 'x' } })).toBe(true);
  clock.advance(4_999);
  await cloud.drained();
  expect(await ofKind('lag')).toEqual(['quiet-lag-1', 'quiet-lag-3']);
  clock.advance(1);
  await cloud.drained();
  expect(await ofKind('lag')).toEqual(['quiet-lag-1', 'quiet-lag-2', 'quiet-lag-3']);
});

test('an index that is behind shows the item as it is when it catches up, and not what it was before', async () => {
  const write = (kind: string) => agent(cloud, [put(ranked('quiet-moved', kind, 1))]);
  await write('first');
  cloud.faults.add({ action: 'PutItem', do: 'lag', ms: 5_000 });
  await write('second');
  await write('third');
  const shown = () => Promise.all(['first', 'second', 'third'].map((kind) => ofKind(kind)));
  expect(await shown()).toEqual([['quiet-moved'], [], []]);
  clock.advance(5_000);
  await cloud.drained();
  expect(await shown()).toEqual([[], [], ['quiet-moved']]);
  await write('first');
  expect(await shown()).toEqual([['quiet-moved'], [], []]);
});

test('a restart completes an index that is behind', async () => {
  const dataDir = await temporaryFolder();
  const first = await startCloud({ dataDir, clock });
  first.faults.add({ action: 'PutItem', do: 'lag', ms: 5_000 });
  await agent(first, [put(ranked('quiet-left', 'left', 1))]);
  expect(await ofKind('left', first)).toEqual([]);
  await first.stop();
  expect(await ofKind('left', await startCloud({ dataDir, clock }))).toEqual(['quiet-left']);
});

test('a rule is not applied to other functions or tables, nor after it was removed', async () => {
  cloud.faults.add({ function: 'Consumer', do: 'fail', count: Number.POSITIVE_INFINITY });
  cloud.faults.add({ resource: nameOf(cloud, 'Seen'), do: 'fail', count: Number.POSITIVE_INFINITY });
  cloud.faults.add({ do: 'fail', count: Number.POSITIVE_INFINITY }).remove();
  expect((await agent(cloud, [put(newKey())]))[0]?.error).toBeUndefined();
});

test('a function is found by its short name in any letter case, and an unknown name is refused with those there are', async () => {
  const fault = cloud.faults.add({ function: 'agent', action: 'PutItem', do: 'fail' });
  await agent(cloud, [put(newKey())]);
  expect(fault.hits()).toBe(1);
  expect(() => cloud.faults.add({ function: 'agnet', do: 'fail' })).toThrow(
    'No function is called "agnet". The functions are agent, consumer, ',
  );
});

test('random failures depend on the seed', async () => {
  const draw = async (): Promise<number[]> => {
    const other = await startCloud({ seed: 7 });
    other.faults.add({ chance: 0.5, count: Number.POSITIVE_INFINITY, do: 'throttle' });
    const answers = [];
    for (let n = 0; n < 20; n++) {
      answers.push(
        (await callJson(other, 'DynamoDB_20120810.DescribeTable', { TableName: nameOf(other, 'Seen') }))
          .status,
      );
    }
    await other.stop();
    return answers;
  };
  const first = await draw();
  expect(new Set(first)).toEqual(new Set([200, 400]));
  expect(await draw()).toEqual(first);
});
