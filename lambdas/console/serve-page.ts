/** `GET /console/…`: the page, without anything of the deployment. Pure. */

import { problemBody, problemHeaders } from '../http/problem-details.ts';
import { HttpProblem } from '../platform/errors.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { type Encoding, indexBelow, type Page, type PageFile } from './page.ts';

/** The members of an HTTP API's event that are used (payload format 2.0). */
export interface PageEvent {
  readonly rawPath: string;
  readonly rawQueryString?: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly requestContext: { readonly http: { readonly method: string; readonly sourceIp: string } };
}

export interface PageResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded?: boolean;
}

/** Nothing from other origins, nothing inline, no frames; the page calls only its own deployment. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  // `base-uri` is for the `<base>` of the page itself.
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

/** Added to the headers of every response (`http/guard.ts`). */
const HEADERS = {
  'content-security-policy': CONTENT_SECURITY_POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
};

/** The build puts files with a hash in their names into this folder. */
const HASHED = 'assets/';
const FOREVER = 'public, max-age=31536000, immutable';
/** Cached, but revalidated each time: a new version of the console is seen immediately. */
const REVALIDATED = 'no-cache';

/** The path below the console. A base path mapping of a custom domain stands before it. */
const BELOW_CONSOLE = /^.*?\/console(?:\/(.*))?$/s;

const qualityOf = (accepted: string, encoding: string): number => {
  for (const part of accepted.split(',')) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    if (name !== encoding) continue;
    const quality = parameters.find((text) => text.startsWith('q='));
    return quality === undefined ? 1 : Number(quality.slice(2)) || 0;
  }
  return 0;
};

/** The smallest of the encodings that the client accepts (RFC 9110, 12.5.3). */
const encodingOf = ({ compressed }: PageFile, accepted: string): Encoding | undefined =>
  (['br', 'gzip'] as const).find((name) => compressed[name] && qualityOf(accepted, name) > 0);

const matches = (etag: string, ifNoneMatch = ''): boolean =>
  ifNoneMatch
    .split(',')
    .map((one) => one.trim())
    .some((one) => one === '*' || one === etag);

const notFound = (path: string) => new HttpProblem(404, 'not-found', `The console has no file ${path}.`);
const methodNotAllowed = (method: string) =>
  new HttpProblem(405, 'method-not-allowed', `The console does not support the method ${method}.`, {
    allow: 'GET, HEAD',
  });

const refused = (problem: HttpProblem): PageResponse => ({
  statusCode: problem.status,
  headers: { ...HEADERS, ...problemHeaders(problem) },
  body: JSON.stringify(problemBody(problem)),
});

/** Relative, since a base path mapping or a proxy may have another path. */
const toFolder = (query = ''): PageResponse => ({
  statusCode: 308,
  headers: { ...HEADERS, location: `console/${query === '' ? '' : `?${query}`}` },
});

/** Everything else is a view of the page, which reads the path itself. It may end as a file does: ids of groups and clients have dots. */
const isView = (path: string): boolean => !path.startsWith(HASHED);

const INDEX = 'index.html';
/** No view is deeper than this; a longer path is a guess. */
const MAX_FOLDERS = 6;

/** Serves a page. @throws Error if it has no index.html, or one without a base */
export const servePage = (page: Page) => {
  const index = page.get(INDEX);
  if (!index) throw new Error(`The page of the console has no ${INDEX}.`);
  const views = Array.from({ length: MAX_FOLDERS + 1 }, (_, folders) => indexBelow(index, folders));
  const fileAt = (path: string): PageFile | undefined => {
    if (path === INDEX) return views[0];
    return page.get(path) ?? (isView(path) ? views[path.split('/').length - 1] : undefined);
  };
  return ({ rawPath, rawQueryString, headers, requestContext }: PageEvent): PageResponse => {
    const { method } = requestContext.http;
    if (method !== 'GET' && method !== 'HEAD') return refused(methodNotAllowed(method));
    const path = BELOW_CONSOLE.exec(rawPath)?.[1];
    if (path === undefined) return toFolder(rawQueryString);
    const file = fileAt(path);
    if (!file) return refused(notFound(path));
    const encoding = encodingOf(file, headers['accept-encoding'] ?? '');
    const common = {
      ...HEADERS,
      'cache-control': page.has(path) && path.startsWith(HASHED) ? FOREVER : REVALIDATED,
      etag: file.etag,
      vary: 'accept-encoding',
    };
    if (matches(file.etag, headers['if-none-match'])) return { statusCode: 304, headers: common };
    const body = (encoding && file.compressed[encoding]) ?? file.body;
    const described = {
      ...common,
      'content-type': file.contentType,
      ...omitUndefined({ 'content-encoding': encoding }),
    };
    if (method === 'HEAD')
      return { statusCode: 200, headers: { ...described, 'content-length': String(body.length) } };
    return { statusCode: 200, headers: described, body: body.toString('base64'), isBase64Encoded: true };
  };
};
