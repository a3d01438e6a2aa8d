import { JOBS, type ViewItem, ViewStore } from '../../../lambdas/notifications/views-store.ts';
import { fakeClock } from '../../support/fakes.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';

const event = (id: string, timeStamp: number, content: object) => ({
  eventId: id,
  timeStamp,
  receivedAt: timeStamp * 1000,
  content: JSON.stringify({ state: 'ACTIVE', ...content }),
});
const setUp = () => {
  const dynamodb = new MemoryDynamodb({
    jobs: { key: ['groupId', 'jobId'], indexes: { 'by-time': ['groupId', 'startTime'] } },
  });
  return { dynamodb, store: new ViewStore(dynamodb.client, 'jobs', JOBS) };
};
const item = (dynamodb: MemoryDynamodb) => dynamodb.items<ViewItem>('jobs')[0];

describe('record', () => {
  it('I-3 loses nothing when two writers meet', async () => {
    const { dynamodb, store } = setUp();
    const writers = ['a', 'b', 'c', 'd'].map((id, index) =>
      store.record('demo', 1, [event(id, index, {})], 400),
    );
    await Promise.all(writers);
    expect(item(dynamodb)).toMatchObject({ version: 4 });
    expect(item(dynamodb)?.events.map(({ eventId }) => eventId)).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives up, loudly, on an item that always changes under it', async () => {
    const { dynamodb, store } = setUp();
    let version = 1;
    dynamodb.before = (call) => {
      if (call === 'PutItem')
        dynamodb.set('jobs', { groupId: 'demo', jobId: 1, events: [], version: version++ });
    };
    await expect(store.record('demo', 1, [event('a', 1, {})], 400)).rejects.toThrow('contended');
  });

  it.each<[unknown, number]>([
    [1_700_018_029, 1_700_018_029],
    [undefined, 7],
    ['1700018029', 7],
    [-5, 7],
    [1e15, 7],
    [1.5, 7],
  ])(
    'I-12 is listed by startTime %j as it came, or else by when it was reported',
    async (startTime, expected) => {
      const { dynamodb, store } = setUp();
      await store.record('demo', 1, [event('a', 7, { startTime })], 400);
      expect(item(dynamodb)?.startTime).toBe(expected);
    },
  );

  it('expires by its latest arrival', async () => {
    const { dynamodb, store } = setUp();
    await store.record('demo', 1, [event('b', 200, {}), event('a', 100, {})], 1);
    expect(item(dynamodb)?.expiresAt).toBe(200 + 86_400);
  });
});

describe('reading', () => {
  it('never shows what has expired, whether or not it was deleted', async () => {
    const { store } = setUp();
    await store.record('demo', 1, [event('a', 100, {})], 1);
    await store.record('demo', 2, [event('b', 200, {})], 1);
    const clock = fakeClock((100 + 86_400) * 1000);
    expect(await store.get('demo', 1, clock)).toBeUndefined();
    expect(await store.get('demo', 2, clock)).toBeDefined();
    expect((await store.latest('demo', 10, clock)).items.map(({ jobId }) => jobId)).toEqual([2]);
  });

  it('goes through pages, the latest first, and I-13 never to another group', async () => {
    const { store } = setUp();
    for (const jobId of [1, 2, 3, 4, 5])
      await store.record('demo', jobId, [event(`e${jobId}`, 100 + jobId, {})], 1);
    await store.record('other', 9, [event('x', 103, {})], 1);
    const clock = fakeClock(0);
    const first = await store.latest('demo', 2, clock);
    const second = await store.latest('demo', 2, clock, first.lastKey);
    const third = await store.latest('demo', 2, clock, second.lastKey);
    const found = [first, second, third].flatMap(({ items }) => items.map(({ jobId }) => jobId));
    expect(found).toEqual([5, 4, 3, 2, 1]);
    expect(third).not.toHaveProperty('lastKey');
  });
});
