/** The cookie of a session, and which requests may use it. Pure. */
import { HttpProblem } from '../../platform/errors.ts';

/** The prefix makes browsers refuse it from another host, from a path, and without `Secure` (RFC 6265bis, 4.1.3.2). */
export const SESSION_COOKIE = '__Host-nbwss-session';

/** A page of another site cannot send this header without a preflight, which this API does not answer. */
const CONSOLE_HEADER = 'x-nbwss-console';

const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Strict';

/** @param seconds until it expires */
export const sessionCookie = (value: string, seconds: number): string =>
  `${SESSION_COOKIE}=${value}; ${ATTRIBUTES}; Max-Age=${seconds}`;

export const NO_SESSION_COOKIE = sessionCookie('', 0);

/** @param cookies the header Cookie */
export const cookieNamed = (name: string, cookies = ''): string | undefined =>
  cookies
    .split(';')
    .map((one) => one.trim())
    .find((one) => one.startsWith(`${name}=`))
    ?.slice(name.length + 1);

/** The parts of a request that are read. */
export interface CookieRequest {
  readonly method: string;
  /** @param name in lower case */
  readonly header: (name: string) => string | undefined;
}

const notFromConsole = () =>
  new HttpProblem(
    403,
    'not-from-console',
    `With a session, only the console may send this request: it has the header ${CONSOLE_HEADER}: 1.`,
  );

const isSafe = (method: string): boolean => method === 'GET' || method === 'HEAD';

/** Refuses what a page of another site may have sent (CSRF). @throws HttpProblem 403 */
export const checkConsole = ({ method, header }: CookieRequest): void => {
  // Fetch Metadata: only browsers send it; `none` is an address that a person has typed.
  const site = header('sec-fetch-site') ?? 'same-origin';
  const isOwn = site === 'same-origin' || (site === 'none' && isSafe(method));
  if (!isOwn || (!isSafe(method) && header(CONSOLE_HEADER) !== '1')) throw notFromConsole();
};

/** The session of a request that has no other credential; undefined without one. @throws HttpProblem 403 */
export const sessionOf = (request: CookieRequest): string | undefined => {
  const value = cookieNamed(SESSION_COOKIE, request.header('cookie'));
  if (value !== undefined) checkConsole(request);
  return value;
};

const VALUE = /^([0-9a-z]{32})\.[A-Za-z0-9_-]{43}$/;

/** The id in the value of a cookie. */
export const sessionIdIn = (value: string): string | undefined => VALUE.exec(value)?.[1];
