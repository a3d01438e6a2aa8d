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
  expect((await store.list('demo', 10, before)).items).toHaveLength(1);
  expect(await store.get('demo', one.eventId, after)).toBeUndefined();
  expect((await store.list('demo', 10, after)).items).toEqual([]);
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
