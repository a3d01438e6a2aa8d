import {
  type AttributeValue,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  TransactGetItemsCommand,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { ManualClock } from '../../support/clocks.ts';
import { dynamo, nameOf, startCloud, stopAll } from './support.ts';

const clock = new ManualClock();
let client: DynamoDBClient;
let TableName: string;
beforeAll(async () => {
  const cloud = await startCloud({ clock });
  client = dynamo(cloud);
  TableName = nameOf(cloud, 'Things');
});
afterAll(stopAll);

type Attributes = Record<string, AttributeValue>;
let next = 0;
const newKey = (): Attributes => ({ pk: { S: `quiet-${++next}` }, sk: { S: 'x' } });
const transact = (TransactItems: TransactWriteItem[], ClientRequestToken?: string) =>
  client.send(
    new TransactWriteItemsCommand({ TransactItems, ...(ClientRequestToken ? { ClientRequestToken } : {}) }),
  );
const put = (Item: Attributes) => ({ Put: { TableName, Item } });
const stored = async (Key: Attributes) =>
  (await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }))).Item;
const failure = (promise: Promise<unknown>): Promise<Error & { CancellationReasons?: unknown }> =>
  promise.then(
    () => {
      throw new Error('it should have failed');
    },
    (error: Error) => error,
  );

test('all or nothing: one failed condition stops all, with a reason for each item in its place', async () => {
  const [a, b, c, d] = [newKey(), newKey(), newKey(), newKey()];
  const old = { ...b, note: { S: 'was here' } };
  await client.send(new PutItemCommand({ TableName, Item: old }));
  const items = (returning: 'ALL_OLD' | 'NONE'): TransactWriteItem[] => [
    put(a),
    {
      Put: {
        TableName,
        Item: b,
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: returning,
      },
    },
    {
      Update: {
        TableName,
        Key: c,
        UpdateExpression: 'SET note = :n',
        ExpressionAttributeValues: { ':n': { S: 'n' } },
      },
    },
    { ConditionCheck: { TableName, Key: d, ConditionExpression: 'attribute_exists(pk)' } },
  ];
  const told = await failure(transact(items('ALL_OLD')));
  expect(told.name).toBe('TransactionCanceledException');
  expect(told.message).toContain('[None, ConditionalCheckFailed, None, ConditionalCheckFailed]');
  const failed = { Code: 'ConditionalCheckFailed', Message: 'The conditional request failed' };
  expect(told.CancellationReasons).toEqual([
    { Code: 'None' },
    { ...failed, Item: old },
    { Code: 'None' },
    failed,
  ]);
  const untold = await failure(transact(items('NONE')));
  expect(untold.CancellationReasons).toEqual([{ Code: 'None' }, failed, { Code: 'None' }, failed]);
  expect([await stored(a), await stored(b), await stored(c)]).toEqual([undefined, old, undefined]);
});

test('put, update, delete and check take effect together', async () => {
  const [a, b, c, d] = [newKey(), newKey(), newKey(), newKey()];
  await transact([put(b), put(c), put(d)]);
  await transact([
    put({ ...a, note: { S: 'new' } }),
    {
      Update: {
        TableName,
        Key: b,
        UpdateExpression: 'ADD hits :n',
        ExpressionAttributeValues: { ':n': { N: '3' } },
      },
    },
    { Delete: { TableName, Key: c } },
    { ConditionCheck: { TableName, Key: d, ConditionExpression: 'attribute_exists(pk)' } },
  ]);
  const { Responses } = await client.send(
    new TransactGetItemsCommand({ TransactItems: [a, b, c, d].map((Key) => ({ Get: { TableName, Key } })) }),
  );
  expect(Responses).toEqual([
    { Item: { ...a, note: { S: 'new' } } },
    { Item: { ...b, hits: { N: '3' } } },
    {},
    { Item: d },
  ]);
});

test('what one item makes impossible is its reason, not the whole request’s', async () => {
  const [a, b] = [newKey(), newKey()];
  await transact([put({ ...b, note: { S: 'text' } })]);
  const error = await failure(
    transact([
      put(a),
      {
        Update: {
          TableName,
          Key: b,
          UpdateExpression: 'ADD note :n',
          ExpressionAttributeValues: { ':n': { N: '1' } },
        },
      },
      put({ ...newKey(), owner: { S: '' } }),
    ]),
  );
  expect(error.CancellationReasons).toEqual([
    { Code: 'None' },
    { Code: 'ValidationError', Message: expect.stringContaining('incorrect data type') },
    { Code: 'ValidationError', Message: expect.stringContaining('IndexKey: owner') },
  ]);
  expect(await stored(a)).toBeUndefined();
});

test.each<[string, () => TransactWriteItem[], RegExp]>([
  [
    'the same item twice',
    () => {
      const key = newKey();
      return [
        put(key),
        { ConditionCheck: { TableName, Key: key, ConditionExpression: 'attribute_exists(pk)' } },
      ];
    },
    /cannot include multiple operations on one item/,
  ],
  ['101 items', () => Array.from({ length: 101 }, () => put(newKey())), /less than or equal to 100/],
  [
    'more than 4 MB',
    () => Array.from({ length: 11 }, () => put({ ...newKey(), note: { S: 'a'.repeat(399_000) } })),
    /4 MB/,
  ],
  [
    'an expression that cannot be read',
    () => [{ Update: { TableName, Key: newKey(), UpdateExpression: 'MAKE it so' } }],
    /Invalid UpdateExpression/,
  ],
])('%s is a ValidationException', async (_, items, message) => {
  const error = await failure(transact(items()));
  expect([error.name, error.message]).toEqual(['ValidationException', expect.stringMatching(message)]);
});

test('100 items are not too many', async () => {
  const keys = Array.from({ length: 100 }, newKey);
  await transact(keys.map(put));
  expect(await Promise.all([stored(keys[0] as Attributes), stored(keys[99] as Attributes)])).toEqual([
    keys[0],
    keys[99],
  ]);
});

test('the same token does it once for ten minutes; another request with it is refused', async () => {
  const Key = newKey();
  const add = {
    Update: {
      TableName,
      Key,
      UpdateExpression: 'ADD hits :n',
      ExpressionAttributeValues: { ':n': { N: '1' } },
    },
  };
  await transact([add], 'token-1');
  await transact([add], 'token-1');
  expect((await stored(Key))?.['hits']).toEqual({ N: '1' });
  const other = await failure(transact([put(Key)], 'token-1'));
  expect(other.name).toBe('IdempotentParameterMismatchException');
  clock.advance(10 * 60_000 + 1);
  await transact([add], 'token-1');
  expect((await stored(Key))?.['hits']).toEqual({ N: '2' });
});

test('transactions on the same items do not mix', async () => {
  const [a, b] = [newKey(), newKey()];
  const moves = Array.from({ length: 20 }, (_, amount) =>
    transact(
      [a, b].map((Key) => ({
        Update: {
          TableName,
          Key,
          UpdateExpression: 'SET note = :n',
          ExpressionAttributeValues: { ':n': { N: String(amount) } },
        },
      })),
    ),
  );
  const read = () =>
    client.send(
      new TransactGetItemsCommand({ TransactItems: [a, b].map((Key) => ({ Get: { TableName, Key } })) }),
    );
  const reads = Array.from({ length: 20 }, read);
  await Promise.all(moves);
  for (const { Responses } of await Promise.all(reads)) {
    expect(Responses?.[0]?.Item?.['note']).toEqual(Responses?.[1]?.Item?.['note']);
  }
});
