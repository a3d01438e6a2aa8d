import type { Notification } from '../../../../lambdas/notifications/notification.ts';
import { jobOrder } from '../../../../lambdas/reports/jobs/job-state.ts';
import {
  merge,
  reportedBetween,
  reportedStatesOf,
  statesToPublish,
} from '../../../../lambdas/reports/views/timeline.ts';

const event = (index: number, bytes = 0): Notification => {
  const content = { state: 'ACTIVE', pad: 'x'.repeat(bytes) };
  return {
    eventId: `e${String(index).padStart(4, '0')}`,
    timeStamp: index,
    receivedAt: index * 1000,
    notificationType: 'INFO',
    text: JSON.stringify(content),
    content,
  };
};
const many = (count: number, bytes = 0) => Array.from({ length: count }, (_, index) => event(index, bytes));
const ids = (events: readonly Notification[]) => events.map(({ eventId }) => eventId);

it('a repeated event is one state with its first and its last stamp and its earliest arrival', () => {
  const late = { ...event(1), timeStamp: 90, receivedAt: 5 };
  const early = { ...event(1), timeStamp: 10, receivedAt: 7 };
  for (const [known, received] of [
    [late, early],
    [early, late],
  ] as const) {
    const states = reportedStatesOf(merge([known], [received], jobOrder));
    expect(states).toMatchObject([{ timeStamp: 10, lastTimeStamp: 90, receivedAt: 5, ordinal: 1 }]);
  }
});

it('an event that is beyond the bound of the timeline is still published', () => {
  const states = reportedStatesOf(merge([], many(260), jobOrder));
  expect(ids(statesToPublish(states, [event(60)]))).toEqual(['e0060']);
});

/** Messages such as `a0 c0`: contents by letter, which are also their order within a second, and their time stamps. */
it.each([
  ['one by one, and the first of its second last', ['c0', 'b0', 'b60', 'c60', 'a60']],
  ['a repeated second as a whole, and then one that stands within it', ['a0 c0', 'a60 c60', 'b60']],
  [
    'a second that two later ones repeated, and then one that divides it',
    ['a0 b0', 'a60 b60', 'a90 b90', 'c0'],
  ],
])('every state is published: %s', (_, messages) => {
  const order = ({ state }: Notification['content']) => [String(state).charCodeAt(0)];
  const published = new Set<string>();
  let reports: Notification[] = [];
  for (const message of messages) {
    const received = message.split(' ').map((one): Notification => {
      const content = { state: one[0] };
      const timeStamp = Number(one.slice(1));
      return { ...event(0), eventId: one[0] ?? '', timeStamp, content, text: JSON.stringify(content) };
    });
    reports = merge(reports, received, order);
    for (const { eventId } of statesToPublish(reportedStatesOf(reports), received)) published.add(eventId);
  }
  const states = reportedStatesOf(reports);
  expect(states.length).toBeGreaterThan(3);
  expect(states.filter(({ eventId }) => !published.has(eventId))).toEqual([]);
});

it('has the first and the last report, in any order', () => {
  expect(reportedBetween(reportedStatesOf(merge([], [event(20), event(5), event(10)], jobOrder)))).toEqual({
    firstReportedAt: '1970-01-01T00:00:05.000Z',
    lastReportedAt: '1970-01-01T00:00:20.000Z',
  });
});

it('keeps 200 events: the beginning and the latest', () => {
  expect(merge([], many(200), jobOrder)).toHaveLength(200);
  const kept = ids(merge([], many(500), jobOrder));
  expect(kept).toEqual([...ids(many(50)), ...ids(many(500)).slice(-150)]);
});

it('keeps the same 200 whether they arrive at once, one by one, or backwards', () => {
  const all = many(260);
  const oneByOne = (events: Notification[]) =>
    events.reduce<Notification[]>((known, one) => merge(known, [one], jobOrder), []);
  const expected = merge([], all, jobOrder);
  expect(oneByOne(all)).toEqual(expected);
  expect(oneByOne([...all].reverse())).toEqual(expected);
});

it('stays below the maximum size of an item, whatever the size of one event', () => {
  const bytes = (events: readonly Notification[]) =>
    events.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0);
  const kept = merge([], many(12, 40_000), jobOrder);
  expect(bytes(kept)).toBeLessThanOrEqual(300_000);
  expect(bytes(kept)).toBeGreaterThan(250_000);
  expect([kept[0]?.eventId, kept.at(-1)?.eventId]).toEqual(['e0000', 'e0011']);
  expect(merge([], many(1, 400_000), jobOrder)).toHaveLength(1);
});
