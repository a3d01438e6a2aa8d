import fc from 'fast-check';
import { INVALID } from '../../../gateway/parts/json-bytes.ts';
import { PAUSED, ValueReader } from '../../../gateway/parts/json-value.ts';
import { routeOf, scanNow } from '../../../gateway/parts/scan.ts';
import { jsonText, spaced } from '../../support/json-texts.ts';

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
const isRead = (text: string): boolean => scanNow(Buffer.from(text)) !== undefined;

/** A valid text in which a few bytes are removed, doubled or replaced. */
const almostJson = fc
  .tuple(
    jsonText,
    fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom(
          '',
          '{',
          '}',
          '[',
          ']',
          '"',
          '\\',
          ',',
          ':',
          '0',
          '.',
          'e',
          '-',
          '\t',
          '\n',
          '\0',
          'u',
          '\ufeff',
        ),
      ),
      {
        minLength: 1,
        maxLength: 3,
      },
    ),
    fc.boolean(),
  )
  .map(([text, edits, replaces]) =>
    edits.reduce((edited, [place, character]) => {
      const at = place % (edited.length + 1);
      return edited.slice(0, at) + character + edited.slice(replaces || character === '' ? at + 1 : at);
    }, text),
  );
const jsonLike = fc
  .array(
    fc.constantFrom(...'{}[]",:\\ \n\t\u00a0\ufeff01.e+-aftu', 'true', 'null', '"a":', '\\u00e9', '\\ud800'),
    { maxLength: 12 },
  )
  .map((tokens) => tokens.join(''));

describe('reading JSON from its bytes', () => {
  it('accepts what JSON.parse accepts', () => {
    fc.assert(
      fc.property(jsonText, (text) => {
        expect(parses(text)).toBe(true);
        expect(isRead(text)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('rejects what JSON.parse rejects, and never throws', () => {
    fc.assert(
      fc.property(fc.oneof(almostJson, jsonLike, fc.string({ unit: 'binary' })), (text) => {
        expect([text, isRead(text)]).toEqual([text, parses(text.toWellFormed())]);
      }),
      { numRuns: 5_000 },
    );
  });

  it('reads the same value in pieces of any length', () => {
    fc.assert(
      fc.property(
        fc.oneof(jsonText, almostJson),
        fc.infiniteStream(fc.integer({ min: 1, max: 5 })),
        (text, steps) => {
          const bytes = Buffer.from(text.trimStart());
          const whole = new ValueReader(bytes).begin(0, bytes.length);
          const reader = new ValueReader(bytes);
          let stop = 0;
          let end = reader.begin(0, stop);
          while (end === PAUSED) {
            stop += steps.next().value;
            end = reader.continue(stop);
          }
          expect(end).toBe(whole);
          expect(end === INVALID || end > 0).toBe(true);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('rejects a text that is not UTF-8', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = Buffer.concat([Buffer.from('"'), bytes, Buffer.from('"')]);
        const decoded = text.toString();
        const isValid = Buffer.from(decoded).equals(text) && parses(decoded);
        expect(scanNow(text) !== undefined).toBe(isValid);
      }),
      { numRuns: 2_000 },
    );
  });

  it('finds the value of a member as JSON.parse does, with any names and repetitions', () => {
    const name = fc.constantFrom('type', 'ty\\u0070e', 'Type', 'types', 'payload', '__proto__', '');
    const member = fc.tuple(
      name,
      fc.oneof(jsonText, fc.constantFrom('"NOTIFICATION"', '"COMMAND"', '"\\u0041"')),
    );
    fc.assert(
      fc.property(fc.array(member, { maxLength: 6 }), fc.infiniteStream(spaced), (members, spaces) => {
        const text = `{${members.map(([key, value]) => `${spaces.next().value}"${key}" :${value}${spaces.next().value}`).join(',')}}`;
        const value: unknown = Reflect.get(JSON.parse(text), 'type');
        expect(routeOf(Buffer.from(text), 'type')).toBe(typeof value === 'string' ? value : undefined);
      }),
      { numRuns: 1_000 },
    );
  });
});
