import { type Notification, notificationOf } from '../../../../lambdas/notifications/notification.ts';
import { canonicalJson } from '../../../../lambdas/platform/canonical-json.ts';
import { imageRank, imageTimeline, imageView } from '../../../../lambdas/reports/images/image.ts';
import { merge } from '../../../../lambdas/reports/views/timeline.ts';

const event = (timeStamp: number, operationId: string): Notification => {
  const text = canonicalJson({ backupId: 'vm01_1', operationId });
  return notificationOf('demo', 'IMAGE', text, { timeStamp, receivedAt: 0 });
};
const merged = (...events: Notification[]) => merge([], events, imageRank);
const view = (...events: Notification[]) => imageView('demo', 'vm01_1', merged(...events));

it.each([
  ['CREATE', true],
  ['UPDATE', true],
  ['NO_LOCAL_COPY_AVAILABLE', false],
  ['DELETE', false],
  ['SOMETHING_NEW', true],
])('NOT-7 after %s, restorable: %s', (operationId, restorable) => {
  expect(view(event(1, operationId))).toMatchObject({ operationId, restorable });
});

it('I-3 orders the events of one second by their rank', () => {
  const events = ['DELETE', 'UPDATE', 'NO_LOCAL_COPY_AVAILABLE', 'CREATE'].map((operationId) =>
    event(5, operationId),
  );
  expect(imageTimeline(merged(...events)).map(({ operationId }) => operationId)).toEqual([
    'CREATE',
    'UPDATE',
    'NO_LOCAL_COPY_AVAILABLE',
    'DELETE',
  ]);
});

it('a later second counts more than the rank', () => {
  expect(view(event(5, 'NO_LOCAL_COPY_AVAILABLE'), event(6, 'UPDATE'))).toMatchObject({ restorable: true });
});

it('I-3 I-11 an operation named like a member of every object has the rank of an unknown operation', () => {
  for (const operationId of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    expect(imageRank({ operationId })).toBe(imageRank({ operationId: 'SOMETHING_NEW' }));
  }
});
