/** Which paths of NetBackup may be requested, and how a path could be interpreted. Pure. */
import { HttpProblem } from '../platform/errors.ts';

const refuse = (detail: string): never => {
  throw new HttpProblem(400, 'uri-not-allowed', detail);
};

const decodeOnce = (path: string): string =>
  path.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** A path that is escaped more often than this is refused. */
const MAX_DECODINGS = 3;

/** A path as it is, and as decoded once more by each server behind this one. */
const decodings = (uri: string): string[] => {
  let path = uri.split('?', 1)[0] ?? '';
  const found = [path];
  while (decodeOnce(path) !== path && found.length <= MAX_DECODINGS + 1) {
    path = decodeOnce(path);
    found.push(path);
  }
  return found;
};

/** Windows and some libraries treat a backslash as a slash. */
const segmentsOf = (path: string): string[] => path.split(/[/\\]/);

const checkPath = (path: string): void => {
  if ([...path].some((character) => character < ' ' || character === '\x7f')) {
    refuse('The path must not contain control characters.');
  }
  // Servlet containers drop what follows a semicolon before they resolve dots.
  const segments = segmentsOf(path).map((segment) => segment.split(';', 1)[0]);
  if (segments.includes('..') || segments.includes('.'))
    refuse('The path must not contain . or .. segments.');
};

/**
 * Accepts a path and query below `/netbackup/` that cannot mean another host or another path after NetBackup has decoded it. A
 * backslash inside a name (`DOM\user`) is allowed.
 * @throws HttpProblem 400
 */
export const checkUri = (uri: string): string => {
  if (!/^[!-~]+$/.test(uri))
    refuse('The uri must contain printable ASCII characters only; encode all others.');
  if (!uri.startsWith('/netbackup/')) refuse('The uri must begin with /netbackup/.');
  if (uri.includes('#')) refuse('The uri must not contain a #; encode it.');
  const paths = decodings(uri);
  if (paths.length > MAX_DECODINGS + 1) refuse('The path is escaped too many times.');
  if (/[/\\](;[^/\\]*)?[/\\]/.test(paths[0] ?? '')) refuse('The path must not contain an empty segment.');
  for (const path of paths) checkPath(path);
  return uri;
};

/** One spelling for all paths that some server treats as the same. */
const normalized = (path: string): string =>
  segmentsOf(path)
    .map((segment) => segment.trim())
    .filter((segment) => segment !== '')
    .map((segment) => `/${segment}`)
    .join('')
    .toLowerCase();

/**
 * All paths that NetBackup could read this one as, in lower case: decoded or not, cut at an escaped `?` or `#`, with and without
 * path parameters, without blanks around segments and without empty segments.
 */
export const pathReadings = (uri: string): string[] => {
  const cut = decodings(uri).flatMap((path) => [path, path.split(/[?#]/, 1)[0] ?? '']);
  return [...new Set(cut.flatMap((path) => [normalized(path), normalized(path.replace(/;[^/\\]*/g, ''))]))];
};
