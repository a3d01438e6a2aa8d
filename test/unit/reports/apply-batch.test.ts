import { toStored } from '../../../lambdas/platform/dynamodb/stored-text.ts';
import { applyBatch } from '../../../lambdas/reports/apply-batch.ts';
import { noAnswer } from '../../support/fakes.ts';
import { jobs, notificationText, projection, RECEIVED_AT } from '../../support/notifications.ts';

let serial = 0;
/** A record of the stream with these jobs. */
const record = (groupId: string, ...jobIds: number[]) => {
  const data = jobIds.map((jobId) => ({ jobId, state: 'ACTIVE' }));
  const item = { groupId, text: notificationText([jobs(...data)]), receivedAt: RECEIVED_AT };
  return { sequenceNumber: `sequence-${++serial}`, item };
};
const recorded = (world: ReturnType<typeof projection>) =>
  world.dynamodb
    .items<{ groupId: string; jobId: number }>('jobs')
    .map(({ groupId, jobId }) => `${groupId} ${jobId}`);
/** Fails each write of this group's jobs; a number: of this job only. */
const failing = (groupId: string, jobId?: number) => {
  const world = projection();
  world.dynamodb.before = (call, { TableName, Item = {} }) => {
    const isJob = call === 'PutItem' && TableName === 'jobs' && Item['groupId']?.S === groupId;
    if (isJob && (jobId === undefined || Item['jobId']?.N === String(jobId))) throw noAnswer();
  };
  return world;
};

it('applies every record', async () => {
  const world = projection();
  expect(
    await applyBatch(world.context, [record('a', 1, 2), record('b', 1), record('a', 3)]),
  ).toBeUndefined();
  expect(recorded(world).sort()).toEqual(['a 1', 'a 2', 'a 3', 'b 1']);
});

it('applies a compressed message', async () => {
  const world = projection();
  const { item, sequenceNumber } = record('a', ...Array.from({ length: 60 }, (_, index) => index + 1));
  const compressed = toStored(item);
  expect(compressed).not.toHaveProperty('text');
  expect(await applyBatch(world.context, [{ sequenceNumber, item: compressed }])).toBeUndefined();
  expect(recorded(world)).toHaveLength(60);
});

it('accepts an empty batch', async () => {
  expect(await applyBatch(projection().context, [])).toBeUndefined();
});

it('no group waits for another', async () => {
  const world = projection();
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  let isVisible = () => {};
  const visible = new Promise<void>((resolve) => {
    isVisible = resolve;
  });
  const { jobs: store } = world.context;
  const recordHeld: typeof store.record = async (groupId, ...rest) => {
    if (groupId === 'flood') await held;
    const events = await store.record(groupId, ...rest);
    if (groupId === 'quiet') isVisible();
    return events;
  };
  const context = {
    ...world.context,
    jobs: { readStored: store.readStored.bind(store), record: recordHeld },
  };
  const batch = [...Array.from({ length: 50 }, (_, id) => record('flood', id)), record('quiet', 1)];
  const done = applyBatch(context, batch);
  await visible;
  expect(recorded(world)).toEqual(['quiet 1']);
  release();
  expect(await done).toBeUndefined();
  expect(recorded(world)).toHaveLength(51);
});

it('a failure in one group keeps back no record: those that follow are not lost if the stream gives up the batch', async () => {
  const world = failing('a', 2);
  const batch = [record('b', 1), record('a', 1), record('a', 2), record('b', 2), record('a', 3)];
  expect(await applyBatch(world.context, batch)).toBe(batch[2]?.sequenceNumber);
  expect(recorded(world).sort()).toEqual(['a 1', 'a 3', 'b 1', 'b 2']);
  expect(world.log.codes()).toEqual(['projection-failed']);
});

it('reports the first failure of all groups', async () => {
  const world = failing('a');
  const batch = [record('b', 1), record('c', 1), record('a', 1), record('b', 2), record('a', 2)];
  expect(await applyBatch(world.context, batch)).toBe(batch[2]?.sequenceNumber);
  expect(recorded(world).sort()).toEqual(['b 1', 'b 2', 'c 1']);
});

it('an item that is not a message is logged and left in the journal: it would fail each time', async () => {
  const world = projection();
  const unreadable = { sequenceNumber: 'unreadable', item: { groupId: 'b' } };
  expect(await applyBatch(world.context, [unreadable, record('b', 1)])).toBeUndefined();
  expect(recorded(world)).toEqual(['b 1']);
  expect(world.log.lines).toMatchObject([
    { code: 'message-not-applicable', detail: { sequenceNumber: 'unreadable' } },
  ]);
});

it('stops trying a group after three failures', async () => {
  const world = failing('a');
  const batch = [...Array.from({ length: 10 }, (_, id) => record('a', id)), record('b', 1)];
  expect(await applyBatch(world.context, batch)).toBe(batch[0]?.sequenceNumber);
  expect(world.log.codes()).toEqual(Array(3).fill('projection-failed'));
  expect(recorded(world)).toEqual(['b 1']);
});

it('delivered again, a batch changes nothing', async () => {
  const world = projection();
  const batch = [record('a', 1, 2), record('b', 1)];
  await applyBatch(world.context, batch);
  const before = world.dynamodb.items('jobs');
  await applyBatch(world.context, batch);
  expect(world.dynamodb.items('jobs')).toEqual(before);
});

it('sets messages beyond the share of a group aside, visibly and with one write each, and reports no failure', async () => {
  const world = projection();
  const flood = Array.from({ length: 8 }, (_, index) => record('flood', index * 2, index * 2 + 1));
  expect(
    await applyBatch(world.context, [...flood, record('quiet', 1)], { notifications: 5, rejected: 5 }),
  ).toBeUndefined();
  expect(recorded(world)).toEqual(expect.arrayContaining(['flood 4', 'quiet 1']));
  expect(recorded(world)).toHaveLength(6);
  const aside = world.dynamodb.items<{ reason: string; text: string; part: string }>('quarantine');
  expect(aside.map(({ reason, part }) => `${part} ${reason}`)).toEqual(
    Array(6).fill('message too-many-notifications'),
  );
  const beyond = flood.slice(2).map(({ item }) => item.text);
  expect(aside.map(({ text }) => text).sort()).toEqual(beyond.sort());
  expect(world.log.codes()).toEqual(Array(6).fill('notification-quarantined'));
  expect(world.published).toHaveLength(12);
});

it('many messages with little that cannot be interpreted fill the quarantine no faster than one item each', async () => {
  const world = projection();
  const flood = Array.from({ length: 10 }, () =>
    record('flood', ...[1, 2, 3].map((n) => -n - 10 * serial), serial),
  );
  expect(await applyBatch(world.context, flood, { notifications: 1_000, rejected: 9 })).toBeUndefined();
  const parts = world.dynamodb.items<{ part: string }>('quarantine').map(({ part }) => part);
  expect(parts.filter((part) => part === 'item')).toHaveLength(9);
  expect(parts.filter((part) => part === 'message')).toHaveLength(7);
  expect(recorded(world)).toHaveLength(10);
});
