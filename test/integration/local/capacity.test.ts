import * as dynamodb from '@aws-sdk/client-dynamodb';
import type { LocalCloud } from '../../../local/cloud.ts';
import { agent, dynamo, nameOf, startCloud, stopAll } from './support.ts';

let cloud: LocalCloud;
let client: dynamodb.DynamoDBClient;
let TableName: string;
beforeAll(async () => {
  cloud = await startCloud();
  client = dynamo(cloud);
  TableName = nameOf(cloud, 'Things');
});
afterAll(stopAll);

type Attributes = Record<string, dynamodb.AttributeValue>;
const Key = { pk: { S: 'quiet' }, sk: { S: 'x' } };
/** An item of exactly `bytes` bytes: names and values, in UTF-8. */
const sized = (bytes: number, more: Attributes = {}): Attributes => {
  const item: Attributes = { ...Key, ...more, fill: { S: '' } };
  const used = Object.entries(item).reduce(
    (sum, [name, value]) => sum + name.length + Buffer.byteLength(value.S ?? '') + (value.N ? 2 : 0),
    0,
  );
  return { ...item, fill: { S: 'x'.repeat(bytes - used) } };
};
const kind = (name: string) => ({ kind: { S: name }, rank: { N: '7' } });
const put = (Item: Attributes, more: object = {}) =>
  new dynamodb.PutItemCommand({ TableName, Item, ...more });
const remove = () => new dynamodb.DeleteItemCommand({ TableName, Key });

type Sent =
  | dynamodb.PutItemCommand
  | dynamodb.DeleteItemCommand
  | dynamodb.GetItemCommand
  | dynamodb.QueryCommand
  | dynamodb.TransactGetItemsCommand
  | dynamodb.TransactWriteItemsCommand;

/** Sends the commands and gives what the last of them cost, as the record of calls has it. */
async function cost(...commands: Sent[]): Promise<object> {
  await client.send(remove());
  const send = (command?: Sent) => client.send(command as dynamodb.PutItemCommand);
  for (const command of commands.slice(0, -1)) await send(command);
  const mark = cloud.calls.mark();
  await send(commands.at(-1)).catch((error: Error) => {
    if (!/Condition|Cancel/.test(error.name)) throw error;
  });
  const { readUnits, writeUnits, perIndex } = cloud.calls.since(mark)[0] ?? {};
  const short = Object.entries(perIndex ?? {}).map(([name, units]) => [
    name.replace(TableName, 'Things'),
    units,
  ]);
  return { readUnits, writeUnits, ...Object.fromEntries(short) };
}

const written = (things: number, byKind = 0) => ({
  readUnits: 0,
  writeUnits: things + byKind,
  Things: things,
  ...(byKind ? { 'Things/byKind': byKind } : {}),
});

test.each<[string, () => Parameters<typeof cost>, object]>([
  ['1 KB', () => [put(sized(1024))], written(1)],
  ['1 KB and a byte', () => [put(sized(1025))], written(2)],
  ['a small item over one of 3 KB', () => [put(sized(3000)), put(sized(100))], written(3)],
  ['deleting 2 KB', () => [put(sized(2048)), remove()], written(2)],
  ['deleting nothing', () => [remove()], written(1)],
  [
    'a condition that fails, by what is there',
    () => [put(sized(2500)), put(sized(100), { ConditionExpression: 'attribute_not_exists(pk)' })],
    written(3),
  ],
  [
    'a condition that fails on nothing',
    () => [put(sized(5000), { ConditionExpression: 'attribute_exists(pk)' })],
    written(1),
  ],
  ['entering an index of keys only', () => [put(sized(4096, kind('a')))], written(4, 1)],
  [
    'changing what the index does not hold',
    () => [put(sized(100, kind('a'))), put(sized(200, kind('a')))],
    written(1),
  ],
  ['changing the index’s key', () => [put(sized(100, kind('a'))), put(sized(100, kind('b')))], written(1, 2)],
  ['leaving the index', () => [put(sized(100, kind('a'))), put(sized(100))], written(1, 1)],
  ['deleting from table and index', () => [put(sized(100, kind('a'))), remove()], written(1, 1)],
  [
    'an index that includes an attribute which changes',
    () => [
      put(sized(100, { owner: { S: 'o' }, note: { S: '1' } })),
      put(sized(100, { owner: { S: 'o' }, note: { S: '2' } })),
    ],
    { readUnits: 0, writeUnits: 2, Things: 1, 'Things/byOwner': 1 },
  ],
  [
    'a transaction: the double, in the index too',
    () => [
      new dynamodb.TransactWriteItemsCommand({
        TransactItems: [{ Put: { TableName, Item: sized(1025, kind('a')) } }],
      }),
    ],
    written(4, 2),
  ],
])('write units: %s', async (_, commands, expected) => {
  expect(await cost(...commands())).toEqual(expected);
});

