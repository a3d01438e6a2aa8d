import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
  CreateTableCommand,
  DeleteItemCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { LocalCloud } from '../../../local/cloud.ts';
import { dynamo, editedAssembly, nameOf, set, startCloud, stopAll, temporaryFolder } from './support.ts';

let cloud: LocalCloud;
let client: DynamoDBClient;
let TableName: string;
beforeAll(async () => {
  cloud = await startCloud();
  client = dynamo(cloud);
  TableName = nameOf(cloud, 'Things');
});
afterAll(stopAll);

type Attributes = Record<string, AttributeValue>;
let next = 0;
/** A key of its own; the stream's function leaves "quiet" alone. */
const newKey = (): Attributes => ({ pk: { S: `quiet-${++next}` }, sk: { S: 'x' } });
const put = (item: Attributes, more: object = {}) =>
  client.send(new PutItemCommand({ TableName, Item: item, ...more }));
const stored = async (Key: Attributes) =>
  (await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
const failure = (promise: Promise<unknown>): Promise<Error & { Item?: Attributes }> =>
  promise.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: Error) => error,
  );

test.each<[string, Attributes, RegExp]>([
  [
    'an empty string',
    { kind: { S: '' }, rank: { N: '1' } },
    /cannot contain an empty string value. IndexName: byKind, IndexKey: kind$/,
  ],
  [
    'another type',
    { kind: { S: 'k' }, rank: { S: '1' } },
    /Type mismatch for Index Key rank Expected: N Actual: S/,
  ],
  ['2 049 bytes', { owner: { S: 'é'.repeat(1025) } }, /Size of secondary index key/],
])(
  'an index key that is %s is refused by put, update and batch, and nothing is stored',
  async (_, attributes, message) => {
    const Key = newKey();
    const sets = Object.keys(attributes).map((name) => `#${name} = :${name}`);
    const ExpressionAttributeNames = Object.fromEntries(
      Object.keys(attributes).map((name) => [`#${name}`, name]),
    );
    const ExpressionAttributeValues = Object.fromEntries(
      Object.entries(attributes).map(([name, value]) => [`:${name}`, value]),
    );
    const update = {
      TableName,
      Key,
      UpdateExpression: `SET ${sets.join(', ')}`,
      ExpressionAttributeNames,
      ExpressionAttributeValues,
    };
    const batch = { RequestItems: { [TableName]: [{ PutRequest: { Item: { ...Key, ...attributes } } }] } };
    const errors = [
      await failure(put({ ...Key, ...attributes })),
      await failure(client.send(new UpdateItemCommand(update))),
      await failure(client.send(new BatchWriteItemCommand(batch))),
    ];
    for (const error of errors) {
      expect(error.name).toBe('ValidationException');
      expect(error.message).toMatch(message);
    }
    expect(await stored(Key)).toBeUndefined();
  },
);

test.each<[string, AttributeValue]>([
  ['is empty', { S: '' }],
  ['has another type', { N: '1' }],
])('an index key that an update copies from an attribute that %s is refused too', async (_, note) => {
  const Key = newKey();
  await put({ ...Key, note });
  const update = new UpdateItemCommand({
    TableName,
    Key,
    UpdateExpression: 'SET #o = note',
    ExpressionAttributeNames: { '#o': 'owner' },
  });
  expect((await failure(client.send(update))).name).toBe('ValidationException');
});

test('an empty string is fine outside of keys, and an item without an index key is not in the index', async () => {
  const Key = newKey();
  await put({ ...Key, note: { S: '' }, kind: { S: Key['pk']?.S ?? '' } });
  expect(await stored(Key)).toMatchObject({ note: { S: '' } });
  const query = new QueryCommand({
    TableName,
    IndexName: 'byKind',
    KeyConditionExpression: 'kind = :k',
    ExpressionAttributeValues: { ':k': Key['pk'] as AttributeValue },
  });
  expect((await client.send(query)).Items).toEqual([]);
});

test('a failed condition tells the old item only when asked to', async () => {
  const Key = newKey();
  const item = { ...Key, note: { S: 'first' } };
  await put(item);
  const condition = { ConditionExpression: 'attribute_not_exists(pk)' };
  const plain = await failure(put(item, condition));
  expect([plain.name, plain.Item]).toEqual(['ConditionalCheckFailedException', undefined]);
  const asked = { ...condition, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const };
  expect((await failure(put(item, asked))).Item).toEqual(item);
  expect((await failure(client.send(new DeleteItemCommand({ TableName, Key, ...asked })))).Item).toEqual(
    item,
  );
  const update = { TableName, Key, ...asked, UpdateExpression: 'REMOVE note' };
  expect((await failure(client.send(new UpdateItemCommand(update)))).Item).toEqual(item);
  expect(await stored(Key)).toEqual(item);
});

test('items of 400 KB, counted in UTF-8 with the names, are the largest', async () => {
  const Key = { pk: { S: 'quiet' }, sk: { S: 'large' } };
  const room = 400 * 1024 - ('pk' + 'quiet' + 'sk' + 'large' + 'note').length;
  await put({ ...Key, note: { S: 'a'.repeat(room) } });
  const ascii = await failure(put({ ...Key, note: { S: 'a'.repeat(room + 1) } }));
  expect([ascii.name, ascii.message]).toEqual([
    'ValidationException',
    'Item size has exceeded the maximum allowed size',
  ]);
  const accented = await failure(put({ ...Key, note: { S: 'é'.repeat(room / 2 + 1) } }));
  expect(accented.name).toBe('ValidationException');
  const list = {
    TableName,
    Key,
    UpdateExpression: 'SET more = :m',
    ExpressionAttributeValues: { ':m': { S: 'b' } },
  };
  expect((await failure(client.send(new UpdateItemCommand(list)))).name).toBe('ValidationException');
});

