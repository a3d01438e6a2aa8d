import { JournalStore, journalEntry } from '../../../lambdas/notifications/journal-store.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';

const received = {
  groupId: 'demo',
  text: '{"a":1}',
  timeStamp: 1_700_000_000,
  receivedAt: 1_700_000_001_234,
};

describe('journalEntry', () => {
  it('has the keys group and day, second and digest, and the text as received', () => {
    expect(journalEntry(received, 35)).toEqual({
      groupDay: 'demo#2023-11-14',
      entry: expect.stringMatching(/^001700000000#[A-Za-z0-9_-]{43}$/),
      groupId: 'demo',
      arrival: expect.stringMatching(/^2023-11-14T22:13:21\.234Z#[A-Za-z0-9_-]{43}$/),
      text: '{"a":1}',
      receivedAt: 1_700_000_001_234,
      expiresAt: 1_700_000_001 + 35 * 86_400,
    });
  });

  it('NOT-4 a resend has the same key, whenever it arrives', () => {
    const { groupDay, entry } = journalEntry(received, 35);
    expect(journalEntry({ ...received, receivedAt: received.receivedAt + 86_400_000 }, 35)).toMatchObject({
      groupDay,
      entry,
    });
  });

  it('TRAP-1 another text of the same second has another key', () => {
    expect(journalEntry({ ...received, text: '{"a":2}' }, 35).entry).not.toBe(
      journalEntry(received, 35).entry,
    );
  });

  it.each([1_700_000_000.9, '1700000000'])('the timeStamp %j is read as whole seconds', (timeStamp) => {
    expect(journalEntry({ ...received, timeStamp }, 35).entry).toBe(journalEntry(received, 35).entry);
  });

  it.each([undefined, null, 'x', -1, 1e15, 1e300, {}])(
    'the timeStamp %j is invalid: the second of arrival is used',
    (timeStamp) => {
      const { groupDay, entry } = journalEntry({ ...received, timeStamp }, 35);
      expect([groupDay, entry.slice(0, 13)]).toEqual(['demo#2023-11-14', '001700000001#']);
    },
  );

  it('sorts as text by time, from 1970 to 9999', () => {
    const stamps = [0, 9, 10, 1_700_000_000, 253_402_300_799];
    const keys = stamps.map((timeStamp) => journalEntry({ ...received, timeStamp }, 1).entry);
    expect([...keys].sort()).toEqual(keys);
    expect(journalEntry({ ...received, timeStamp: 253_402_300_799 }, 1).groupDay).toBe('demo#9999-12-31');
  });
});

it('I-2 the journal stores the first of equal messages, in one write each', async () => {
  const dynamodb = new MemoryDynamodb({ journal: { key: ['groupDay', 'entry'] } });
  const store = new JournalStore(dynamodb.client, 'journal');
  const { signal } = new AbortController();
  expect(await store.store(journalEntry(received, 35), signal)).toBe('stored');
  const again = journalEntry({ ...received, receivedAt: received.receivedAt + 5_000 }, 35);
  expect(await store.store(again, signal)).toBe('seen-before');
  expect(dynamodb.items('journal')).toMatchObject([{ receivedAt: received.receivedAt }]);
  expect(dynamodb.calls).toEqual(['PutItem', 'PutItem']);
});

it('a long message is stored compressed, and read as it was; so is one that an earlier version stored', async () => {
  const dynamodb = new MemoryDynamodb({ journal: { key: ['groupDay', 'entry'] } });
  const store = new JournalStore(dynamodb.client, 'journal');
  const long = journalEntry({ ...received, text: JSON.stringify({ a: 'é'.repeat(3_000) }) }, 35);
  const old = journalEntry({ ...received, text: JSON.stringify({ b: 'é'.repeat(3_000) }) }, 35);
  await store.store(long, new AbortController().signal);
  expect(dynamodb.items('journal')).toEqual([
    expect.objectContaining({ entry: long.entry, compressedText: expect.any(Uint8Array) }),
  ]);
  expect(dynamodb.items('journal')[0]).not.toHaveProperty('text');
  dynamodb.set('journal', old);
  expect(await store.entries([long, old], () => received.receivedAt)).toEqual([long, old]);
});
