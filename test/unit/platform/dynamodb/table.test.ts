import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { path, when } from '../../../../lambdas/platform/dynamodb/expression.ts';
import { Table } from '../../../../lambdas/platform/dynamodb/table.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';

interface Thing {
  readonly id: string;
  readonly version: number;
  readonly size?: number;
}
const setUp = () => {
  const dynamodb = new MemoryDynamodb({ T: { key: ['id'], indexes: { 'by-size': ['id', 'size'] } } });
  return { dynamodb, table: new Table<Thing>(dynamodb.client, 'T') };
};
const unchanged = (version: number) => when`${path('version')} = ${version}`;

describe('Table', () => {
  it('turns a failed condition into a value, with what was there', async () => {
    const { table } = setUp();
    expect(await table.put({ id: 'a', version: 1 })).toEqual({ ok: true, item: { id: 'a', version: 1 } });
    expect(await table.put({ id: 'a', version: 2 }, unchanged(7))).toEqual({
      ok: false,
      existing: { id: 'a', version: 1 },
    });
    expect(await table.update({ id: 'b' }, { set: { version: 2 } }, unchanged(7))).toEqual({ ok: false });
  });

  it('answers an updated item as it now is', async () => {
    const { table } = setUp();
    await table.put({ id: 'a', version: 1, size: 5 });
    const changed = await table.update({ id: 'a' }, { add: { version: 1 }, remove: ['size'] }, unchanged(1));
    expect(changed).toEqual({ ok: true, item: { id: 'a', version: 2 } });
  });

  it('lets every other error through', async () => {
    const { dynamodb, table } = setUp();
    dynamodb.before = () => {
      throw new Error('throttled');
    };
    await expect(table.put({ id: 'a', version: 1 }, unchanged(1))).rejects.toThrow('throttled');
  });

  it('gives up reading when it is told to', async () => {
    const options: unknown[] = [];
    const client = {
      send: async (_: unknown, option: unknown) => options.push(option),
    } as unknown as DynamoDBClient;
    const { signal } = new AbortController();
    await new Table<Thing>(client, 'T').get({ id: 'a' }, { consistent: true, abortSignal: signal });
    expect(options).toEqual([{ abortSignal: signal }]);
  });

  it('reads many in calls of 100', async () => {
    const { dynamodb, table } = setUp();
    const ids = Array.from({ length: 250 }, (_, index) => `id-${index}`);
    for (const id of ids) dynamodb.set('T', { id, version: 1 });
    const found = await table.getMany(
      [...ids, 'absent'].map((id) => ({ id })),
      { consistent: false },
    );
    expect(found.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(dynamodb.calls).toEqual(['BatchGetItem', 'BatchGetItem', 'BatchGetItem']);
  });

  it('asks again for what was not processed, and not forever', async () => {
    let calls = 0;
    const unprocessed = async ({ input }: { input: { RequestItems: object } }) => {
      calls++;
      return { UnprocessedKeys: input.RequestItems };
    };
    const table = new Table<Thing>({ send: unprocessed } as unknown as DynamoDBClient, 'T');
    await expect(table.getMany([{ id: 'a' }], { consistent: false })).rejects.toThrow(
      'left 1 keys unprocessed',
    );
    expect(calls).toBe(5);
  });
});
