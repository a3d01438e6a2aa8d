/** JSON's characters as bytes (RFC 8259). */

export const SPACE = 0x20;
export const QUOTE = 0x22;
export const OPEN_OBJECT = 0x7b;
export const CLOSE_OBJECT = 0x7d;
export const OPEN_ARRAY = 0x5b;
export const CLOSE_ARRAY = 0x5d;
export const COMMA = 0x2c;
export const COLON = 0x3a;
const BACKSLASH = 0x5c;
const [MINUS, PLUS, POINT, ZERO, NINE, LOWER_E, LOWER_U] = [0x2d, 0x2b, 0x2e, 0x30, 0x39, 0x65, 0x75];

/** The text is not JSON. */
export const INVALID = -2;

const table = (pattern: RegExp): Uint8Array =>
  Uint8Array.from({ length: 256 }, (_, code) => (pattern.test(String.fromCharCode(code)) ? 1 : 0));
/** A character in a string without a meaning of its own. */
const PLAIN = table(/[^\p{Cc}"\\]|[\x7f-\xff]/u);
const ESCAPED = table(/["\\/bfnrt]/);
const HEX = table(/[\dA-Fa-f]/);
const WHITE_SPACE = table(/[ \t\n\r]/);
const LITERALS = ['true', 'false', 'null'].map((word) => [...Buffer.from(word)]);

/** The position of the next character that is not white space; the end if there is none. */
export function skipSpace(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && WHITE_SPACE[text[at] as number] === 1) at += 1;
  return at;
}

/** Continues in a string. @returns its end, the quote; or where reading stops, at `stop` or a few bytes later; or INVALID */
export function skipCharacters(text: Uint8Array, from: number, stop: number): number {
  let at = from;
  for (;;) {
    while (at < stop && PLAIN[text[at] as number] === 1) at += 1;
    if (at >= stop || text[at] === QUOTE) return at;
    if (text[at] !== BACKSLASH || at + 1 >= text.length) return INVALID;
    const escaped = text[at + 1] as number;
    if (ESCAPED[escaped] === 1) at += 2;
    else if (escaped === LOWER_U && isHex(text, at + 2)) at += 6;
    else return INVALID;
  }
}

const isHex = (text: Uint8Array, at: number): boolean =>
  at + 4 <= text.length &&
  HEX[text[at] as number] === 1 &&
  HEX[text[at + 1] as number] === 1 &&
  HEX[text[at + 2] as number] === 1 &&
  HEX[text[at + 3] as number] === 1;

/** The end of a number, `true`, `false` or `null`, or INVALID. */
export function skipScalar(text: Uint8Array, at: number): number {
  const first = text[at] as number;
  if (first === MINUS || (first >= ZERO && first <= NINE)) return skipNumber(text, at);
  const word = LITERALS.find(([letter]) => letter === first);
  return word?.every((letter, index) => text[at + index] === letter) ? at + word.length : INVALID;
}

function skipNumber(text: Uint8Array, from: number): number {
  const start = text[from] === MINUS ? from + 1 : from;
  let at = start < text.length && text[start] === ZERO ? start + 1 : skipDigits(text, start);
  if (at !== INVALID && at < text.length && text[at] === POINT) at = skipDigits(text, at + 1);
  // Lower case, in ASCII.
  if (at === INVALID || at >= text.length || ((text[at] as number) | 0x20) !== LOWER_E) return at;
  at += 1;
  const sign = at < text.length ? text[at] : 0;
  return skipDigits(text, sign === PLUS || sign === MINUS ? at + 1 : at);
}

/** The end of one or more digits. */
function skipDigits(text: Uint8Array, from: number): number {
  let at = from;
  while (at < text.length && (text[at] as number) >= ZERO && (text[at] as number) <= NINE) at += 1;
  return at > from ? at : INVALID;
}
