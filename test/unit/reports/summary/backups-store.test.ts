import { BackupsStore } from '../../../../lambdas/reports/summary/backups-store.ts';
import type { ClientBackup } from '../../../../lambdas/reports/summary/protection.ts';
import { fakeClock } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';
import { VIEW_TABLES } from '../../../support/notifications.ts';

const DAY_MS = 86_400_000;
const clock = fakeClock(0);
const backup = (jobId: number, clientName = 'a', policyName = 'p'): ClientBackup => ({
  jobId,
  parentJobId: jobId,
  startTime: 1_700_000_000 + jobId,
  status: 0,
  clientName,
  policyName,
});
const setUp = () => {
  const dynamodb = new MemoryDynamodb(VIEW_TABLES);
  const store = new BackupsStore(dynamodb.client, 'backups');
  const stored = async (now = clock) => {
    const { items } = await store.page('demo', now);
    return items
      .map(({ clientName, policyName, backups }) => [
        clientName,
        policyName,
        ...backups.map(({ jobId }) => jobId),
      ])
      .sort();
  };
  return { dynamodb, store, stored };
};

it('stores the latest of each client under each policy, and I-13 nothing of another group', async () => {
  const { store, stored } = setUp();
  await store.record('demo', [backup(1), backup(2, 'a', 'q'), backup(3, 'b'), backup(4)], 0, 1);
  await store.record('demo', [backup(5)], 0, 1);
  await store.record('other', [backup(9)], 0, 1);
  expect(await stored()).toEqual([
    ['a', 'p', 5, 4, 1],
    ['a', 'q', 2],
    ['b', 'p', 3],
  ]);
});

it('I-3 loses nothing with concurrent writers', async () => {
  const { store, stored } = setUp();
  await Promise.all([1, 2, 3, 4].map((jobId) => store.record('demo', [backup(jobId)], 0, 1)));
  expect(await stored()).toEqual([['a', 'p', 4, 3, 2, 1]]);
});

it('a backup that is stored already costs no write', async () => {
  const { dynamodb, store } = setUp();
  await store.record('demo', [backup(1)], 0, 1);
  dynamodb.calls.length = 0;
  await store.record('demo', [backup(1)], 0, 1);
  expect(dynamodb.calls).toEqual(['BatchGetItem']);
});

it('expires by its latest arrival, in any order, and is not returned after that', async () => {
  const { store, stored } = setUp();
  await store.record('demo', [backup(2)], DAY_MS, 1);
  await store.record('demo', [backup(1)], 0, 1);
  expect(await stored(fakeClock(2 * DAY_MS - 1_000))).toEqual([['a', 'p', 2, 1]]);
  expect(await stored(fakeClock(2 * DAY_MS))).toEqual([]);
});

it('fails after ten conflicting writes', async () => {
  const { dynamodb, store } = setUp();
  await store.record('demo', [backup(1)], 0, 1);
  const [item] = dynamodb.items<object>('backups');
  let round = 10;
  dynamodb.before = (call) => {
    if (call === 'PutItem') dynamodb.set('backups', { ...item, rows: JSON.stringify([[round++, 1, 1, 0]]) });
  };
  await expect(store.record('demo', [backup(2)], 0, 1)).rejects.toThrow('after 10 conflicting');
});