test('an update returns what it made, and works on its own result', async () => {
  const Key = newKey();
  const add = new UpdateItemCommand({
    TableName,
    Key,
    UpdateExpression: 'ADD hits :one SET began = if_not_exists(began, :t)',
    ExpressionAttributeValues: { ':one': { N: '1' }, ':t': { S: 'then' } },
    ReturnValues: 'ALL_NEW',
  });
  await client.send(add);
  expect((await client.send(add)).Attributes).toEqual({ ...Key, hits: { N: '2' }, began: { S: 'then' } });
});

test('concurrent updates of one item lose nothing', async () => {
  const Key = newKey();
  const add = {
    TableName,
    Key,
    UpdateExpression: 'ADD hits :one',
    ExpressionAttributeValues: { ':one': { N: '1' } },
  };
  await Promise.all(Array.from({ length: 50 }, () => client.send(new UpdateItemCommand(add))));
  expect((await stored(Key))?.['hits']).toEqual({ N: '50' });
});

test('queries page in key order, on the table and on an index', async () => {
  const pk = { S: `quiet-${++next}` };
  const sks = ['a', 'b', 'c', 'd', 'e'];
  const RequestItems = {
    [TableName]: sks.map((sk, rank) => ({
      PutRequest: { Item: { pk, sk: { S: sk }, kind: pk, rank: { N: String(-rank) } } },
    })),
  };
  await client.send(new BatchWriteItemCommand({ RequestItems }));
  const all = async (request: { IndexName?: string; KeyConditionExpression: string }): Promise<unknown[]> => {
    const found: unknown[] = [];
    let ExclusiveStartKey: Attributes | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName,
          ...request,
          Limit: 2,
          ExpressionAttributeValues: { ':k': pk },
          ...(ExclusiveStartKey ? { ExclusiveStartKey } : {}),
        }),
      );
      found.push(...(page.Items ?? []).map((item) => item['sk']?.S));
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
    return found;
  };
  expect(await all({ KeyConditionExpression: 'pk = :k' })).toEqual(sks);
  expect(await all({ IndexName: 'byKind', KeyConditionExpression: 'kind = :k' })).toEqual([...sks].reverse());
});

test('several items are read in one call, missing ones are left out', async () => {
  const Key = newKey();
  await put(Key);
  const { Responses } = await client.send(
    new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key, newKey()] } } }),
  );
  expect(Responses).toEqual({ [TableName]: [Key] });
});

test('tables are described; making them is for the template', async () => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table).toMatchObject({
    TableName,
    TableStatus: 'ACTIVE',
    LatestStreamArn: cloud.outputs['Data']?.['ThingsStream'],
  });
  const create = new CreateTableCommand({ TableName: 'more', KeySchema: [], AttributeDefinitions: [] });
  expect((await failure(client.send(create))).message).toContain('does not emulate dynamodb:CreateTable');
  const elsewhere = new GetItemCommand({ TableName: 'elsewhere', Key: newKey() });
  expect((await failure(client.send(elsewhere))).name).toBe('ResourceNotFoundException');
});

test('an index that is new in the template is filled from what is stored', async () => {
  const dataDir = await temporaryFolder();
  const without = await editedAssembly((data) =>
    set(data, 'Things.Properties.GlobalSecondaryIndexes', undefined),
  );
  const before = await startCloud({ dataDir, assembly: without });
  const item = { ...newKey(), owner: { S: 'me' }, note: { S: 'n' }, more: { S: 'm' } };
  await dynamo(before).send(new PutItemCommand({ TableName, Item: item }));
  await before.stop();
  const after = await startCloud({ dataDir });
  const query = new QueryCommand({
    TableName,
    IndexName: 'byOwner',
    KeyConditionExpression: '#o = :me',
    ExpressionAttributeNames: { '#o': 'owner' },
    ExpressionAttributeValues: { ':me': { S: 'me' } },
  });
  const { more: _, ...projected } = item;
  expect((await dynamo(after).send(query)).Items).toEqual([projected]);
});

test('what has expired goes when it is told to, not before', async () => {
  const now = Date.now();
  const [old, fresh, odd] = [newKey(), newKey(), newKey()];
  const seconds = Math.floor(now / 1000);
  await put({ ...old, expiresAt: { N: String(seconds - 1) } });
  await put({ ...fresh, expiresAt: { N: String(seconds + 60) } });
  await put({ ...odd, expiresAt: { S: String(seconds - 1) } });
  expect(await stored(old)).toBeDefined();
  expect(await cloud.expireItems(now)).toBe(1);
  expect([await stored(old), await stored(fresh), await stored(odd)]).toEqual([
    undefined,
    expect.anything(),
    expect.anything(),
  ]);
});

test('a scan sees every item once', async () => {
  const { Items = [] } = await client.send(new ScanCommand({ TableName, ProjectionExpression: 'pk, sk' }));
  const keys = Items.map(({ pk, sk }) => `${pk?.S}/${sk?.S}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(keys.length).toBeGreaterThan(5);
});
