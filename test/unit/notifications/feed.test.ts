/** A page of the feed costs by what it returns. */
import * as fc from 'fast-check';
import { readFeed, SETTLED_MS } from '../../../lambdas/notifications/feed.ts';
import type { Place } from '../../../lambdas/notifications/feed-place.ts';
import { type JournalEntry, journalEntry } from '../../../lambdas/notifications/journal-store.ts';
import type { Range } from '../../../lambdas/platform/dynamodb/listing.ts';
import { jobs, notificationText, RECEIVED_AT } from '../../support/notifications.ts';

const NOW = RECEIVED_AT + 60_000;

/** A journal of messages with so many jobs each. It counts what is read. `hidden`: the messages that the index does not show. */
const journalWith = (...sizes: number[]) => {
  const stored = sizes.map((size, index) => {
    const data = Array.from({ length: size }, (_, jobId) => ({
      jobId: index * 10_000 + jobId,
      state: 'ACTIVE',
    }));
    const text = notificationText([jobs(...data)]);
    const receivedAt = RECEIVED_AT + index;
    return journalEntry({ groupId: 'demo', text, timeStamp: 1_700_000_000, receivedAt }, 35);
  });
  const counted = { messages: 0, keys: 0 };
  const hidden = new Set<number>();
  return {
    counted,
    hidden,
    feed: async (_: string, { low, high }: Range, limit: number) => {
      const found = stored.filter(
        ({ arrival }, index) => !hidden.has(index) && arrival >= low && arrival <= high,
      );
      counted.keys += Math.min(found.length, limit);
      const items = found
        .slice(0, limit)
        .map(({ groupDay, entry, arrival }) => ({ groupDay, entry, at: arrival }));
      return { items, more: found.length > limit };
    },
    entries: async (keys: readonly Pick<JournalEntry, 'groupDay' | 'entry'>[]) => {
      counted.messages += keys.length;
      return keys.map((key) => stored.find(({ entry }) => entry === key.entry));
    },
  };
};
type Journal = Pick<ReturnType<typeof journalWith>, 'feed' | 'entries'>;
const pageOf = (journal: Journal, limit: number, after?: Place, now = NOW) =>
  readFeed(
    journal,
    { groupId: 'demo', object: undefined, from: undefined, to: undefined, after, limit },
    () => now,
    5_000,
  );

/** A reader that keeps its cursor. `poll` returns the ids of the jobs that it gets. */
const readerOf = (journal: Journal, limit = 1_000) => {
  let place: Place | undefined;
  const poll = async (now: number): Promise<number[]> => {
    const seen: number[] = [];
    for (let more = true; more; ) {
      const page = await pageOf(journal, limit, place, now);
      seen.push(...page.items.map(({ notification }) => (notification as { jobId: number }).jobId));
      ({ place, more } = page);
    }
    return seen;
  };
  return { poll, place: () => place };
};
const idsFrom = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, index) => (first + index) * 10_000);

it.each([1, 7, 30, 1_000])('pages of %d return every event once, in order', async (limit) => {
  const sizes = [1, 40, 0, 1, 1, 1, 1, 1, 1, 1, 100, 3, ...Array<number>(40).fill(1)];
  const journal = journalWith(...sizes);
  const seen: unknown[] = [];
  let page = await pageOf(journal, limit);
  for (;;) {
    seen.push(...page.items.map(({ notification }) => (notification as { jobId: number }).jobId));
    if (!page.more) break;
    page = await pageOf(journal, limit, page.place);
  }
  expect(seen).toEqual(
    sizes.flatMap((size, index) => Array.from({ length: size }, (_, jobId) => index * 10_000 + jobId)),
  );
});

it('a page of large messages reads few of them, and its next page only the one that it continues', async () => {
  const journal = journalWith(...Array<number>(60).fill(900));
  const first = await pageOf(journal, 100);
  expect(first.items).toHaveLength(100);
  expect(journal.counted.messages).toBeLessThanOrEqual(5);
  journal.counted.messages = 0;
  const second = await pageOf(journal, 100, first.place);
  expect(second.items).toHaveLength(100);
  expect(journal.counted.messages).toBe(1);
});

it('a flood in one message is one event, whose text is the message', async () => {
  const journal = journalWith(0);
  const text = notificationText([
    { object: 'TAPE', data: Array.from({ length: 17_500 }, (_, index) => index) },
  ]);
  const entry = journalEntry(
    { groupId: 'demo', text, timeStamp: 1_700_000_000, receivedAt: RECEIVED_AT },
    35,
  );
  const page = await pageOf({ ...journal, entries: async () => [entry] }, 1_000);
  expect(page.items).toMatchObject([{ reason: 'too-many-notifications', text }]);
});

it('a message that is read page by page is interpreted once', async () => {
  const journal = journalWith(500);
  const parse = jest.spyOn(JSON, 'parse');
  const parsed: number[] = [];
  try {
    let place: Place | undefined;
    for (let page = 0; page < 5; page++) {
      parse.mockClear();
      ({ place } = await pageOf(journal, 100, place));
      parsed.push(parse.mock.calls.length);
    }
  } finally {
    parse.mockRestore();
  }
  expect(parsed).toEqual([1, 0, 0, 0, 0]);
});

