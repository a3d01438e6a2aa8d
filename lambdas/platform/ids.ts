import { createHash, randomBytes, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';

/** A message id in the format of NBWSS: a UUID in upper case (contract ENV-2). */
export const messageId = (): string => randomUUID().toUpperCase();

/** Whether a text has the format of {@link messageId}. Other ids are not read: some are not valid keys. */
export const isMessageId = (text: string): boolean =>
  /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/.test(text);

/** 256 random bits, base64url. */
export const secret = (): string => randomBytes(32).toString('base64url');

const ALPHABET = '23456789abcdefghijkmnpqrstuvwxyz';

/** A short public identifier: 16 characters of an alphabet of 32 that are not easily confused. */
export const publicId = (): string =>
  Array.from({ length: 16 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** SHA-256 in hex. Secrets of 256 random bits cannot be guessed, so they need no slow hash. */
export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Compares two hex digests in constant time (I-6). */
export const sameDigest = (left: string, right: string): boolean => {
  const a = Buffer.from(left, 'hex');
  const b = Buffer.from(right, 'hex');
  return a.length === b.length && a.length > 0 && timingSafeEqual(a, b);
};

/** The prefix of the API keys of this deployment, so that a leaked key is recognised. */
export const API_KEY_PREFIX = 'nbk_';

const KEY_START = new RegExp(`${API_KEY_PREFIX}[0-9a-z]{16}`);
const WHOLE_KEY = new RegExp(`${KEY_START.source}\\.[A-Za-z0-9_-]{43}`);

/** No software escapes a text more often than this, except to hide its content. */
const MAX_DECODINGS = 10;

/** One character, escaped in a URL (`%5f`, `%255f`, `%u005f`) or in JSON (`\u005f`). */
const ESCAPE = /(?:%(?:25)*(?:u00)?|(?<!\\)\\+u00)([0-7][0-9a-f])/gi;

const decodedOnce = (text: string): string =>
  text.replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** A text, and the same text decoded once, twice, … `isComplete`: nothing is left to decode. */
const decodings = (text: string): { texts: string[]; isComplete: boolean } => {
  const texts = [text];
  for (let last = text; texts.length <= MAX_DECODINGS; texts.push(last)) {
    const decoded = decodedOnce(last);
    if (decoded === last) return { texts, isComplete: true };
    last = decoded;
  }
  return { texts, isComplete: false };
};

/** The possible base64 or base64url parts of a text, decoded at each of four alignments: what precedes a part may look like it. */
const base64Decoded = (text: string): string[] =>
  (text.match(/[A-Za-z0-9+/_-]{16,}/g) ?? []).flatMap((part) =>
    [0, 1, 2, 3].map((start) => Buffer.from(part.slice(start), 'base64').toString('latin1')),
  );

/** Whether a text matches: plain, escaped, as base64, or escaped in base64. A text that is escaped too often to be read matches. */
const matchesDecoded = (text: string, pattern: RegExp): boolean => {
  const { texts, isComplete } = decodings(text);
  const isIn = (part: string) => pattern.test(part);
  return (
    !isComplete ||
    texts.some(isIn) ||
    texts.flatMap(base64Decoded).some((plain) => decodings(plain).texts.some(isIn))
  );
};

/**
 * Whether a text contains the beginning of an API key, valid or not, in any encoding. For texts in which a name chosen by the
 * caller may contain the prefix alone.
 */
export const containsKeyId = (text: string): boolean => matchesDecoded(text, KEY_START);

/** Whether a text contains a whole API key, in any encoding. For bodies, which may hold any data. */
export const containsWholeKey = (text: string): boolean => matchesDecoded(text, WHOLE_KEY);

/** Like {@link containsKeyId}, but the prefix alone is enough. */
export const containsApiKey = (text: string): boolean => {
  if (decodings(text).texts.some((plain) => plain.includes(API_KEY_PREFIX)) || containsKeyId(text))
    return true;
  const basic = /^basic\s+([A-Za-z0-9+/=_-]+)$/i.exec(text.trim())?.[1];
  return basic !== undefined && Buffer.from(basic, 'base64').toString('latin1').includes(API_KEY_PREFIX);
};
