/** A store that refuses writes for a while, as a full disk does, loses nothing that was acknowledged and delivers every stream record. */
import { type AttributeValue, PutItemCommand, TransactWriteItemsCommand } from '@aws-sdk/client-dynamodb';
import type { LocalCloud } from '../../../local/cloud.ts';
import { SafeDatabase } from '../../../local/dynamodb/database.ts';
import type { Operation } from '../../../local/dynamodb/dynalite.ts';
import { Store } from '../../../local/dynamodb/store.ts';
import type { StreamRecord } from '../../../local/streams/record.ts';
import {
  dynamo,
  editedAssembly,
  kept,
  nameOf,
  set,
  startCloud,
  stopAll,
  temporaryFolder,
} from './support.ts';

afterEach(async () => {
  jest.restoreAllMocks();
  await stopAll();
});

/** Refuses the next `count` batches that `selects`. @returns how many it has refused */
function refuse(count: number, selects: (operations: readonly Operation[]) => boolean): () => number {
  const { batch } = Store.prototype;
  let refused = 0;
  jest.spyOn(Store.prototype, 'batch').mockImplementation(function (this: Store, operations) {
    if (refused >= count || !selects(operations)) return batch.call(this, operations);
    refused += 1;
    return Promise.reject(new Error('IO error: No space left on device'));
  });
  return () => refused;
}

const item = (sk: string, behaviour?: string): Record<string, AttributeValue> => ({
  pk: { S: 'p' },
  sk: { S: sk },
  ...(behaviour === undefined ? {} : { behaviour: { S: behaviour } }),
});
const seen = async (cloud: LocalCloud) =>
  (await kept<StreamRecord[]>(cloud, 'batch')).map((records) =>
    records.map(({ dynamodb: { Keys } }) => Keys['sk']?.['S']),
  );

test('when it cannot be stored that a part of a batch was processed, the rest is still delivered', async () => {
  const cloud = await startCloud();
  const refused = refuse(3, ([first]) => first?.type === 'del' && first.key.startsWith('stream~'));
  const TableName = nameOf(cloud, 'Things');
  const TransactItems = [item('a'), item('b', 'report 1'), item('c')].map((Item) => ({
    Put: { TableName, Item },
  }));
  await dynamo(cloud).send(new TransactWriteItemsCommand({ TransactItems }));
  await cloud.drained();
  expect(await seen(cloud)).toEqual([
    ['a', 'b', 'c'],
    ['b', 'c'],
  ]);
  expect(refused()).toBe(3);
});

test('when a function cannot write for a while, its batch is tried again until it can', async () => {
  const assembly = await editedAssembly((_, front) => {
    set(front, 'Feed.Properties.MaximumRetryAttempts', -1);
  });
  const cloud = await startCloud({ assembly });
  const isOfFunction = (operations: readonly Operation[]) =>
    operations.some(({ key }) => key.startsWith(`item-${nameOf(cloud, 'Seen')}~`));
  const refused = refuse(6, isOfFunction);
  for (const sk of ['a', 'b']) {
    await dynamo(cloud).send(new PutItemCommand({ TableName: nameOf(cloud, 'Things'), Item: item(sk) }));
  }
  await cloud.drained();
  expect((await seen(cloud)).flat().sort()).toEqual(['a', 'b']);
  expect(refused()).toBe(6);
});

test('after a failed write the database is opened again, so that what follows is still there after a restart', async () => {
  const folder = await temporaryFolder();
  const database = new SafeDatabase(folder);
  await database.open();
  const put = (key: string) => database.batch([{ type: 'put', key, value: key }]);
  await put('before');
  // LevelDB would accept writes behind the half record that the failed one leaves in its log, and skip them at the next start.
  const failed = database.current.db;
  const write = jest.spyOn(failed, 'batch').mockRejectedValueOnce(new Error('IO error: No space left'));
  await expect(put('refused')).rejects.toThrow('No space left');
  await Promise.all([put('one'), put('two')]);
  expect(write).toHaveBeenCalledTimes(1);
  await database.close();
  await expect(put('late')).rejects.toThrow();
  const again = new SafeDatabase(folder);
  await again.open();
  const keys = await Promise.all(['before', 'refused', 'one', 'two'].map((key) => again.current.db.get(key)));
  expect(keys).toEqual(['before', undefined, 'one', 'two']);
  await again.close();
});
