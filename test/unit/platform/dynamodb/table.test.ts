import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { fullJitter } from '../../../../lambdas/platform/backoff.ts';
import { path, when } from '../../../../lambdas/platform/dynamodb/expression.ts';
import { Table } from '../../../../lambdas/platform/dynamodb/table.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';

interface Row {
  readonly id: string;
  readonly version: number;
  readonly size?: number;
}
const setUp = () => {
  const dynamodb = new MemoryDynamodb({ T: { key: ['id'], indexes: { 'by-size': ['id', 'size'] } } });
  return { dynamodb, table: new Table<Row>(dynamodb.client, 'T') };
};
const unchanged = (version: number) => when`${path('version')} = ${version}`;

describe('Table', () => {
  it('returns a failed condition with the existing item', async () => {
    const { table } = setUp();
    expect(await table.put({ id: 'a', version: 1 })).toEqual({ ok: true, item: { id: 'a', version: 1 } });
    expect(await table.put({ id: 'a', version: 2 }, unchanged(7))).toEqual({
      ok: false,
      existing: { id: 'a', version: 1 },
    });
    expect(await table.update({ id: 'b' }, { set: { version: 2 } }, unchanged(7))).toEqual({ ok: false });
  });

  it('returns an updated item as it now is', async () => {
    const { table } = setUp();
    await table.put({ id: 'a', version: 1, size: 5 });
    const changed = await table.update({ id: 'a' }, { add: { version: 1 }, remove: ['size'] }, unchanged(1));
    expect(changed).toEqual({ ok: true, item: { id: 'a', version: 2 } });
  });

  it('throws every other error', async () => {
    const { dynamodb, table } = setUp();
    dynamodb.before = () => {
      throw new Error('throttled');
    };
    await expect(table.put({ id: 'a', version: 1 }, unchanged(1))).rejects.toThrow('throttled');
  });

  it('passes an abort signal to the SDK', async () => {
    const options: unknown[] = [];
    const client = {
      send: async (_: unknown, option: unknown) => options.push(option),
    } as unknown as DynamoDBClient;
    const { signal } = new AbortController();
    await new Table<Row>(client, 'T').get({ id: 'a' }, { consistent: true, abortSignal: signal });
    expect(options).toEqual([{ abortSignal: signal }]);
  });

  it('reads many items in calls of 100 keys', async () => {
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

  it('reads unprocessed keys again with exponential waits, 2 s at most', async () => {
    const waits: number[] = [];
    let calls = 0;
    const unprocessed = async ({ input }: { input: { RequestItems: object } }) => {
      calls++;
      return { UnprocessedKeys: input.RequestItems };
    };
    const backoff = fullJitter(64, { wait: async (ms) => void waits.push(ms), random: () => 1 });
    const table = new Table<Row>({ send: unprocessed } as unknown as DynamoDBClient, 'T', backoff);
    await expect(table.getMany([{ id: 'a' }], { consistent: false })).rejects.toThrow(
      'left 1 keys unprocessed',
    );
    expect(calls).toBe(6);
    expect(waits).toEqual([64, 128, 256, 512, 1024]);
  });
});
