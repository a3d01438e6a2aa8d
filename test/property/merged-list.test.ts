/** Lists over several groups, read page by page while jobs arrive and clocks are read differently (I-12). */
import fc from 'fast-check';
import type { Positioned, Range } from '../../lambdas/platform/dynamodb/listing.ts';
import { type ClockOrder, clockOrder, UTC_ORDER } from '../../lambdas/reports/primary-time/clock-order.ts';
import { PrimaryTime } from '../../lambdas/reports/primary-time/primary-time.ts';
import type { UtcOffset } from '../../lambdas/reports/primary-time/utc-offset.ts';
import { listedAtOfPosition, position, positionsBetween } from '../../lambdas/reports/views/index-keys.ts';
import { areMarks, listMerged, type Place } from '../../lambdas/reports/views/merged-list.ts';
import type { ViewItem, ViewStore } from '../../lambdas/reports/views/views-store.ts';

const HOUR = 3600;
/** A short time with many changes, so that times meet. */
const BEGIN = 50 * HOUR;
const seconds = fc.integer({ min: 0, max: 8 }).map((halves) => BEGIN + halves * 1800);

const offsets: fc.Arbitrary<readonly UtcOffset[]> = fc
  .array(fc.tuple(seconds, fc.constantFrom(0, HOUR, 2 * HOUR, -HOUR, 900)), { maxLength: 3 })
  .map((changes) =>
    changes
      .map(([from, offset]) => ({ from, seconds: offset }))
      .sort((a, b) => a.from - b.from)
      .filter((one, index, all) => one.from !== all[index - 1]?.from),
  );
const clock = offsets.map((some) => clockOrder(new PrimaryTime(some)));

test('I-12 a clock reaches local times in their order, and each by the moment from which it counts as shown', () => {
  fc.assert(
    fc.property(clock, ({ reachedAt, latestBy }) => {
      const local = Array.from({ length: 80 }, (_, index) => BEGIN - 4 * HOUR + index * 450);
      const reached = local.map(reachedAt);
      expect(reached).toEqual([...reached].sort((a, b) => a - b));
      const wrong = local.flatMap((utc) => {
        const latest = latestBy(utc);
        return local.filter((one, index) => (reached[index] ?? 0) <= utc !== one <= latest);
      });
      expect(wrong).toEqual([]);
    }),
  );
});

test('I-12 the hour after a clock was set back is listed by its first reading', () => {
  const { reachedAt } = clockOrder(
    new PrimaryTime([
      { from: 0, seconds: 2 * HOUR },
      { from: BEGIN, seconds: HOUR },
    ]),
  );
  expect(reachedAt(BEGIN + 2 * HOUR - 1)).toBe(BEGIN - 1);
  expect(reachedAt(BEGIN + HOUR)).toBe(BEGIN - HOUR);
  expect(reachedAt(BEGIN + 2 * HOUR)).toBe(BEGIN + HOUR);
});

interface Job {
  readonly groupId: string;
  readonly at: string;
}
const GROUPS = ['a', 'a-', 'a.b', 'b', 'c'];
const job: fc.Arbitrary<Job> = fc
  .tuple(fc.constantFrom(...GROUPS), seconds, fc.integer({ min: 0, max: 3 }))
  .map(([groupId, at, jobId]) => ({ groupId, at: position({ seconds: at, isReport: false }, jobId) }));

const nameOf = ({ groupId, at }: Job): string => `${groupId} ${at}`;

/** A store with one partition for each group; the `id` of a job is its position. */
const storeOf = (jobs: ReadonlySet<string>): ViewStore => {
  const store = {
    kind: { id: 'backupId' },
    page: async (_: string, groupId: string, { low, high, order }: Range, limit: number) => {
      const all = [...jobs]
        .filter((name) => name.startsWith(`${groupId} `))
        .map((name) => name.slice(groupId.length + 1))
        .filter((at) => at >= low && at <= high)
        .sort((a, b) => (a < b === (order === 'asc') ? -1 : 1));
      const items = all
        .slice(0, limit)
        .map((at): Positioned & { backupId: string } => ({ at, backupId: at }));
      return { items, more: all.length > limit };
    },
    getManyOf: async (places: readonly { groupId: string; id: string }[]) =>
      places.map(({ groupId, id }): ViewItem => ({ groupId, backupId: id, at: id, events: [] })),
  };
  return store as unknown as ViewStore;
};

