import { createHash, randomBytes, randomInt, randomUUID, timingSafeEqual } from 'node:crypto';

/** A message id as NBWSS itself makes them: a UUID in upper case (contract ENV-2). */
export const messageId = (): string => randomUUID().toUpperCase();

/** Whether a text can be the id of a message of ours. Anything else need not be looked for; some could not even be. */
export const isMessageId = (text: string): boolean =>
  /^[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}$/.test(text);

/** 256 random bits, base64url. */
export const secret = (): string => randomBytes(32).toString('base64url');

const ALPHABET = '23456789abcdefghijkmnpqrstuvwxyz';

/** A short public identifier: 16 characters out of 32, none easily mistaken for another. */
export const publicId = (): string =>
  Array.from({ length: 16 }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');

/** SHA-256 in hex. Enough for secrets of 256 random bits: nothing to guess, so nothing to slow down. */
export const sha256 = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** Compares two hex digests in constant time (I-6). */
export const sameDigest = (left: string, right: string): boolean => {
  const a = Buffer.from(left, 'hex');
  const b = Buffer.from(right, 'hex');
  return a.length === b.length && a.length > 0 && timingSafeEqual(a, b);
};

/** What every API key of ours begins with, so that one is recognised wherever it turns up. */
export const API_KEY_PREFIX = 'nbk_';

const KEY_START = new RegExp(`${API_KEY_PREFIX}[0-9a-z]{16}`);
const WHOLE_KEY = new RegExp(`${KEY_START.source}\\.[A-Za-z0-9_-]{43}`);

/** A text that is escaped more often than this cannot be unwrapped by mistake. */
const MAX_DECODINGS = 4;

/** A text, and what it is when it is decoded once, twice, … */
const decodings = (text: string): string[] => {
  const found = [text];
  for (let last = text; found.length <= MAX_DECODINGS && last.includes('%'); ) {
    last = last.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    );
    found.push(last);
  }
  return found;
};

/** What the words of a text are, taken for base64 or base64url. */
const unwrapped = (text: string): string[] =>
  (text.match(/[A-Za-z0-9+/_-]{16,}/g) ?? []).map((word) => Buffer.from(word, 'base64').toString('latin1'));

/**
 * Whether a text holds the beginning of an API key of ours, valid or not: as it is, escaped, or as base64. For texts in which
 * the prefix alone may be a name of the caller's.
 */
export const holdsKeyId = (text: string): boolean =>
  decodings(text).some((plain) => [plain, ...unwrapped(plain)].some((part) => KEY_START.test(part)));

/** Whether a text holds a whole API key of ours as it is. */
export const holdsWholeKey = (text: string): boolean => WHOLE_KEY.test(text);

/** Whether a text holds something that looks like an API key of ours, as {@link holdsKeyId}, or just its prefix. */
export const holdsApiKey = (text: string): boolean => {
  if (decodings(text).some((plain) => plain.includes(API_KEY_PREFIX)) || holdsKeyId(text)) return true;
  const basic = /^basic\s+([A-Za-z0-9+/=_-]+)$/i.exec(text.trim())?.[1];
  return basic !== undefined && Buffer.from(basic, 'base64').toString('latin1').includes(API_KEY_PREFIX);
};
