/** Which headers of an HTTP request go on to NetBackup. Pure. */
import { Problem } from '../platform/errors.ts';

/**
 * What belongs to the hop to us and not to NetBackup. Accept-Encoding: a compressed body cannot travel as a JSON string.
 * Everything else passes: clients rely on more than anybody has listed.
 */
const DROPPED = new Set([
  'accept-encoding',
  'connection',
  'content-length',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'http2-settings',
  'idempotency-key',
  'keep-alive',
  'prefer',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'via',
  'x-api-key',
]);
const DROPPED_PREFIXES = ['x-amz', 'x-forwarded-', 'proxy-', 'cloudfront-'];

const passes = (name: string): boolean =>
  !DROPPED.has(name) && !DROPPED_PREFIXES.some((prefix) => name.startsWith(prefix));

/**
 * What NetBackup acts upon. In these a character that cannot travel is refused, where the call is checked: without its reason
 * or its condition a call would be another one.
 */
const MATTERS = /^(authorization|accept|content-type|if-.*|x-netbackup-.*)$/;

/**
 * Whether a value can travel. Only printable ASCII: a receiver that writes the low byte of each character, as Java's HTTP
 * classes do, would make a line break of U+560A.
 */
const travels = (value: string): boolean => /^[\t\x20-\x7e]*$/.test(value);

/** The gateway hands names over in lower case; NBWSS may look for these as the guide spells them (CMD-3). */
const SPELLING = new Map([
  ['accept', 'Accept'],
  ['authorization', 'Authorization'],
  ['content-type', 'Content-Type'],
]);

/** The gateway joins repeated headers by commas; neither of these may be given twice. A quoted comma is part of a value. */
const SINGLE = ['authorization', 'content-type'];
const QUOTED = /"(?:[^"\\]|\\.)*"/g;

/**
 * @param headers names in lower case
 * @throws Problem 400
 */
export const forwardedHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  for (const name of SINGLE) {
    if (headers[name]?.replace(QUOTED, '').includes(','))
      throw new Problem(400, 'header-not-allowed', `The header ${name} is given twice.`);
  }
  // RFC 9110, 7.6.1: what Connection names belongs to the hop as well.
  const named = (headers['connection'] ?? '').toLowerCase().split(/[\s,]+/);
  const passed = Object.entries(headers).filter(
    ([name, value]) => passes(name) && !named.includes(name) && (travels(value) || MATTERS.test(name)),
  );
  return Object.fromEntries(passed.map(([name, value]) => [SPELLING.get(name) ?? name, value]));
};