describe('a message that the index shows late', () => {
  it.each([1, 2, 1_000])('is returned once, with pages of %d', async (limit) => {
    const journal = journalWith(2, 2, 2, 2);
    const { poll } = readerOf(journal, limit);
    journal.hidden.add(1);
    expect(await poll(NOW)).toEqual([0, 1, 20_000, 20_001, 30_000, 30_001]);
    expect(await poll(NOW)).toEqual([]);
    journal.hidden.clear();
    expect(await poll(NOW)).toEqual([10_000, 10_001]);
    expect(await poll(NOW + 3_600_000)).toEqual([]);
  });

  it('is returned until it is five minutes old', async () => {
    const journal = journalWith(1, 1);
    const { poll } = readerOf(journal);
    journal.hidden.add(0);
    const settled = RECEIVED_AT + SETTLED_MS;
    expect(await poll(settled - 1)).toEqual([10_000]);
    journal.hidden.clear();
    expect(await poll(settled)).toEqual([0]);
    const other = readerOf(journal);
    journal.hidden.add(0);
    expect(await other.poll(settled + 1)).toEqual([10_000]);
    journal.hidden.clear();
    expect(await other.poll(settled + 2)).toEqual([]);
  });

  it('is returned although the one after it was read in part', async () => {
    const journal = journalWith(1, 3, 1);
    journal.hidden.add(0);
    const first = await pageOf(journal, 2);
    expect(first.more).toBe(true);
    journal.hidden.clear();
    const seen: unknown[] = [];
    for (let page = await pageOf(journal, 1, first.place); ; page = await pageOf(journal, 1, page.place)) {
      seen.push(...page.items.map(({ notification }) => (notification as { jobId: number }).jobId));
      if (!page.more) break;
    }
    expect(seen).toEqual([0, 10_002, 20_000]);
  });

  it('is not returned again when the index loses it for a while', async () => {
    const journal = journalWith(1, 1, 1);
    const { poll } = readerOf(journal);
    expect(await poll(NOW)).toEqual([0, 10_000, 20_000]);
    journal.hidden.add(0).add(1);
    expect(await poll(NOW + 1_000)).toEqual([]);
    journal.hidden.clear();
    expect(await poll(NOW + 2_000)).toEqual([]);
  });
});

describe('following costs a bounded amount', () => {
  it('a cursor names at most 150 messages: a flood of the last minutes is shown when they are settled', async () => {
    const journal = journalWith(...Array<number>(400).fill(1));
    const { poll, place } = readerOf(journal);
    expect(await poll(NOW)).toEqual(idsFrom(0, 149));
    expect(await poll(NOW)).toEqual([]);
    expect(JSON.stringify(place()).length).toBeLessThan(3_000);
    journal.counted.keys = 0;
    expect(await poll(NOW)).toEqual([]);
    expect(journal.counted.keys).toBeLessThanOrEqual(350);
    expect(await poll(RECEIVED_AT + 400 + SETTLED_MS)).toEqual(idsFrom(150, 399));
    expect(place()).not.toHaveProperty('recent');
  });

  it('what is settled is read at any rate, and not read again', async () => {
    const journal = journalWith(...Array<number>(700).fill(1));
    const later = RECEIVED_AT + 700 + SETTLED_MS;
    const { poll, place } = readerOf(journal, 300);
    expect(await poll(later)).toEqual(idsFrom(0, 699));
    expect(place()).not.toHaveProperty('recent');
    journal.counted.keys = 0;
    expect(await poll(later)).toEqual([]);
    expect(journal.counted.keys).toBe(0);
  });

  it('a message that is filtered out counts like any other', async () => {
    const journal = journalWith(...Array<number>(400).fill(1));
    const query = { groupId: 'demo', object: 'IMAGE', from: undefined, to: undefined, limit: 10 };
    const page = await readFeed(journal, { ...query, after: undefined }, () => NOW, 5_000);
    expect(page).toMatchObject({ items: [], more: false });
    expect(journal.counted.messages).toBeLessThanOrEqual(175);
  });
});

describe('the cursor of an earlier version', () => {
  const journal = journalWith(3, 3, 3);
  it.each([
    [1_000_000, [20_000, 20_001, 20_002]],
    [2, [10_002, 20_000, 20_001, 20_002]],
  ])('continues where it stood, after %d events of its message', async (read, expected) => {
    const { items } = await journal.feed('demo', { low: '', high: '~', order: 'asc' }, 10);
    const page = await pageOf(journal, 100, { at: items[1]?.at ?? '', read });
    expect(page.items.map(({ notification }) => (notification as { jobId: number }).jobId)).toEqual(expected);
  });
});

it('whatever the index hides and shows, a reader gets every event once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 30 }),
      fc.infiniteStream(fc.boolean()),
      fc.array(
        fc.record({ limit: fc.integer({ min: 1, max: 7 }), ms: fc.integer({ min: 0, max: 20_000 }) }),
        {
          maxLength: 12,
        },
      ),
      async (sizes, hides, polls) => {
        const journal = journalWith(...sizes);
        const seen: number[] = [];
        let place: Place | undefined;
        let now = RECEIVED_AT;
        const poll = async (limit: number) => {
          const page = await pageOf(journal, limit, place, now);
          seen.push(...page.items.map(({ notification }) => (notification as { jobId: number }).jobId));
          ({ place } = page);
          return page.more;
        };
        for (const { limit, ms } of polls) {
          now += ms;
          journal.hidden.clear();
          for (const index of sizes.keys()) if (hides.next().value) journal.hidden.add(index);
          await poll(limit);
        }
        journal.hidden.clear();
        now = RECEIVED_AT + SETTLED_MS;
        while (await poll(3));
        const all = sizes.flatMap((size, index) =>
          Array.from({ length: size }, (_, id) => index * 10_000 + id),
        );
        expect([...seen].sort((a, b) => a - b)).toEqual(all);
      },
    ),
    { numRuns: 150, seed: 1 },
  );
});
