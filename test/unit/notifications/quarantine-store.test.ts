import { interpret, interpretAgain, type Uninterpreted } from '../../../lambdas/notifications/interpret.ts';
import { QuarantineStore } from '../../../lambdas/notifications/quarantine-store.ts';
import { fakeClock } from '../../support/fakes.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';
import { jobs, notificationText, RECEIVED_AT, source, VIEW_TABLES } from '../../support/notifications.ts';

const DAY = 86_400_000;
const aside = (text: string, receivedAt = RECEIVED_AT): Uninterpreted => {
  const [one] = interpret(source(text, receivedAt));
  if (one?.kind !== 'QUARANTINE') throw new Error('It was meant to be set aside.');
  return one;
};
const tape = notificationText([{ object: 'TAPE', data: [{ slot: 1 }] }]);
const setUp = () => {
  const dynamodb = new MemoryDynamodb(VIEW_TABLES);
  return { dynamodb, store: new QuarantineStore(dynamodb.client, 'quarantine') };
};

it('of several arrivals of one thing the first is kept, whatever their order', async () => {
  for (const arrivals of [
    [RECEIVED_AT, RECEIVED_AT + 5_000],
    [RECEIVED_AT + 5_000, RECEIVED_AT],
  ]) {
    const { dynamodb, store } = setUp();
    for (const receivedAt of arrivals) await store.keep('demo', aside(tape, receivedAt), 10);
    expect(dynamodb.items('quarantine')).toMatchObject([{ receivedAt: RECEIVED_AT, object: 'TAPE' }]);
  }
});

it('never shows what has expired', async () => {
  const { store } = setUp();
  const one = aside(tape);
  await store.keep('demo', one, 10);
  const before = fakeClock(RECEIVED_AT + 10 * DAY - 1_000);
  const after = fakeClock(RECEIVED_AT + 10 * DAY);
  expect(await store.get('demo', one.eventId, before)).toMatchObject({ reason: 'unknown-object' });
  expect((await store.list('demo', 10, before)).items).toHaveLength(1);
  expect(await store.get('demo', one.eventId, after)).toBeUndefined();
  expect((await store.list('demo', 10, after)).items).toEqual([]);
});

describe('again', () => {
  const again = (kept: Uninterpreted) => interpretAgain({ groupId: 'demo', receivedAt: RECEIVED_AT }, kept);

  it.each([
    ['a notification', tape],
    ['an object of the payload', notificationText([{ object: 'JOB' }])],
    ['a message', notificationText('x')],
    [
      'a message with a number that would be rounded',
      '{"id":"1","type":"NOTIFICATION","subType":"REQUEST","timeStamp":1,"payload":[{"object":"JOB","data":[9007199254740993]}]}',
    ],
    ['text', '{'],
  ])('%s comes to the same as before, under the same id', (_, text) => {
    const kept = aside(text);
    expect(again(kept)).toEqual([kept]);
  });

  it('what can be interpreted now is what it would have been at once', () => {
    const text = notificationText([jobs({ jobId: 1, state: 'DONE' })]);
    const kept = { ...aside(tape), object: 'JOB', text: '{"jobId":1,"state":"DONE"}' };
    expect(again(kept)).toEqual(interpret(source(text)));
  });
});
