/** What a caller may ask of NetBackup, and how it becomes a COMMAND (CMD-2, CMD-3). Pure. */
import { createHash } from 'node:crypto';
import { Problem } from '../platform/errors.ts';
import { GATEWAY_MESSAGE_BYTES, utf8Bytes } from '../protocol/limits.ts';
import { type CommandCall, commandRequest } from '../protocol/messages.ts';

/** Where the client names no media type: NetBackup's own, in the version that the group speaks (CMD-3). */
const DEFAULT_API_VERSION = '1.0';

const refuse = (detail: string): never => {
  throw new Problem(400, 'uri-not-allowed', detail);
};

const decodeOnce = (path: string): string =>
  path.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** A path that is escaped more often than this has nothing good in mind. */
const MOST_DECODINGS = 3;

/** A path as it is, and as whatever stands behind us may come to read it: each may decode it once more. */
const readings = (uri: string): string[] => {
  let path = uri.split('?', 1)[0] ?? '';
  const found = [path];
  while (decodeOnce(path) !== path && found.length <= MOST_DECODINGS + 1) {
    path = decodeOnce(path);
    found.push(path);
  }
  return found;
};

const checkPath = (path: string): void => {
  if (path.includes('\\')) refuse('The path may not hold a backslash.');
  if ([...path].some((character) => character < ' ' || character === '\x7f')) {
    refuse('The path may not hold control characters.');
  }
  // Servlet containers drop what follows a semicolon before they resolve dots.
  const segments = path.split('/').map((segment) => segment.split(';', 1)[0]);
  if (segments.includes('..') || segments.includes('.')) refuse('The path may not hold . or .. segments.');
};

/**
 * A path and query below `/netbackup/` on the primary itself, and nothing that could mean another host or another path
 * once NetBackup has decoded it.
 * @throws Problem 400
 */
export const checkUri = (uri: string): string => {
  if (!/^[!-~]+$/.test(uri))
    refuse('The uri may hold printable ASCII characters only; encode everything else.');
  if (!uri.startsWith('/netbackup/')) refuse('The uri must begin with /netbackup/.');
  if (uri.includes('#')) refuse('The uri may not hold a #; encode it.');
  const paths = readings(uri);
  if (paths.length > MOST_DECODINGS + 1) refuse('The path is escaped too many times.');
  if (/\/(;[^/]*)?\//.test(paths[0] ?? '')) refuse('The path may not hold an empty segment.');
  for (const path of paths) checkPath(path);
  return uri;
};

/** Header names as RFC 9110 has them, values without line breaks. @throws Problem 400 */
export const checkHeaders = (headers: Readonly<Record<string, string>>): Record<string, string> => {
  const names = new Set<string>();
  for (const [name, value] of Object.entries(headers)) {
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) {
      throw new Problem(
        400,
        'header-not-allowed',
        `The header ${JSON.stringify(name)} holds characters that no header may hold.`,
      );
    }
    if (names.has(name.toLowerCase())) {
      throw new Problem(400, 'header-not-allowed', `The header ${name} is given twice.`);
    }
    names.add(name.toLowerCase());
  }
  return { ...headers };
};

/** Adds the media type that CMD-3 asks for where the caller named none. */
export const withMediaType = (
  headers: Record<string, string>,
  apiVersion: string | undefined,
): Record<string, string> =>
  Object.keys(headers).some((name) => name.toLowerCase() === 'content-type')
    ? headers
    : {
        'Content-Type': `application/vnd.netbackup+json;version=${apiVersion ?? DEFAULT_API_VERSION}`,
        ...headers,
      };

/** I-7: what cannot travel is refused before anything is stored. @throws Problem 413 */
export const checkSize = (commandId: string, call: CommandCall, now: number): void => {
  const bytes = utf8Bytes(commandRequest(commandId, call, now));
  if (bytes > GATEWAY_MESSAGE_BYTES) {
    throw new Problem(
      413,
      'command-too-large',
      `The COMMAND would be ${bytes} bytes; the WebSocket gateway carries at most ${GATEWAY_MESSAGE_BYTES} in one message. Send a smaller body.`,
    );
  }
};

/** Paths whose answers hold a credential; such a body is kept encrypted and handed over once (I-6). */
const CREDENTIAL_PATHS = [
  /^\/netbackup\/login\b/i,
  /^\/netbackup\/tokenkey\b/i,
  /^\/netbackup\/security\//i,
  /^\/netbackup\/.*\b(token|credential|api-key)s?\b/i,
];
/** Escapes and path parameters must not hide such a path: NetBackup reads `/%6cogin` and `/login;x` as `/login`. */
export const answersCredential = (uri: string): boolean => {
  const plain = (readings(uri).at(-1) ?? '').replace(/;[^/]*/g, '').replace(/\/+/g, '/');
  return CREDENTIAL_PATHS.some((pattern) => pattern.test(plain));
};

const hex = (text: string): string => createHash('sha256').update(text, 'utf8').digest('hex');

/** A message id in the form of a UUID that is the same for the same group and Idempotency-Key. */
export const derivedCommandId = (groupId: string, idempotencyKey: string): string => {
  const digest = hex(JSON.stringify(['command', groupId, idempotencyKey]));
  // RFC 9562 version 8: the bits are ours.
  const text = `${digest.slice(0, 8)}-${digest.slice(8, 12)}-8${digest.slice(13, 16)}-a${digest.slice(17, 20)}-${digest.slice(20, 32)}`;
  return text.toUpperCase();
};

/** Tells two requests apart without keeping them. Keyed by the caller's Idempotency-Key, which is not stored either. */
export const digestOf = (call: CommandCall, idempotencyKey: string): string =>
  hex(
    JSON.stringify([
      idempotencyKey,
      call.method,
      call.uri,
      Object.entries(call.headers).sort(),
      call.parameters ?? null,
    ]),
  );