interface Step {
  readonly limit: number;
  readonly arriving: readonly Job[];
  /** A group whose clock is read in another way from now on. */
  readonly learned: readonly [string, ClockOrder] | undefined;
}
const steps = fc.array(
  fc.record<Step>({
    limit: fc.integer({ min: 1, max: 4 }),
    arriving: fc.array(job, { maxLength: 3 }),
    learned: fc.option(fc.tuple(fc.constantFrom(...GROUPS), clock), { nil: undefined }),
  }),
  { maxLength: 12 },
);

const pages = async (
  stored: Set<string>,
  clocks: Map<string, ClockOrder>,
  order: Range['order'],
  path: readonly Step[],
): Promise<string[]> => {
  const read: string[] = [];
  let place: Place | undefined;
  for (let turn = 0; turn < 200; turn++) {
    const { limit = 3, arriving = [], learned } = path[turn] ?? {};
    const groups = GROUPS.map((groupId) => ({
      groupId,
      index: 'by-time',
      partitions: [groupId],
      range: { ...positionsBetween(), order },
      clock: clocks.get(groupId) ?? UTC_ORDER,
    }));
    const bounds = { limit, entries: 100, bytes: 1e6 };
    const page = await listMerged(
      storeOf(stored),
      groups,
      place,
      bounds,
      () => 0,
      ({ groupId, at }) => nameOf({ groupId, at }),
    );
    read.push(...page.items);
    if (!page.next) return read;
    expect(areMarks(page.next.marks)).toBe(true);
    // As a cursor it is text in between.
    place = JSON.parse(JSON.stringify(page.next)) as Place;
    for (const one of arriving) stored.add(nameOf(one));
    if (learned) clocks.set(...learned);
  }
  throw new Error('The list does not end.');
};

const jobs = fc.array(job, { maxLength: 25 });
const clocks = fc.array(clock, { minLength: GROUPS.length, maxLength: GROUPS.length });
const orders = fc.constantFrom('asc' as const, 'desc' as const);

test('I-3 what was there when the reader began is read exactly once, whatever arrives and is learned meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(jobs, clocks, orders, steps, async (some, all, order, path) => {
      const before = new Set(some.map(nameOf));
      const known = new Map(GROUPS.map((groupId, index) => [groupId, all[index] ?? UTC_ORDER]));
      const read = await pages(new Set(before), known, order, path);
      expect(new Set(read).size).toBe(read.length);
      expect(read.filter((name) => before.has(name)).sort()).toEqual([...before].sort());
    }),
    { numRuns: 400 },
  );
});

test('I-12 the list is in the order of UTC, then of groups, also while jobs arrive', async () => {
  await fc.assert(
    fc.asyncProperty(jobs, clocks, orders, steps, async (some, all, order, path) => {
      const known = new Map(GROUPS.map((groupId, index) => [groupId, all[index] ?? UTC_ORDER]));
      const quiet = path.map((step) => ({ ...step, learned: undefined }));
      const read = await pages(new Set(some.map(nameOf)), known, order, quiet);
      const keys = read.map((name) => {
        const [groupId = '', at = ''] = name.split(' ');
        const utc = String(known.get(groupId)?.reachedAt(listedAtOfPosition(at).seconds));
        return `${utc.padStart(12, '0')}#${groupId}#${at}`;
      });
      const sorted = [...keys].sort();
      expect(keys).toEqual(order === 'asc' ? sorted : sorted.reverse());
    }),
    { numRuns: 300 },
  );
});
