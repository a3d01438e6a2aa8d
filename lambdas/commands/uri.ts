/** Which paths of NetBackup may be asked for, and which ones a path may be taken for. Pure. */
import { Problem } from '../platform/errors.ts';

const refuse = (detail: string): never => {
  throw new Problem(400, 'uri-not-allowed', detail);
};

const decodeOnce = (path: string): string =>
  path.replace(/%([0-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));

/** A path that is escaped more often than this has nothing good in mind. */
const MAX_DECODINGS = 3;

/** A path as it is, and as whatever stands behind us may come to read it: each may decode it once more. */
const decodings = (uri: string): string[] => {
  let path = uri.split('?', 1)[0] ?? '';
  const found = [path];
  while (decodeOnce(path) !== path && found.length <= MAX_DECODINGS + 1) {
    path = decodeOnce(path);
    found.push(path);
  }
  return found;
};

/** Windows takes a backslash for a slash, and so do some libraries. */
const segmentsOf = (path: string): string[] => path.split(/[/\\]/);

const checkPath = (path: string): void => {
  if ([...path].some((character) => character < ' ' || character === '\x7f')) {
    refuse('The path may not hold control characters.');
  }
  // Servlet containers drop what follows a semicolon before they resolve dots.
  const segments = segmentsOf(path).map((segment) => segment.split(';', 1)[0]);
  if (segments.includes('..') || segments.includes('.')) refuse('The path may not hold . or .. segments.');
};

/**
 * A path and query below `/netbackup/` on the primary itself, and nothing that could mean another host or another path
 * once NetBackup has decoded it. A backslash inside a name (`DOM\user`) means neither.
 * @throws Problem 400
 */
export const checkUri = (uri: string): string => {
  if (!/^[!-~]+$/.test(uri))
    refuse('The uri may hold printable ASCII characters only; encode everything else.');
  if (!uri.startsWith('/netbackup/')) refuse('The uri must begin with /netbackup/.');
  if (uri.includes('#')) refuse('The uri may not hold a #; encode it.');
  const paths = decodings(uri);
  if (paths.length > MAX_DECODINGS + 1) refuse('The path is escaped too many times.');
  if (/[/\\](;[^/\\]*)?[/\\]/.test(paths[0] ?? '')) refuse('The path may not hold an empty segment.');
  for (const path of paths) checkPath(path);
  return uri;
};

/** One spelling for all that some server takes for the same path. */
const plain = (path: string): string =>
  segmentsOf(path)
    .map((segment) => segment.trim())
    .filter((segment) => segment !== '')
    .map((segment) => `/${segment}`)
    .join('')
    .toLowerCase();

/**
 * The paths that NetBackup could take this one for, in lower case: decoded or not, cut at what was an escaped `?` or `#`,
 * with and without path parameters, without blanks around segments and without empty segments.
 */
export const pathReadings = (uri: string): string[] => {
  const cut = decodings(uri).flatMap((path) => [path, path.split(/[?#]/, 1)[0] ?? '']);
  return [...new Set(cut.flatMap((path) => [plain(path), plain(path.replace(/;[^/\\]*/g, ''))]))];
};
