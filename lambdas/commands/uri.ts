/** Which paths of NetBackup may be asked for. Pure. */
import { Problem } from '../platform/errors.ts';

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

/** The path that is meant, without escapes and path parameters: NetBackup reads `/%6cogin` and `/login;x` as `/login`. */
export const plainPath = (uri: string): string =>
  (readings(uri).at(-1) ?? '').replace(/;[^/]*/g, '').replace(/\/+/g, '/');
