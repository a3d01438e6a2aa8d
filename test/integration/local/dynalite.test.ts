/**
 * dynalite publishes only a server, but the local cloud requires its inner modules, which may change in any release. This
 * is what it relies on, so that an update fails here and not with wrong data. See `local/dynamodb/dynalite.ts`.
 */
import { createRequire } from 'node:module';
import {
  actionOf,
  dynalite,
  type Item,
  options,
  type Request,
  validate,
} from '../../../local/dynamodb/dynalite.ts';

const load = createRequire(__filename);
const table = {
  TableName: 'Table',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'n', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'n', KeyType: 'RANGE' },
  ],
};
const item = (n: number): Item => ({ pk: { S: 'a' }, n: { N: String(n) } });

test('the version is pinned, and installed', () => {
  const { dependencies } = load('../../../package.json');
  expect(dependencies.dynalite).toBe('4.0.0');
  expect(load('dynalite/package.json').version).toBe('4.0.0');
});

test.each([
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'BatchWriteItem',
])('%s is an action of (store, data, callback), with described members', (name) => {
  const file = name.charAt(0).toLowerCase() + name.slice(1);
  expect(actionOf(name)).toHaveLength(3);
  const { types, custom } = load(`dynalite/validations/${file}`);
  expect([typeof types, typeof custom]).toEqual(['object', 'function']);
});

test('the order of keys is the order of their numbers', () => {
  const numbers = [-10, -1, 0, 0.5, 9, 10, 123_456];
  const keys = numbers.map((n) => dynalite.createKey(item(n), table));
  expect([...keys].sort()).toEqual(keys);
});

test('a table and an index are read below the prefixes that our batches write', async () => {
  const { db, getItemDb, getIndexDb } = dynalite.create({});
  await db.open();
  const key = dynalite.createKey(item(1), table);
  const indexKey = dynalite.createIndexKey(item(1), table, table.KeySchema);
  await db.batch([
    { type: 'put', key: `item-Table~${key}`, value: item(1) },
    { type: 'put', key: `index-global~Table~I~${indexKey}`, value: item(2) },
  ]);
  const found = new Promise((resolve, reject) => {
    getItemDb('Table').get(key, (error, value) => (error ? reject(error) : resolve(value)));
  });
  expect(await found).toEqual(item(1));
  const values: unknown[] = [];
  for await (const value of getIndexDb('Global', 'Table', 'I').createValueStream({})) values.push(value);
  expect(values).toEqual([item(2)]);
  await db.close();
});

test('an action works on the store that it is given: one table, one get, one put, errors with status and type', async () => {
  const written: unknown[] = [];
  const store = {
    options,
    getTable: (_name: string, done: (error: unknown, found: object) => void) => done(null, table),
    getItemDb: () => ({
      lock: (_key: string, locked: (release: <T>(done: T) => T) => void) => locked((done) => done),
      get: (_key: string, done: (error: unknown, found: Item) => void) => done(null, item(1)),
      put: (_key: string, value: Item, done: () => void) => {
        written.push(value);
        done();
      },
    }),
  };
  const put = (request: Request) =>
    new Promise((resolve, reject) => {
      actionOf('PutItem')(store, validate('PutItem', request), (error, result) =>
        error ? reject(error) : resolve(result),
      );
    });
  await put({ TableName: 'Table', Item: item(1) });
  expect(written).toEqual([item(1)]);
  const onlyNew = { TableName: 'Table', Item: item(1), ConditionExpression: 'attribute_not_exists(pk)' };
  await expect(put(onlyNew)).rejects.toMatchObject({
    statusCode: 400,
    body: { __type: expect.stringMatching(/#ConditionalCheckFailedException$/) },
  });
  expect(written).toHaveLength(1);
});
