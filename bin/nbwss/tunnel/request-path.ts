/** The path that a client asked for, and whether it would come through API Gateway as it is. Pure. */
import { encodePath } from '../../../lambdas/api/commands/proxy-request.ts';

export interface Target {
  /** The authority of a request in absolute form (`GET http://host/path`). */
  readonly authority?: string;
  /** Path and query, beginning with `/netbackup/`. Node's parser lets printable ASCII through only. */
  readonly uri: string;
}

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
  return { ...(authority === undefined ? {} : { authority }), uri: `${rooted}${query}` };
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
  // A semicolon means something else when it is escaped, and arrives raw; an escaped question mark ends the path there.
  if (/;|%3b|%3f/i.test(path)) return false;
  try {
    return encodePath(decodeURIComponent(path)) === path;
  } catch {
    return false;
  }
};
