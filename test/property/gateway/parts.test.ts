import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { PART_BYTES, PART_NOTIFICATIONS } from '../../../gateway/parts/limits.ts';
import { interpret, interpretAll } from '../../../lambdas/notifications/interpret.ts';
import { jsonText, spaced } from '../../support/json-texts.ts';
import {
  aroundPayload,
  imageText,
  jobText,
  notificationsOf,
  notificationsOfParts,
  partsOf,
  textsOf,
} from '../../support/large-notifications.ts';
import { storedMessage } from '../../support/notifications.ts';

/** A notification: usual or odd. */
const small = fc.oneof(
  { weight: 6, arbitrary: fc.nat(1_000).map((id) => jobText(id)) },
  { weight: 3, arbitrary: fc.nat(1_000).map(imageText) },
  { weight: 3, arbitrary: jsonText },
);
/** One that does not fit into a part, or barely does. */
const large = fc
  .tuple(jsonText, fc.integer({ min: 90_000, max: 260_000 }))
  .map(([text, size]) => `[${text},"${'\\"é𝄞'.repeat(size / 8)}"]`);
/** A few of them, or hundreds, so that messages become large. */
const run = fc
  .tuple(
    fc.array(small, { maxLength: 4 }),
    fc.constantFrom(1, 1, 20, 300),
    fc.array(large, { maxLength: 1 }),
    fc.array(small, { maxLength: 2 }),
    spaced,
  )
  .map(([all, times, one, more, space]) =>
    [...Array.from({ length: times }, () => all).flat(), ...one, ...more].map((text) => `${space}${text}`),
  );
const data = fc.tuple(run, spaced).map(([all, space]) => `[${all.join(`${space},`)}${space}]`);
const name = fc.constantFrom('data', 'data', 'd\\u0061ta', 'object', 'notificationType', 'extra');
const objectOf = fc
  .array(fc.tuple(name, fc.oneof(data, jsonText, fc.constantFrom('"JOB"', '"IMAGE"', '"INFO"'))), {
    maxLength: 5,
  })
  .map((members) => `{${members.map(([key, value]) => `"${key}":${value}`).join(', ')}}`);
const payload = fc
  .tuple(
    fc.array(fc.oneof({ weight: 5, arbitrary: objectOf }, { weight: 1, arbitrary: jsonText }), {
      maxLength: 4,
    }),
    spaced,
  )
  .map(([all, space]) => `[${space}${all.join(`${space},`)}]`);
/** The members of an envelope, in any order, with others between them. */
const envelope = fc.tuple(
  fc.shuffledSubarray(
    [
      '"version":"1.0"',
      '"type":"NOTIFICATION"',
      '"subType" : "REQUEST"',
      '"payload":',
      '"id":',
      '"timeStamp":',
    ],
    {
      minLength: 6,
    },
  ),
  fc.option(fc.tuple(fc.constantFrom('payload', 'id', 'note', '"'), jsonText)),
);
const message = fc
  .tuple(envelope, payload, fc.constantFrom('"A"', '17', 'null', '"\\u0041-1"'))
  .map(([[members, extra], content, id]) => {
    const more = extra ? [`${JSON.stringify(extra[0])}:${extra[1]}`] : [];
    const written = (idText: string, timeStamp: string) =>
      `{${[...more, ...members]
        .map(
          (one) =>
            one +
            (one === '"payload":'
              ? content
              : one === '"id":'
                ? idText
                : one === '"timeStamp":'
                  ? timeStamp
                  : ''),
        )
        .join(' , ')}}`;
    return {
      text: written(id, '1700000000'),
      again: written('"4B1C3D0E-FFFF-0000-1111-222233334444"', '1800000000.25'),
    };
  });

const digestsOf = (text: string): string[] => partsOf(text).map((part) => part.digest());

describe('the parts of a NOTIFICATION', () => {
  it('are small requests that hold all of it in its order, digit for digit', () => {
    let cut = 0;
    fc.assert(
      fc.property(message, ({ text }) => {
        const parts = partsOf(text);
        const texts = textsOf(parts);
        if (parts.length > 1) cut++;
        expect(parts.length).toBeGreaterThan(0);
        const { before, after } = aroundPayload(text);
        for (const [index, part] of texts.entries()) {
          expect(Buffer.byteLength(part)).toBeLessThanOrEqual(PART_BYTES);
          expect(parts[index]?.notifications).toBeLessThanOrEqual(PART_NOTIFICATIONS);
          expect(JSON.parse(part)).toMatchObject({
            type: 'NOTIFICATION',
            subType: 'REQUEST',
            timeStamp: 1_700_000_000,
          });
          const around = aroundPayload(part);
          expect(around.before === before && around.after === after).toBe(true);
        }
        // Jest's own comparison of many long texts is slow.
        expect(isDeepStrictEqual(notificationsOfParts(texts), notificationsOf(text))).toBe(true);
      }),
      { numRuns: 80 },
    );
    expect(cut).toBeGreaterThan(10);
  });

  it('are the same for the same bytes, and equal in content with another id and timeStamp', () => {
    fc.assert(
      fc.property(message, ({ text, again }) => {
        expect(textsOf(partsOf(text))).toEqual(textsOf(partsOf(text)));
        if (Math.abs(text.length - PART_BYTES) < 200) return;
        expect(digestsOf(again)).toEqual(digestsOf(text));
      }),
      { numRuns: 40 },
    );
  });

  it('are interpreted as the whole, except what is too large for a part', () => {
    fc.assert(
      fc.property(message, ({ text }) => {
        const eventsOf = (texts: readonly string[], read: typeof interpretAll) =>
          new Set(
            texts
              .flatMap((one) => read(storedMessage(one)))
              .flatMap((one) => (one.kind === 'QUARANTINE' ? [] : [one.eventId])),
          );
        const parts = textsOf(partsOf(text));
        const all = eventsOf([text], interpretAll);
        for (const eventId of eventsOf(parts, interpret)) expect(all).toContain(eventId);
        const whole = parts.filter((part) => !part.includes('OVERSIZED-FRAGMENT'));
        if (whole.length === parts.length) expect(eventsOf(parts, interpret)).toEqual(all);
      }),
      { numRuns: 40 },
    );
  });
});
