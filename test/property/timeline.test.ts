import fc from 'fast-check';
import type { Notification } from '../../lambdas/notifications/notification.ts';
import { imageOrder } from '../../lambdas/reports/images/image.ts';
import { jobOrder } from '../../lambdas/reports/jobs/job-state.ts';
import { merge, reportedStatesOf } from '../../lambdas/reports/views/timeline.ts';

/** Few contents and few seconds, so that resends and ties are frequent. */
const contents = ['QUEUED', 'ACTIVE', 'SUSPENDED', 'DONE', 'constructor', 'toString'].flatMap((state) => [
  { state, operationId: state === 'DONE' ? 'DELETE' : state },
  { state, operationId: 'CREATE', status: 1 },
]);
const event: fc.Arbitrary<Notification> = fc
  .record({ index: fc.nat(contents.length - 1), timeStamp: fc.nat(4), receivedAt: fc.nat(4) })
  .map(({ index, ...times }) => ({
    ...times,
    notificationType: 'INFO',
    eventId: `e${(index * 7) % contents.length}`,
    text: JSON.stringify(contents[index]),
    content: contents[index] ?? {},
  }));
const events = fc.array(event, { maxLength: 12 });

describe.each([
  ['jobs', jobOrder],
  ['images', imageOrder],
])('I-3 merging the events of %s', (_, order) => {
  const all = (...lists: Notification[][]) =>
    lists.reduce((known, events) => merge(known, events, order), []);

  it('is commutative', () => {
    fc.assert(fc.property(events, events, (a, b) => expect(all(a, b)).toEqual(all(b, a))));
  });
  it('is associative', () => {
    fc.assert(
      fc.property(events, events, events, (a, b, c) =>
        expect(merge(all(a), merge(all(b), all(c), order), order)).toEqual(all(a, b, c)),
      ),
    );
  });
  it('is idempotent', () => {
    fc.assert(fc.property(events, (a) => expect(all(a, a, all(a))).toEqual(all(a))));
  });
  it('gives the same result in any order', () => {
    const shuffled = fc.tuple(events, fc.infiniteStream(fc.nat())).map(([list, random]) => {
      const keyed = list.map((one) => [random.next().value ?? 0, one] as const);
      return [list, keyed.sort(([a], [b]) => a - b).map(([, one]) => one)] as const;
    });
    fc.assert(fc.property(shuffled, ([list, other]) => expect(all(other)).toEqual(all(list))));
  });
  it('loses nothing, and repeats nothing', () => {
    const idsOf = (list: readonly Notification[]) =>
      list.map(({ eventId, timeStamp }) => `${eventId} ${timeStamp}`);
    fc.assert(
      fc.property(events, (a) => {
        expect(idsOf(all(a)).sort()).toEqual([...new Set(idsOf(a))].sort());
      }),
    );
  });
  it('a state differs from the one before it, and each has an eventId of its own', () => {
    fc.assert(
      fc.property(events, (a) => {
        const states = reportedStatesOf(all(a));
        expect(new Set(states.map(({ eventId }) => eventId)).size).toBe(states.length);
        for (const [index, { contentId }] of states.entries())
          expect(states[index + 1]?.contentId).not.toBe(contentId);
        expect(new Set(states.map(({ contentId }) => contentId))).toEqual(
          new Set(a.map(({ eventId }) => eventId)),
        );
      }),
    );
  });
  it('is in order of time, and within a second in order of rank', () => {
    fc.assert(
      fc.property(events, (a) => {
        const numbers = all(a).map(({ timeStamp, content }) => timeStamp * 10 + (order(content)[1] ?? 0));
        expect(numbers).toEqual([...numbers].sort((left, right) => left - right));
      }),
    );
  });
});

it('I-3 a long timeline is the same in pieces of any size', () => {
  const long = (count: number): Notification[] =>
    Array.from({ length: count }, (_, index) => {
      const content = { state: index % 3 ? 'ACTIVE' : 'QUEUED' };
      const times = { timeStamp: index % 97, receivedAt: index, notificationType: 'INFO' };
      return { ...times, eventId: `e${index}`, text: JSON.stringify(content), content };
    });
  fc.assert(
    fc.property(fc.integer({ min: 150, max: 320 }), fc.integer({ min: 1, max: 90 }), (count, size) => {
      const all = long(count);
      let known: Notification[] = [];
      for (let start = 0; start < count; start += size)
        known = merge(known, all.slice(start, start + size), jobOrder);
      expect(known).toEqual(merge([], all, jobOrder));
      expect(known.length).toBe(Math.min(count, 200));
    }),
    { numRuns: 40 },
  );
});
