import { type Notification, notificationOf } from '../../../../lambdas/notifications/notification.ts';
import { canonical } from '../../../../lambdas/platform/canonical-json.ts';
import { imageOrder, imageTimeline, imageView } from '../../../../lambdas/reports/images/image.ts';
import { PrimaryTime, UNKNOWN_TIME } from '../../../../lambdas/reports/primary-time/primary-time.ts';
import { merge } from '../../../../lambdas/reports/views/timeline.ts';

const event = (timeStamp: number, operationId: string, more: object = {}): Notification => {
  const content = canonical({ backupId: 'vm01_1', operationId, ...more });
  return notificationOf('demo', 'IMAGE', content, { timeStamp, receivedAt: 0 });
};
const merged = (...events: Notification[]) => merge([], events, imageOrder);
const view = (...events: Notification[]) => imageView('demo', 'vm01_1', merged(...events));
const operations = (...events: Notification[]) =>
  imageTimeline(merged(...events), UNKNOWN_TIME).map(({ operationId }) => operationId);

it.each<[string, string, boolean | null]>([
  ['CREATE', 'available', true],
  ['UPDATE', 'available', true],
  ['NO_LOCAL_COPY_AVAILABLE', 'replica-only', false],
  ['DELETE', 'deleted', false],
  ['EXPIRE', 'unknown', null],
  ['delete', 'unknown', null],
  ['CREATE UPDATE', 'available', true],
  ['NO_LOCAL_COPY_AVAILABLE UPDATE', 'replica-only', false],
  ['DELETE UPDATE', 'deleted', false],
  ['EXPIRE UPDATE', 'unknown', null],
  ['CREATE EXPIRE', 'unknown', null],
  ['CREATE NO_LOCAL_COPY_AVAILABLE CREATE', 'available', true],
  ['CREATE DELETE CREATE DELETE', 'deleted', false],
  ['EXPIRE CREATE', 'available', true],
])('NOT-7 after %s: %s, restorable %s', (sequence, imageState, restorable) => {
  const events = sequence.split(' ').map((operationId, index) => event(1 + index, operationId));
  const operationId = sequence.split(' ').at(-1);
  expect(view(...events)).toMatchObject({ operationId, imageState, restorable });
  expect(operations(...events)).toEqual(sequence.split(' '));
});

it('I-3 orders the events of one second by their rank', () => {
  const reversed = ['DELETE', 'UPDATE', 'NO_LOCAL_COPY_AVAILABLE', 'CREATE'].map((one) => event(5, one));
  expect(operations(...reversed)).toEqual(['CREATE', 'UPDATE', 'NO_LOCAL_COPY_AVAILABLE', 'DELETE']);
});

it('TRAP-3 orders the events of one message by when they occurred', () => {
  const events = [
    event(5, 'CREATE', { createdTime: 3 }),
    event(5, 'NO_LOCAL_COPY_AVAILABLE', { createdTime: 2 }),
    event(5, 'CREATE', { createdTime: 1 }),
  ];
  expect(view(...events)).toMatchObject({ createdTime: 3, restorable: true });
});

it('NOT-2 `createdTime` is when the event occurred, not when the image was created', () => {
  const time = new PrimaryTime([{ from: 0, seconds: 18_000 }]);
  const [created, deleted] = [{ createdTime: 1_700_018_060 }, { createdTime: 1_701_227_660 }];
  const events = merged(
    event(1_700_000_090, 'CREATE', created),
    event(1_701_209_690, 'DELETE', { ...deleted, backupTime: 1_700_000_000 }),
  );
  expect(imageView('demo', 'vm01_1', events)).toMatchObject({ backedUpAt: '2023-11-14T22:13:20.000Z' });
  expect(imageView('demo', 'vm01_1', events)).not.toHaveProperty('createdAt');
  expect(imageTimeline(events, time).map(({ occurredAt }) => occurredAt)).toEqual([
    '2023-11-14T22:14:20.000Z',
    '2023-11-28T22:14:20.000Z',
  ]);
  expect(imageTimeline(events, UNKNOWN_TIME)[0]).not.toHaveProperty('occurredAt');
});

it('I-3 I-11 an operation named like a member of every object is an unknown operation', () => {
  for (const operationId of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    expect(imageOrder({ operationId })).toEqual(imageOrder({ operationId: 'SOMETHING_NEW' }));
    expect(view(event(1, operationId))).toMatchObject({ restorable: null });
  }
});
