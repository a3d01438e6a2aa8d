import { canonicalJson, contentId } from '../../../../lambdas/platform/canonical-json.ts';
import { imageRank, imageTimeline, imageView } from '../../../../lambdas/reports/images/image.ts';
import { merge, type TimelineEvent } from '../../../../lambdas/reports/views/timeline.ts';

const said = (timeStamp: number, operationId: string): TimelineEvent => {
  const content = canonicalJson({ backupId: 'vm01_1', operationId });
  return { eventId: contentId('demo', 'IMAGE', content), timeStamp, receivedAt: 0, content };
};
const folded = (...events: TimelineEvent[]) => merge([], events, imageRank);
const view = (...events: TimelineEvent[]) => imageView('demo', 'vm01_1', folded(...events));

it.each([
  ['CREATE', true],
  ['UPDATE', true],
  ['NO_LOCAL_COPY_AVAILABLE', false],
  ['DELETE', false],
  ['SOMETHING_NEW', true],
])('NOT-7 after %s, whether it can be restored from: %s', (operationId, restorable) => {
  expect(view(said(1, operationId))).toMatchObject({ operationId, restorable });
});

it('I-3 orders what was said in one second by what it means', () => {
  const told = ['DELETE', 'UPDATE', 'NO_LOCAL_COPY_AVAILABLE', 'CREATE'].map((operationId) =>
    said(5, operationId),
  );
  expect(imageTimeline(folded(...told)).map(({ operationId }) => operationId)).toEqual([
    'CREATE',
    'UPDATE',
    'NO_LOCAL_COPY_AVAILABLE',
    'DELETE',
  ]);
});

it('a later second counts more than meaning', () => {
  expect(view(said(5, 'NO_LOCAL_COPY_AVAILABLE'), said(6, 'UPDATE'))).toMatchObject({ restorable: true });
});

it('I-3 I-11 an operation named like a member of every object has a rank like any other', () => {
  for (const operationId of ['constructor', 'toString', '__proto__', 'hasOwnProperty']) {
    expect(imageRank({ operationId })).toBe(imageRank({ operationId: 'SOMETHING_NEW' }));
  }
});
