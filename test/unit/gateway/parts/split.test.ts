import { FRAGMENT } from '../../../../gateway/parts/fragments.ts';
import { PART_BYTES, PART_NOTIFICATIONS } from '../../../../gateway/parts/limits.ts';
import { routeOf, scanMessage, scanNow } from '../../../../gateway/parts/scan.ts';
import { splitNotification } from '../../../../gateway/parts/split.ts';
import { interpret } from '../../../../lambdas/notifications/interpret.ts';
import {
  fragmentOf,
  imagesText,
  jobsText,
  jobText,
  joined,
  notificationsOf,
  notificationsOfParts,
  objectText,
  partsOf,
  requestText,
  textsOf,
} from '../../../support/large-notifications.ts';
import { storedMessage } from '../../../support/notifications.ts';

const digestsOf = (text: string): string[] => partsOf(text).map((part) => part.digest());
const bytesOf = (text: string): number => Buffer.byteLength(text);

describe('splitting', () => {
  it('keeps a message that is small enough as it is', () => {
    const text = requestText(` ${objectText('JOB', jobText(1))} `);
    expect(textsOf(partsOf(text))).toEqual([text]);
  });

  it('cuts many small notifications by their number', () => {
    const data = Array.from({ length: 2_000 }, (_, id) => `{"jobId":${id},"state":"DONE"}`).join(',');
    const parts = partsOf(requestText(objectText('JOB', data)));
    expect(parts.map(({ notifications }) => notifications)).toEqual([
      PART_NOTIFICATIONS,
      PART_NOTIFICATIONS,
      200,
    ]);
  });

  it('keeps the text around the payload and around data in each part, with members in any order', () => {
    const data = Array.from({ length: 1_000 }, (_, id) => jobText(id)).join(', ');
    const text = `{ "payload" : [ {"data":[${data}], "object":"JOB","since":1.50} ],"note":{"ü":12345678901234567890},"timeStamp":1700000000,"subType":"REQUEST","id":"A","type":"NOTIFICATION" }`;
    const texts = textsOf(partsOf(text));
    expect(texts).toHaveLength(3);
    for (const part of texts) {
      expect(part).toMatch(/^\{ "payload" : \[\{"data":\[\{"jobId":/);
      expect(part).toContain(
        '], "object":"JOB","since":1.50}],"note":{"ü":12345678901234567890},"timeStamp":1700000000,"subType":"REQUEST","id":"A","type":"NOTIFICATION" }',
      );
    }
    expect(notificationsOfParts(texts)).toEqual(notificationsOf(text));
  });

  it('counts the last of several members of a name, as JSON.parse does', () => {
    const text = requestText(
      `{"data":[{"jobId":1}],"object":"TAPE","object":"JOB","d\\u0061ta":[${'{"jobId":2,"state":"DONE"},'.repeat(5_000)}{"jobId":3,"state":"DONE"}]}`,
    );
    const read = textsOf(partsOf(text)).flatMap((part) => interpret(storedMessage(part)));
    expect(read).toHaveLength(5_001);
    expect(new Set(read.map((one) => one.kind))).toEqual(new Set(['JOB']));
  });

  it('puts small objects of different kinds into one part, and cuts a large one from its own start', () => {
    const small = `${jobsText(3)},${imagesText(2)}`;
    const parts = partsOf(requestText(`${small},${jobsText(1_000)},${imagesText(1)}`));
    expect(parts.map(({ notifications }) => notifications)).toEqual([5, 467, 466, 67, 1]);
  });

  it('cuts at the same places when notifications were added at the end of each kind', () => {
    const before = digestsOf(requestText(`${jobsText(5_000)},${imagesText(5_000)}`));
    const after = digestsOf(
      requestText(`${jobsText(5_100)},${imagesText(5_007)}`, '"another id"', 1_700_000_005),
    );
    const again = before.filter((digest) => after.includes(digest));
    // All but the last part of the jobs and the last part of the images.
    expect(again).toHaveLength(before.length - 2);
  });

  it('has other digests when anything but id and timeStamp differs', () => {
    const text = requestText(jobsText(1_000));
    const changed = text.replace('"version":"1.0"', '"version":"1.1"');
    expect(digestsOf(changed).filter((digest) => digestsOf(text).includes(digest))).toEqual([]);
  });

  it('has the same digests with another time, and others with what is not a time', () => {
    const withTime = (timeStamp: string) => digestsOf(requestText(jobsText(1_000), '"A-1"', timeStamp));
    const usual = withTime('1700000000');
    for (const time of ['1', '1700000005.25']) expect(withTime(time)).toEqual(usual);
    for (const none of ['"never"', '-1', '1e300', 'null', 'true']) {
      const digests = withTime(none);
      expect(digests.filter((digest) => usual.includes(digest))).toEqual([]);
    }
    expect(withTime('"1700000000"')).toEqual(withTime('"1700000005"'));
  });

  it.each([
    ['a COMMAND', requestText(jobsText(1)).replace('NOTIFICATION', 'COMMAND')],
    ['a NOTIFICATION RESPONSE', requestText(jobsText(1)).replace('REQUEST', 'RESPONSE')],
    ['an array', '[]'],
    ['a message without subType', '{"type":"NOTIFICATION"}'],
  ])('makes no part of %s', (_, text) => {
    expect(partsOf(text)).toEqual([]);
  });

  it('keeps a payload of white space as one empty part', () => {
    const parts = partsOf(requestText(' '.repeat(PART_BYTES)));
    expect(textsOf(parts)).toEqual([requestText('')]);
  });
});

/** What is too large for a part, in a message. */
const large = `"${'\\"é𝄞'.repeat(30_000)}"`;
describe('fragments', () => {
  const cases: readonly (readonly [string, string, string, string])[] = [
    [
      'one notification',
      requestText(objectText('JOB', `${jobText(1)},${large},${jobText(2)}`)),
      'notification',
      objectText('JOB', large),
    ],
    [
      'an element of the payload without data',
      requestText(`${jobsText(1)},{"note":${large}}`),
      'object',
      `{"note":${large}}`,
    ],
    [
      'the text around data',
      requestText(`{"object":"JOB","note":${large},"data":[${jobText(1)}]}`),
      'object',
      `{"object":"JOB","note":${large},"data":[${jobText(1)}]}`,
    ],
    ['a payload that is not an array', requestText('').replace('[]', large), 'payload', large],
    [
      'the text around the payload',
      requestText(jobsText(1)).replace('{', `{"note":${large},`),
      'message',
      requestText(jobsText(1), 'null', 'null').replace('{', `{"note":${large},`),
    ],
    [
      'a message without payload',
      `{"type":"NOTIFICATION","subType":"REQUEST","timeStamp":1700000000,"note":${large}}`,
      'message',
      `{"type":"NOTIFICATION","subType":"REQUEST","timeStamp":null,"note":${large}}`,
    ],
  ];

  it.each(cases)('hold %s, and can be joined', (_, text, of, whole) => {
    const texts = textsOf(partsOf(text));
    const fragments = texts.flatMap((part) => fragmentOf(part) ?? []);
    expect(fragments.length).toBeGreaterThan(4);
    for (const fragment of fragments) expect(fragment.of).toBe(of);
    for (const part of texts) expect(bytesOf(part)).toBeLessThanOrEqual(PART_BYTES);
    expect(joined(fragments)).toBe(whole);
  });

  it.each(cases)('of %s are quarantined one by one, where people see them', (_, text) => {
    const read = textsOf(partsOf(text)).flatMap((part) => interpret(storedMessage(part)));
    const quarantined = read.flatMap((one) => (one.kind === 'QUARANTINE' ? [one] : []));
    const [first] = quarantined;
    expect(first).toMatchObject({
      reason: 'unknown-object',
      object: FRAGMENT,
      part: 'item',
      timeStamp: 1_700_000_000,
    });
    expect(JSON.parse(first?.text ?? '')).toMatchObject({
      fragment: 1,
      fragments: quarantined.length,
      note: expect.stringMatching(/^This was too large/),
    });
    expect(new Set(quarantined.map(({ eventId }) => eventId)).size).toBe(quarantined.length);
  });

  it('are the same events when the message is sent again with another id and timeStamp', () => {
    for (const [, text] of cases) {
      const again = text.replace('"A-1"', '"B"').replace('1700000000', '1700000005');
      const eventsOf = (one: string) =>
        textsOf(partsOf(one)).flatMap((part) => interpret(storedMessage(part)).map(({ eventId }) => eventId));
      expect(eventsOf(again)).toEqual(eventsOf(text));
    }
  });
});

describe('reading', () => {
  it.each([
    ['text after the message', '{} x'],
    ['a byte order mark', '\ufeff{}'],
    ['a raw line break in a string', '{"a":"\n"}'],
    ['a missing quote', '{"a":"b}'],
    ['an extra brace', '{"a":1}}'],
    ['a missing comma', '{"a":1 "b":2}'],
    ['nothing', ''],
  ])('refuses %s', async (_, text) => {
    expect(scanNow(Buffer.from(text))).toBeUndefined();
    expect(await scanMessage(Buffer.from(text))).toBeUndefined();
  });

  it('refuses what is not UTF-8', () => {
    expect(scanNow(Buffer.from('{"a":"\xff"}', 'latin1'))).toBeUndefined();
  });

  it('needs little memory for deep nesting, and reads it', () => {
    const depth = 1_000_000;
    const text = Buffer.from(requestText(`${'['.repeat(depth)}${']'.repeat(depth)}`));
    const scanned = scanNow(text);
    expect(routeOf(scanned, 'type')).toBe('NOTIFICATION');
    expect(scanned && splitNotification(scanned).length).toBeGreaterThan(1);
  });

  it('serves others while it reads a large message', async () => {
    const text = Buffer.from(requestText(jobsText(20_000)));
    let turns = 0;
    let isRead = false;
    const count = (): void => {
      turns++;
      if (!isRead) setImmediate(count);
    };
    setImmediate(count);
    expect(await scanMessage(text)).toEqual(scanNow(text));
    isRead = true;
    expect(turns).toBeGreaterThan(5);
  });
});
