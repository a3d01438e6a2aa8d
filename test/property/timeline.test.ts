import fc from 'fast-check';
import type { Notification } from '../../lambdas/notifications/notification.ts';
import { imageRank } from '../../lambdas/reports/images/image.ts';
import { jobRank } from '../../lambdas/reports/jobs/job.ts';
import { merge } from '../../lambdas/reports/views/timeline.ts';

/** Few contents and few seconds, so that resends and ties are frequent. */
const contents = ['QUEUED', 'ACTIVE', 'SUSPENDED', 'DONE', 'constructor', 'toString'].flatMap((state) => [
  { state, operationId: state === 'DONE' ? 'DELETE' : state },
  { state, operationId: 'CREATE', status: 1 },
]);
const event: fc.Arbitrary<Notification> = fc
  .record({ index: fc.nat(contents.length - 1), timeStamp: fc.nat(4), receivedAt: fc.nat(4) })
  .map(({ index, ...times }) => ({
    ...times,
    eventId: `e${(index * 7) % contents.length}`,
    text: JSON.stringify(contents[index]),
    content: contents[index] ?? {},
  }));
const events = fc.array(event, { maxLength: 12 });

describe.each([
  ['jobs', jobRank],
  ['images', imageRank],
])('I-3 merging the events of %s', (_, rank) => {
  const all = (...lists: Notification[][]) => lists.reduce((known, events) => merge(known, events, rank), []);

  it('is commutative', () => {
    fc.assert(fc.property(events, events, (a, b) => expect(all(a, b)).toEqual(all(b, a))));
  });
  it('is associative', () => {
    fc.assert(
      fc.property(events, events, events, (a, b, c) =>
        expect(merge(all(a), merge(all(b), all(c), rank), rank)).toEqual(all(a, b, c)),
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
    fc.assert(
      fc.property(events, (a) => {
        const ids = all(a).map(({ eventId }) => eventId);
        expect([...ids].sort()).toEqual([...new Set(a.map(({ eventId }) => eventId))].sort());
      }),
    );
  });
  it('is in order of time, and within a second in order of rank', () => {
    fc.assert(
      fc.property(events, (a) => {
        const order = all(a).map(({ timeStamp, content }) => timeStamp * 10 + rank(content));
        expect(order).toEqual([...order].sort((left, right) => left - right));
      }),
    );
  });
});

it('I-3 a long timeline is the same in pieces of any size', () => {
  const long = (count: number): Notification[] =>
    Array.from({ length: count }, (_, index) => {
      const content = { state: index % 3 ? 'ACTIVE' : 'QUEUED' };
      const times = { timeStamp: index % 97, receivedAt: index };
      return { ...times, eventId: `e${index}`, text: JSON.stringify(content), content };
    });
  fc.assert(
    fc.property(fc.integer({ min: 150, max: 320 }), fc.integer({ min: 1, max: 90 }), (count, size) => {
      const all = long(count);
      let known: Notification[] = [];
      for (let start = 0; start < count; start += size)
        known = merge(known, all.slice(start, start + size), jobRank);
      expect(known).toEqual(merge([], all, jobRank));
      expect(known.length).toBe(Math.min(count, 200));
    }),
    { numRuns: 40 },
  );
});
