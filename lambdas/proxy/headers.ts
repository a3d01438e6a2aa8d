/** Which headers of an HTTP request are forwarded to NetBackup. Pure. */
import { HttpProblem } from '../platform/errors.ts';

/**
 * Headers that are meant for this endpoint and not for NetBackup. Accept-Encoding: a JSON string cannot hold a compressed body. All
 * other headers are forwarded, since clients may rely on any of them.
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
  'x-authorization',
  'x-nbwss-console',
]);
const DROPPED_PREFIXES = ['x-amz', 'x-forwarded-', 'proxy-', 'cloudfront-'];

const isForwarded = (name: string): boolean =>
  !DROPPED.has(name) && !DROPPED_PREFIXES.some((prefix) => name.startsWith(prefix));

/**
 * Headers that change what a call does. They are forwarded even with characters that cannot be sent, so that the later check refuses
 * the call: without them it would be a different call.
 */
const CHANGES_CALL = /^(authorization|accept|content-type|if-.*|x-netbackup-.*)$/;

/**
 * Whether a value can be sent: only printable ASCII. A receiver that writes the low byte of each character, as Java's HTTP classes
 * do, would turn U+560A into a line break.
 */
const isPrintable = (value: string): boolean => /^[\t\x20-\x7e]*$/.test(value);

/** The gateway passes names in lower case; NBWSS may expect these names as the guide spells them (CMD-3). */
const SPELLING = new Map([
  ['accept', 'Accept'],
  ['authorization', 'Authorization'],
  ['content-type', 'Content-Type'],
]);

/** Headers that must not be repeated. The gateway joins repeated headers by commas; a quoted comma is part of a value. */
const SINGLE = ['authorization', 'content-type'];
const QUOTED = /"(?:[^"\\]|\\.)*"/g;

/**
 * @param headers names in lower case
 * @throws HttpProblem 400
 */
export const forwardedHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  for (const name of SINGLE) {
    if (headers[name]?.replace(QUOTED, '').includes(','))
      throw new HttpProblem(400, 'header-not-allowed', `The header ${name} is given twice.`);
  }
  // RFC 9110, 7.6.1: what Connection names belongs to the hop as well.
  const named = (headers['connection'] ?? '').toLowerCase().split(/[\s,]+/);
  const passed = Object.entries(headers).filter(
    ([name, value]) =>
      isForwarded(name) && !named.includes(name) && (isPrintable(value) || CHANGES_CALL.test(name)),
  );
  return Object.fromEntries(passed.map(([name, value]) => [SPELLING.get(name) ?? name, value]));
};
