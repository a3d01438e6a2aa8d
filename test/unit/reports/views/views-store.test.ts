import { notificationOf } from '../../../../lambdas/notifications/notification.ts';
import { canonical } from '../../../../lambdas/platform/canonical-json.ts';
import { JOBS } from '../../../../lambdas/reports/jobs/job.ts';
import { ViewStore } from '../../../../lambdas/reports/views/views-store.ts';
import { fakeClock } from '../../../support/fakes.ts';
import { MemoryDynamodb } from '../../../support/memory-dynamodb.ts';
import { VIEW_TABLES } from '../../../support/notifications.ts';

const event = (timeStamp: number, content: object, groupId = 'demo') => {
  const sorted = canonical({ state: 'ACTIVE', ...content });
  return notificationOf(groupId, 'JOB', sorted, { timeStamp, receivedAt: timeStamp * 1000 });
};
const clock = fakeClock(0);
const setUp = () => {
  const dynamodb = new MemoryDynamodb(VIEW_TABLES);
  return { dynamodb, store: new ViewStore(dynamodb.client, 'jobs', JOBS) };
};
const fullRange = { low: '0', high: '9', order: 'desc' } as const;

describe('record', () => {
  it('I-3 loses nothing with concurrent writers', async () => {
    const { store } = setUp();
    const events = [1, 2, 3, 4].map((index) => event(index, { index }));
    await Promise.all(events.map((one) => store.record('demo', 1, [one], 400)));
    expect((await store.get('demo', 1, clock))?.events).toEqual(events);
  });

  it('an event that is stored already costs no write', async () => {
    const { dynamodb, store } = setUp();
    await store.record('demo', 1, [event(1, {})], 400);
    dynamodb.calls.length = 0;
    await store.record('demo', 1, [event(1, {}), event(1, {})], 400);
    expect(dynamodb.calls).toEqual(['GetItem']);
  });

  it('reads an item again if it has changed since it was read', async () => {
    const { store } = setUp();
    const stored = await store.readStored('demo', [1, 2]);
    await store.record('demo', 1, [event(1, { n: 1 })], 400);
    await store.record('demo', 1, [event(2, { n: 2 })], 400, stored);
    expect((await store.get('demo', 1, clock))?.events).toHaveLength(2);
  });

  it('fails after ten conflicting writes', async () => {
    const { dynamodb, store } = setUp();
    let round = 1;
    dynamodb.before = (call) => {
      const rows = JSON.stringify([[round++, 0, { state: 'ACTIVE' }]]);
      if (call === 'PutItem') dynamodb.set('jobs', { groupId: 'demo', jobId: 1, events: rows });
    };
    await expect(store.record('demo', 1, [event(1, {})], 400)).rejects.toThrow('after 10 conflicting');
  });

  it.each<[unknown, string]>([
    [1_700_018_029, '001700018029#1'],
    [1_700_000_007 + 36 * 3600, '001700129607#1'],
    [undefined, '001700000007##1'],
    ['1700018029', '001700000007##1'],
    [0, '001700000007##1'],
    [-5, '001700000007##1'],
    [946_684_799, '001700000007##1'],
    [1_700_000_008 + 36 * 3600, '001700000007##1'],
    [1e15, '001700000007##1'],
    [1.5, '001700000007##1'],
  ])(
    'I-12 is listed by startTime %j as sent, or else by the time of its first report',
    async (startTime, expected) => {
      const { store } = setUp();
      await store.record('demo', 1, [event(1_700_000_007, { startTime })], 400);
      expect((await store.get('demo', 1, clock))?.at).toBe(expected);
    },
  );

  it.each(['', undefined, 5, 'サーバー#/', '\ud800', 'x'.repeat(5_000)])(
    'writes no index key that DynamoDB refuses (%#)',
    async (name) => {
      const { dynamodb, store } = setUp();
      await store.record('demo', 1, [event(7, { policyName: name, clientName: name })], 400);
      const [item] = dynamodb.items<{ policy?: string; client?: string }>('jobs');
      for (const key of [item?.policy, item?.client].filter((one) => one !== undefined)) {
        expect(key.isWellFormed()).toBe(true);
        expect(Buffer.byteLength(key)).toBeLessThanOrEqual(2048);
        expect(key.length).toBeGreaterThan('demo#'.length);
      }
    },
  );
});

describe('reading', () => {
  it('never returns expired items, whether or not they were deleted', async () => {
    const { store } = setUp();
    await store.record('demo', 1, [event(100, {})], 1);
    await store.record('demo', 2, [event(50, { n: 1 }), event(200, {})], 1);
    const later = fakeClock((100 + 86_400) * 1000);
    expect(await store.get('demo', 1, later)).toBeUndefined();
    expect(await store.get('demo', 2, later)).toBeDefined();
    expect((await store.getMany('demo', [1, 2], later)).map(({ jobId }) => jobId)).toEqual([2]);
  });

  it('pages of an index have the latest first, and I-13 nothing of another group', async () => {
    const { store } = setUp();
    for (const jobId of [1, 2, 3])
      await store.record('demo', jobId, [event(100 + jobId, { clientName: 'a' })], 1);
    await store.record('other', 9, [event(103, { clientName: 'a' }, 'other')], 1);
    const page = await store.page<{ at: string; jobId: number }>('by-client', 'demo#a', fullRange, 2);
    expect(page).toMatchObject({ items: [{ jobId: 3 }, { jobId: 2 }], more: true });
    const rest = { ...fullRange, high: '000000000101##1' };
    expect(await store.page('by-client', 'demo#a', rest, 2)).toMatchObject({
      items: [{ jobId: 1 }],
      more: false,
    });
  });
});
