import * as fc from 'fast-check';
import {
  collect,
  merged,
  type Positioned,
  type Range,
  type ReadPage,
} from '../../../../lambdas/platform/dynamodb/listing.ts';

const range = (order: 'asc' | 'desc'): Range => ({ low: '000', high: '999', order });
const entry = (n: number): Positioned => ({ at: String(n).padStart(3, '0') });

/** A partition in memory that returns pages as DynamoDB does, and counts them. */
const partition = (numbers: readonly number[]) => {
  const read: ReadPage<Positioned> = async ({ low, high, order }, limit) => {
    pages.count += 1;
    const all = numbers.map(entry).filter(({ at }) => at >= low && at <= high);
    all.sort((a, b) => (a.at < b.at ? -1 : 1));
    if (order === 'desc') all.reverse();
    return { items: all.slice(0, limit), more: all.length > limit };
  };
  const pages = { count: 0 };
  return { read, pages };
};
const bounds = (limit: number) => ({ limit, entries: 1_000, bytes: 1_000_000 });
const even = async (entries: readonly Positioned[]) =>
  entries.map(({ at }) => (Number(at) % 2 === 0 ? at : undefined));

it('pages of any size, from any partitions, in either order, contain each matching entry once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.integer({ min: 0, max: 300 }), { maxLength: 60 }),
      fc.integer({ min: 1, max: 4 }),
      fc.integer({ min: 1, max: 9 }),
      fc.constantFrom('asc' as const, 'desc' as const),
      async (numbers, count, limit, order) => {
        const sources = Array.from(
          { length: count },
          (_, index) => partition(numbers.filter((n) => n % count === index)).read,
        );
        const seen: string[] = [];
        let after: string | undefined;
        do {
          const page = await collect(merged(sources, range(order), after, limit), bounds(limit), even);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          seen.push(...page.items);
          after = page.next;
        } while (after !== undefined);
        const expected = numbers.filter((n) => n % 2 === 0).map((n) => entry(n).at);
        expected.sort((a, b) => (a < b ? -1 : 1) * (order === 'asc' ? 1 : -1));
        expect(seen).toEqual(expected);
      },
    ),
    { seed: 1, numRuns: 200 },
  );
});

it('an entry that moves from one partition to another while both are read is there once', async () => {
  const sources = [partition([1, 3, 5]).read, partition([2, 3, 4]).read];
  const all = async (entries: readonly Positioned[]) => entries.map(({ at }) => at);
  for (const limit of [1, 2, 3, 10]) {
    const page = await collect(merged(sources, range('desc'), undefined, 10), bounds(limit), all);
    const rest = await collect(merged(sources, range('desc'), page.next ?? '000', 10), bounds(10), all);
    expect([...page.items, ...rest.items]).toEqual(['005', '004', '003', '002', '001']);
  }
});

it('a limit of entries or bytes ends a page early, with the next position', async () => {
  const { read } = partition(Array.from({ length: 100 }, (_, index) => index));
  const none = async (entries: readonly Positioned[]) => entries.map(() => undefined);
  const scarce = await collect(
    merged([read], range('asc'), undefined, 10),
    { limit: 10, entries: 30, bytes: 100 },
    none,
  );
  expect(scarce).toEqual({ items: [], next: '029' });
  const heavy = async (entries: readonly Positioned[]) => entries.map(({ at }) => at.repeat(20));
  const full = await collect(
    merged([read], range('asc'), undefined, 100),
    { limit: 100, entries: 100, bytes: 100 },
    heavy,
  );
  expect([full.items.length, full.next]).toEqual([2, '001']);
});

it('reads a page of one partition with one call', async () => {
  const { read, pages } = partition(Array.from({ length: 300 }, (_, index) => index));
  const all = async (entries: readonly Positioned[]) => entries.map(({ at }) => at);
  await collect(merged([read], range('desc'), undefined, 50), bounds(50), all);
  expect(pages.count).toBe(1);
});
