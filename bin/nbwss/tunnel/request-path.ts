/** The path that a client asked for, and whether it would come through API Gateway as it is. Pure. */
import { encodePath } from '../../../lambdas/api/commands/proxy-request.ts';

export interface Target {
  /** The authority of a request in absolute form (`GET http://host/path`). */
  readonly authority?: string;
  /** Path and query, beginning with `/netbackup/`; printable ASCII only. */
  readonly uri: string;
}

/** Node hands raw bytes over as Latin-1. What is not printable ASCII travels escaped; each byte stays the byte it was. */
const escapedBytes = (text: string): string =>
  text.replace(
    /[^!-~]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );

/** Reads a request target. Undefined where it does not lead to NetBackup's API. */
export const readTarget = (url: string): Target | undefined => {
  const [, authority, rest = url] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  const mark = rest.indexOf('?');
  // Clients join a base and a path with one slash too many; the API refuses an empty segment.
  const path = (mark < 0 ? rest : rest.slice(0, mark)).replace(/\/{2,}/g, '/');
  const rooted = path === '/netbackup' ? '/netbackup/' : path;
  if (!rooted.startsWith('/netbackup/')) return undefined;
  // A question mark with nothing behind it says nothing, and does not come through.
  const query = mark < 0 || mark === rest.length - 1 ? '' : rest.slice(mark);
  return { ...(authority === undefined ? {} : { authority }), uri: escapedBytes(`${rooted}${query}`) };
};

export const pathOf = (uri: string): string => uri.split('?', 1)[0] ?? '';

/**
 * Whether the proxy would ask NetBackup for exactly this path. API Gateway decodes it, and the proxy encodes it again:
 * what does not come out as it went in would name another resource.
 */
export const survives = (uri: string): boolean => {
  const path = pathOf(uri);
  // Nothing may stand in a path variable of the API that is empty.
  if (path === '/netbackup/') return false;
  // Resolved on the way, dots could lead to another part of the API, with our key.
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) return false;
  // Raw and escaped mean different things in a path, and both arrive raw.
  if (/;|%3b/i.test(path)) return false;
  try {
    return encodePath(decodeURIComponent(path)) === path;
  } catch {
    return false;
  }
};
