import { csv } from '../../../lambdas/http/formats.ts';
import { interpretAgain } from '../../../lambdas/notifications/interpret.ts';
import type { QuarantinedPart } from '../../../lambdas/notifications/notification.ts';
import { QuarantineStore } from '../../../lambdas/notifications/quarantine-store.ts';
import { fakeClock } from '../../support/fakes.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';
import {
  interpretText,
  jobs,
  notificationText,
  RECEIVED_AT,
  VIEW_TABLES,
} from '../../support/notifications.ts';

const DAY = 86_400_000;
const partOf = (text: string, receivedAt = RECEIVED_AT): QuarantinedPart => {
  const [one] = interpretText(text, receivedAt);
  if (one?.kind !== 'QUARANTINE') throw new Error('Expected a quarantined part.');
  return one;
};
const tape = notificationText([{ object: 'TAPE', data: [{ slot: 1 }] }]);
const setUp = () => {
  const dynamodb = new MemoryDynamodb(VIEW_TABLES);
  return { dynamodb, store: new QuarantineStore(dynamodb.client, 'quarantine') };
};

const BOUNDS = { limit: 50, entries: 550, bytes: 3_000_000 };
const listed = (store: QuarantineStore, clock: () => number, after?: string, bounds = BOUNDS) =>
  store.list('demo', after, bounds, clock, (item) => item);

it('a page of large texts ends before it is too large for a response, and the next one continues', async () => {
  const { store } = setUp();
  const texts = Array.from({ length: 30 }, (_, slot) =>
    notificationText([{ object: 'TAPE', data: [{ slot, text: '\\"'.repeat(30_000) }] }]),
  );
  for (const [index, text] of texts.entries()) await store.add('demo', partOf(text, RECEIVED_AT + index), 10);
  const clock = fakeClock(RECEIVED_AT);
  const seen: string[] = [];
  let pages = 0;
  for (let after: string | undefined; ; pages++) {
    const { items, next } = await listed(store, clock, after);
    seen.push(...items.map(({ arrival }) => arrival));
    expect(JSON.stringify(JSON.stringify(items)).length).toBeLessThan(6_000_000);
    expect(
      JSON.stringify(
        csv(
          ['text'],
          items.map((item) => ({ ...item })),
        ),
      ).length,
    ).toBeLessThan(6_000_000);
    if (next === undefined) break;
    after = next;
  }
  expect(pages).toBeGreaterThan(1);
  expect(new Set(seen).size).toBe(30);
  expect(seen).toEqual([...seen].sort().reverse());
});

it('of several arrivals of one part the first is stored, in any order', async () => {
  for (const arrivals of [
    [RECEIVED_AT, RECEIVED_AT + 5_000],
    [RECEIVED_AT + 5_000, RECEIVED_AT],
  ]) {
    const { dynamodb, store } = setUp();
    for (const receivedAt of arrivals) await store.add('demo', partOf(tape, receivedAt), 10);
    expect(dynamodb.items('quarantine')).toMatchObject([{ receivedAt: RECEIVED_AT, object: 'TAPE' }]);
  }
});

it('never returns expired items', async () => {
  const { store } = setUp();
  const one = partOf(tape);
  await store.add('demo', one, 10);
  const before = fakeClock(RECEIVED_AT + 10 * DAY - 1_000);
  const after = fakeClock(RECEIVED_AT + 10 * DAY);
  expect(await store.get('demo', one.eventId, before)).toMatchObject({ reason: 'unknown-object' });
  expect((await listed(store, before)).items).toHaveLength(1);
  expect(await store.get('demo', one.eventId, after)).toBeUndefined();
  expect((await listed(store, after)).items).toEqual([]);
});

describe('interpretAgain', () => {
  const again = (kept: QuarantinedPart) => interpretAgain({ groupId: 'demo', receivedAt: RECEIVED_AT }, kept);

  it.each([
    ['a notification', tape],
    ['an object of the payload', notificationText([{ object: 'JOB' }])],
    ['a message', notificationText('x')],
    [
      'a message with a number that would be rounded',
      '{"id":"1","type":"NOTIFICATION","subType":"REQUEST","timeStamp":1,"payload":[{"object":"JOB","data":[9007199254740993]}]}',
    ],
    ['text', '{'],
  ])('%s gives the same part, with the same id', (_, text) => {
    const kept = partOf(text);
    expect(again(kept)).toEqual([kept]);
  });

  it('a part that can be interpreted now gives the notification that it would have given at first', () => {
    const text = notificationText([jobs({ jobId: 1, state: 'DONE' })]);
    const kept = { ...partOf(tape), object: 'JOB', text: '{"jobId":1,"state":"DONE"}' };
    expect(again(kept)).toEqual(interpretText(text));
  });
});

it('a long text is stored compressed, shown and found as it was; so is one that an earlier version stored', async () => {
  const { dynamodb, store } = setUp();
  const part = partOf(notificationText([{ object: 'TAPE', data: [{ text: 'x'.repeat(3_000) }] }]));
  await store.add('demo', part, 10);
  const [stored] = dynamodb.items<{ eventId: string }>('quarantine');
  expect(stored).not.toHaveProperty('text');
  const clock = fakeClock(RECEIVED_AT);
  const get = () => store.get('demo', part.eventId, clock);
  const found = await get();
  expect(found?.text).toBe(part.text);
  expect((await listed(store, clock)).items).toEqual([found]);
  dynamodb.set('quarantine', found ?? {});
  expect(await get()).toEqual(found);
});
