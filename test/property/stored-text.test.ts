import { randomBytes } from 'node:crypto';
import { brotliCompressSync } from 'node:zlib';
import fc from 'fast-check';
import { journalEntry, messageOf } from '../../lambdas/notifications/journal-store.ts';
import { itemBytes, writeUnits } from '../../lambdas/platform/dynamodb/item-size.ts';
import { marshallItem } from '../../lambdas/platform/dynamodb/requests.ts';
import {
  cheaperForm,
  decompress,
  fromStored,
  MAX_TEXT_BYTES,
  toStored,
} from '../../lambdas/platform/dynamodb/stored-text.ts';
import { readStreamEvent } from '../../lambdas/platform/dynamodb/stream.ts';
import { itemSize } from '../../local/dynamodb/size.ts';
import { anyText } from '../support/any-text.ts';

/** Texts of up to some KB, of which some compress well, some badly and some not at all. */
const text = fc.oneof(
  anyText(30),
  fc.tuple(anyText(60), fc.nat(120)).map(([part, times]) => part.repeat(times)),
  fc
    .tuple(fc.nat(3_000), fc.nat(3_000))
    .map(([random, same]) => randomBytes(random).toString('base64') + 'x'.repeat(same)),
);
const groupId = fc.stringMatching(/^[a-z0-9-]{1,40}$/);

/** As it is sent to DynamoDB, and as the stream delivers it: binary as base64. */
const asJson = (item: object): Record<string, never> =>
  Object.fromEntries(
    Object.entries(marshallItem(item as Record<string, unknown>)).map(([name, value]) => [
      name,
      value.B ? { B: Buffer.from(value.B).toString('base64') } : value,
    ]),
  ) as Record<string, never>;
const units = (item: object): number => Math.ceil(itemSize(asJson(item)) / 1024);

it('I-2 every message is read as it was stored, from the table and from the stream', () => {
  fc.assert(
    fc.property(groupId, text, fc.nat(4e12), (group, body, receivedAt) => {
      const entry = journalEntry({ groupId: group, text: body, timeStamp: 1, receivedAt }, 35);
      const stored = toStored(entry);
      expect(fromStored(stored)).toEqual(entry);
      const event = {
        Records: [{ dynamodb: { SequenceNumber: '1', NewImage: asJson(stored) } }],
      };
      const [record] = readStreamEvent(JSON.parse(JSON.stringify(event)));
      expect(messageOf(record?.item)).toMatchObject({ groupId: group, text: body, receivedAt });
    }),
    { numRuns: 300 },
  );
});

it('a text is compressed only if that saves a write unit', () => {
  let compressed = 0;
  fc.assert(
    fc.property(text, (body) => {
      const entry = journalEntry({ groupId: 'demo', text: body, timeStamp: 1, receivedAt: 1 }, 35);
      const stored = toStored(entry);
      if ('compressedText' in stored) {
        compressed++;
        expect(units(stored)).toBeLessThan(units(entry));
      } else {
        expect(stored).toBe(entry);
      }
    }),
    { numRuns: 300 },
  );
  expect(compressed).toBeGreaterThan(20);
});

it('the size of an item is the one that the local cloud charges', () => {
  const value = fc.oneof(
    anyText(20),
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -9e15, max: 9e15 }),
    fc.integer(),
    fc.constantFrom(true, null, 0, 1000, 0.001, 1.5e-7),
    fc.uint8Array({ maxLength: 20 }),
  );
  const names = fc.constantFrom('a', 'state', 'äöü');
  const map = fc.dictionary(names, fc.oneof(value, fc.constant(undefined)));
  const nested = fc.oneof(value, fc.constant(undefined), fc.array(value, { maxLength: 3 }), map);
  fc.assert(
    fc.property(fc.dictionary(names, nested), (item) => {
      // Bytes inside of lists and maps are not part of these items.
      fc.pre(!Object.values(item).some(holdsBytes));
      expect(itemBytes(item)).toBe(itemSize(asJson(item)));
    }),
    { numRuns: 300 },
  );
});
const holdsBytes = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  !(value instanceof Uint8Array) &&
  Object.values(value).some((one) => one instanceof Uint8Array);

it('at 1 KB an item is left alone, and a byte more is compressed', () => {
  const form = (bytes: number) => {
    const plain = { text: 'x'.repeat(bytes - 4) };
    return cheaperForm(plain, plain.text, (compressedText) => ({ compressedText }));
  };
  expect([writeUnits(form(1024)), Object.keys(form(1024))]).toEqual([1, ['text']]);
  expect([writeUnits(form(1025)), Object.keys(form(1025))]).toEqual([1, ['compressedText']]);
});

it('the other attributes of the item count', () => {
  const form = (others: object) =>
    cheaperForm({ text: 'x'.repeat(900) }, 'x'.repeat(900), (compressedText) => ({ compressedText }), others);
  expect(Object.keys(form({}))).toEqual(['text']);
  expect(Object.keys(form({ uri: 'u'.repeat(300) }))).toEqual(['compressedText']);
  expect(Object.keys(form({ uri: 'u'.repeat(1_020) }))).toEqual(['text']);
});

it('a longer text than there can be is neither compressed nor decompressed', () => {
  const item = { text: 'x'.repeat(MAX_TEXT_BYTES) };
  const { compressedText } = toStored(item) as { compressedText: Uint8Array };
  expect(decompress(compressedText)).toHaveLength(MAX_TEXT_BYTES);
  expect(toStored({ text: `${item.text}x` })).toEqual({ text: `${item.text}x` });
  expect(() => decompress(brotliCompressSync(`${item.text}x`))).toThrow('larger than 2097152 bytes');
});