const read = (units: number, index?: string) => ({
  readUnits: units,
  writeUnits: 0,
  [index ? `Things/${index}` : 'Things']: units,
});
const get = (more: object = {}) => new dynamodb.GetItemCommand({ TableName, Key, ...more });
const query = (more: object = {}) =>
  new dynamodb.QueryCommand({
    TableName,
    KeyConditionExpression: 'pk = :k',
    ExpressionAttributeValues: { ':k': { S: 'quiet' } },
    ...more,
  });

test.each<[string, () => Parameters<typeof cost>, object]>([
  ['4 KB, eventually consistent', () => [put(sized(4096)), get()], read(0.5)],
  ['4 KB, consistent', () => [put(sized(4096)), get({ ConsistentRead: true })], read(1)],
  ['4 KB and a byte', () => [put(sized(4097)), get({ ConsistentRead: true })], read(2)],
  [
    'a projection pays for the whole item',
    () => [put(sized(9000)), get({ ProjectionExpression: 'pk' })],
    read(1.5),
  ],
  ['nothing found', () => [get()], read(0.5)],
  ['a query, by the sum', () => [put(sized(4096)), query({ ConsistentRead: true })], read(1)],
  [
    'what a filter drops is paid for',
    () => [put(sized(9000)), query({ FilterExpression: 'attribute_exists(nothing)' })],
    read(1.5),
  ],
  [
    'an index pays for what it holds',
    () => [
      put(sized(9000, kind('quiet'))),
      query({ IndexName: 'byKind', KeyConditionExpression: 'kind = :k' }),
    ],
    read(0.5, 'byKind'),
  ],
  [
    'a transaction: the double',
    () => [
      put(sized(4097)),
      new dynamodb.TransactGetItemsCommand({ TransactItems: [{ Get: { TableName, Key } }] }),
    ],
    read(4),
  ],
])('read units: %s', async (_, commands, expected) => {
  expect(await cost(...commands())).toEqual(expected);
});

test.each<[string, dynamodb.AttributeValue, number]>([
  ['a number: half a byte a digit, and one', { N: '-123.4500' }, 4],
  ['binary: its bytes', { B: new Uint8Array(5) }, 5],
  ['a flag', { BOOL: true }, 1],
  ['a set: its members', { SS: ['é', 'ab'] }, 4],
  ['a list: 3, and 1 each', { L: [{ S: 'ab' }, { NULL: true }] }, 3 + 3 + 2],
  ['a map: 3, and 1 each with its name', { M: { ab: { S: 'c' } } }, 3 + 1 + 3],
])('item size: %s', async (_, value, size) => {
  const rest = 1024 - size - 'value'.length;
  expect(await cost(put({ ...sized(rest), value }))).toEqual(written(1));
  expect(await cost(put({ ...sized(rest + 1), value }))).toEqual(written(2));
});

test('units are on record only: a call that asks for them is refused by name', async () => {
  const asked = client.send(put(Key, { ReturnConsumedCapacity: 'INDEXES' }));
  await expect(asked).rejects.toThrow('The local cloud does not emulate ReturnConsumedCapacity.');
  await client.send(put(Key, { ReturnConsumedCapacity: 'NONE' }));
});

test('every call is on record with its caller, its resource and its answer', async () => {
  const mark = cloud.calls.mark();
  await agent(cloud, [
    { client: 'dynamodb', command: 'PutItem', input: { TableName, Item: Key } },
    {
      client: 'dynamodb',
      command: 'PutItem',
      input: { TableName, Item: Key, ConditionExpression: 'attribute_not_exists(pk)' },
    },
  ]);
  const base = {
    functionName: nameOf(cloud, 'Agent'),
    service: 'dynamodb',
    action: 'PutItem',
    resource: cloud.outputs['Data']?.['ThingsArn'],
    writeUnits: 1,
  };
  expect(cloud.calls.since(mark)).toMatchObject([
    { ...base, status: 200 },
    { ...base, status: 400, errorCode: 'ConditionalCheckFailedException' },
  ]);
});
