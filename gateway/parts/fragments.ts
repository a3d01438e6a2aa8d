/** Handles what is too large for one part: it is stored in pieces of its text, which people see in the quarantine. */
import { createHash } from 'node:crypto';
import { FRAGMENT_BYTES } from './limits.ts';

/** The `object` of such pieces. No table accepts it, so each piece is quarantined with the reason `unknown-object`. */
export const FRAGMENT = 'OVERSIZED-FRAGMENT';

const NOTE =
  'This was too large for one message. Join `text` of all fragments with this sha256 in the order of `fragment`, and put it between `before` and `after`.';

/** The kind of a text. */
export type FragmentOf = 'notification' | 'object' | 'payload' | 'message';

/**
 * The payloads that hold a text in pieces, one for each part.
 * @param text valid JSON
 * @param before, after: the text of the object around it, if it is one of its notifications
 */
export function fragmentPayloads(text: Buffer, of: FragmentOf, before = '', after = ''): (() => Buffer)[] {
  const starts = [0];
  for (let at = endOf(text, 0); at < text.length; at = endOf(text, at)) starts.push(at);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return starts.map((start, index) => () => {
    const fragment = {
      fragment: index + 1,
      fragments: starts.length,
      of,
      bytes: text.length,
      sha256,
      before,
      after,
      text: text.toString('utf8', start, starts[index + 1] ?? text.length),
      note: NOTE,
    };
    return Buffer.from(JSON.stringify([{ notificationType: 'INFO', object: FRAGMENT, data: [fragment] }]));
  });
}

/** The end of the fragment that begins here: not within a character. */
function endOf(text: Buffer, start: number): number {
  let end = Math.min(start + FRAGMENT_BYTES, text.length);
  // The further bytes of a character in UTF-8 begin with the bits 10.
  while (end < text.length && ((text[end] as number) & 0xc0) === 0x80) end -= 1;
  return end;
}
