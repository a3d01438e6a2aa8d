/** Arbitrary texts that are cheap: fast-check's own build a table of all code points, 2.5 s of CPU in each test file. */
import fc from 'fast-check';

/** Any Unicode text, like `fc.string({ unit: 'binary' })`. */
export const anyText = (maxLength?: number): fc.Arbitrary<string> =>
  fc
    .array(fc.integer({ min: 0, max: 0x10f7ff }), maxLength === undefined ? {} : { maxLength })
    // Surrogates are not code points of their own.
    .map((units) => String.fromCodePoint(...units.map((unit) => (unit < 0xd800 ? unit : unit + 0x800))));

/** A path segment, query or fragment of a URL: characters that may stand there, and escapes. */
export const anyUrlPart: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(..."aZ0-._~!$&'()*+,;=:@"), anyText(1).map(encodeURIComponent)))
  .map((parts) => parts.join(''));
/** `/a/b`, any number of segments. */
export const anyPath = fc.array(anyUrlPart).map((segments) => `/${segments.join('/')}`);
