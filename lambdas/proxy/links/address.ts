/**
 * Addresses in NetBackup's responses: which ones name the primary, and their addresses at this endpoint. A client follows them with
 * its API key in a header, so a rewritten address is built here and never copied from the response (CMD-4). They are parsed as
 * browsers and `fetch` do: surrounding blanks and all tabs and line breaks are ignored, `\` is a slash. Pure.
 */
import { checkUri } from '../../commands/uri.ts';

/** The URL before `/netbackup/…` at this endpoint, `https://host/v1/groups/demo`, and the known names of the primary. */
export interface ProxyAddress {
  readonly base: string;
  /** See {@link namesOf}. Another name of this endpoint counts as one of the primary's, so that its addresses stay in the group. */
  readonly hosts: ReadonlySet<string>;
}

/** By its full or its short name: NetBackup's examples have both in one response (CMD-4). */
export const namesOf = (hosts: Iterable<string>): Set<string> =>
  new Set([...hosts].flatMap((host) => [host, host.split('.', 1)[0] ?? host]));

/** RFC 1035: the length of the longest host name. */
const MAX_NAME = 253;

/** Escaping can make an address much longer, and clients reject headers of more than some 10 KB. */
const MAX_ADDRESS = 4096;

/** The origin of relative addresses. */
const RELATIVE_ORIGIN = 'https://primary.invalid';

/** @param from the path that relative addresses refer to */
const parsed = (text: string, from = '/'): URL | undefined => {
  const base = `${RELATIVE_ORIGIN}${from}`;
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
};

const isWeb = ({ protocol }: URL): boolean => protocol === 'https:' || protocol === 'http:';
const isRelative = ({ origin, username, password }: URL): boolean =>
  origin === RELATIVE_ORIGIN && username + password === '';
const isBelowNetbackup = ({ pathname }: URL): boolean => /^\/netbackup(\/|$)/.test(pathname);

/** `api.example.com.` is the same host as `api.example.com`. */
const hostOf = ({ hostname }: URL): string => hostname.replace(/\.$/, '');
const isHere = (url: URL, base: string): boolean => hostOf(url) === new URL(base).hostname;

/**
 * This endpoint counts as the primary: an address of it in a response could name a route of another group, which the client would
 * call with its key.
 */
const namesPrimary = (url: URL, { base, hosts }: ProxyAddress): boolean =>
  isWeb(url) && (isRelative(url) || isBelowNetbackup(url) || hosts.has(hostOf(url)) || isHere(url, base));

/** Whether it is an address of the same group at this endpoint. */
const isRewritten = (url: URL, base: string): boolean =>
  isHere(url, base) && `${url.pathname}/`.startsWith(`${new URL(base).pathname}/netbackup/`);

/**
 * The rewritten path; undefined if this endpoint would refuse it: a gateway might resolve `/netbackup/..%2f..%2f` to another route.
 */
const proxyUrlOf = (url: URL, { base }: ProxyAddress): string | undefined => {
  const path = isRewritten(url, base)
    ? url.pathname.slice(new URL(base).pathname.length)
    : `${isBelowNetbackup(url) ? '' : '/netbackup'}${url.pathname}`;
  try {
    checkUri(path === '/netbackup' ? `${path}/` : path.replace(/\/+/g, '/'));
  } catch {
    return undefined;
  }
  return `${base}${path}${url.search}${url.hash}`;
};

/** The host of an absolute address below /netbackup, which is a name of the primary. */
export const primaryHostOf = (text: string): string | undefined => {
  const url = parsed(text);
  const isOne = url && isWeb(url) && !isRelative(url) && isBelowNetbackup(url);
  return isOne && url.hostname.length <= MAX_NAME ? url.hostname : undefined;
};

/** Whether a relative link leads to the same place from here as from the primary: `../..` could leave the group. */
const worksUnchanged = (text: string, uri: string, target: string | undefined, base: string): boolean => {
  // `jobs/5`, `?page=2`, `#a` and the empty link.
  const isAbsolute = /^[\0- ]*([/\\]|[a-z][a-z0-9+.-]*:)/i.test(text.replace(/[\t\n\r]/g, ''));
  return !isAbsolute && new URL(text, `${base}${uri}`).href === target;
};

/**
 * Rewrites a link of a body. A link that does not name the primary, or is relative to its page, stays as it is.
 * @param uri the uri of the call
 */
export const rewriteLink = (text: string, uri: string, proxy: ProxyAddress): string => {
  const url = parsed(text, uri);
  if (!url || !namesPrimary(url, proxy)) return text;
  const target = proxyUrlOf(url, proxy);
  return worksUnchanged(text, uri, target, proxy.base) ? text : (target ?? `${proxy.base}/netbackup/`);
};

export interface Redirection {
  readonly location?: string;
  /** An address of another host: shown to people, not followed by clients. */
  readonly foreign?: string;
}

/**
 * Rewrites a `Location`. Clients follow it automatically with all their headers, including the API key, so the address of another
 * host is not returned as `Location`.
 * @param uri the uri of the call
 */
export const rewriteLocation = (text: string, uri: string, proxy: ProxyAddress): Redirection => {
  const url = text.trim() === '' ? undefined : parsed(text, uri);
  if (!url) return {};
  const isPrimary = namesPrimary(url, proxy);
  const address = isPrimary ? proxyUrlOf(url, proxy) : url.href;
  if (address === undefined || address.length > MAX_ADDRESS) return {};
  return isPrimary ? { location: address } : { foreign: address };
};
