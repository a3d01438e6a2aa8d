/** A page of the feed costs by what it returns. */
import { readFeed } from '../../../lambdas/notifications/feed.ts';
import type { Place } from '../../../lambdas/notifications/feed-place.ts';
import { type JournalEntry, journalEntry } from '../../../lambdas/notifications/journal-store.ts';
import type { Range } from '../../../lambdas/platform/dynamodb/listing.ts';
import { jobs, notificationText, RECEIVED_AT } from '../../support/notifications.ts';

const NOW = RECEIVED_AT + 60_000;

/** A journal of messages with so many jobs each. It counts the messages that are read. */
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
  const counted = { messages: 0 };
  return {
    counted,
    feed: async (_: string, { low, high }: Range, limit: number) => {
      const found = stored.filter(({ arrival }) => arrival >= low && arrival <= high);
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
const pageOf = (journal: ReturnType<typeof journalWith>, limit: number, after?: Place) =>
  readFeed(
    journal,
    { groupId: 'demo', object: undefined, from: undefined, to: undefined, after, limit },
    () => NOW,
    5_000,
  );

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
  expect(parsed[0]).toBeGreaterThan(500);
  expect(parsed.slice(1)).toEqual([0, 0, 0, 0]);
});
