/** Headers on their way through the tunnel. Pure. */
import type { IncomingHttpHeaders } from 'node:http';

/** What belongs to one hop (RFC 9110, 7.6.1). */
const HOP = new Set([
  'connection',
  'http2-settings',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * What the tunnel says itself, or what means nothing to NetBackup. Prefer: the tunnel waits for an answer, however long
 * it takes. The API's own credentials are added where a request is sent.
 */
const OWN = new Set([
  'accept-encoding',
  'content-length',
  'cookie',
  'expect',
  'forwarded',
  'host',
  'prefer',
  'via',
]);
const OWN_PREFIXES = ['x-amz', 'x-api-key', 'x-forwarded-', 'cloudfront-'];

/** A COMMAND carries no other characters in a header, and the API refuses a call that has some. */
const isText = (value: string): boolean => /^[\t\x20-\x7e]*$/.test(value);

const namedIn = (connection: string | undefined): Set<string> =>
  new Set((connection ?? '').split(',').map((name) => name.trim().toLowerCase()));

const passes = (name: string, hop: ReadonlySet<string>): boolean =>
  !HOP.has(name) &&
  !OWN.has(name) &&
  !hop.has(name) &&
  !OWN_PREFIXES.some((prefix) => name.startsWith(prefix));

/** The headers that are meant for NetBackup. One that no COMMAND can carry is left out: a name in UTF-8, for example. */
export const requestHeaders = (headers: IncomingHttpHeaders): Record<string, string> => {
  const hop = namedIn(headers.connection);
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')] as const)
      .filter(([name, value]) => passes(name, hop) && isText(value)),
  );
};

/** NBWSS may look for these as the guide spells them (CMD-3). */
const SPELLING = new Map([
  ['accept', 'Accept'],
  ['authorization', 'Authorization'],
  ['content-type', 'Content-Type'],
]);

/** The same for a command, whose headers the API passes on as they are written. */
export const commandHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [SPELLING.get(name) ?? name, value]));

/** Written anew by this server. A HEAD's length is the gateway's, of the body that it has not got. */
const REWRITTEN = new Set(['content-length', 'date', 'server', 'alt-svc', 'strict-transport-security']);

/** The API's headers that the client gets. */
export const answerHeaders = (headers: IncomingHttpHeaders): Record<string, string> => {
  const hop = namedIn(headers.connection);
  return Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !HOP.has(name) && !REWRITTEN.has(name) && !hop.has(name))
      .map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
};
