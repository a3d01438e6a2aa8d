/**
 * Addresses in NetBackup's answers: which name the primary, and what they are called here. A client follows them with our key
 * in a header, so what goes out for one is put together here, never what the primary wrote (CMD-4). Read as browsers and
 * `fetch` read them: blanks around it do not count, tabs and line breaks inside do not, `\` is a slash. Pure.
 */

import { checkUri } from '../../commands/uri.ts';

/** What stands before `/netbackup/…` here, `https://host/v1/groups/demo`, and the names by which the primary is known. */
export interface Here {
  readonly base: string;
  readonly hosts: ReadonlySet<string>;
}

/** RFC 1035: what is longer is no name of a host. */
const MAX_NAME = 253;

/** Escaping may make an address many times longer, and a client gives up headers of more than some 10 KB. */
const MAX_ADDRESS = 4096;

/** Of no host: what is relative stays on it. */
const NOWHERE = 'https://primary.invalid';

/** @param from the path that a relative address is relative to */
const parsed = (text: string, from = '/'): URL | undefined => {
  const base = `${NOWHERE}${from}`;
  return URL.canParse(text, base) ? new URL(text, base) : undefined;
};

const isWeb = ({ protocol }: URL): boolean => protocol === 'https:' || protocol === 'http:';
const isRelative = ({ origin, username, password }: URL): boolean =>
  origin === NOWHERE && username + password === '';
const isBelowNetbackup = ({ pathname }: URL): boolean => /^\/netbackup(\/|$)/.test(pathname);

/** By its whole name or by the short one: NetBackup's own examples have both in one answer (CMD-4). */
const isKnown = (name: string, { hosts }: Here): boolean =>
  hosts.has(name) || (!name.includes('.') && [...hosts].some((host) => host.startsWith(`${name}.`)));

const namesPrimary = (url: URL, here: Here): boolean =>
  isWeb(url) && (isRelative(url) || isBelowNetbackup(url) || isKnown(url.hostname, here));

/**
 * Undefined for a path that would be refused here: `/netbackup/..%2f..%2f` must not reach a gateway that might resolve it, and
 * make another call of ours of it.
 */
const addressHere = (url: URL, { base }: Here): string | undefined => {
  const path = `${isBelowNetbackup(url) ? '' : '/netbackup'}${url.pathname}`;
  try {
    checkUri(path === '/netbackup' ? `${path}/` : path.replace(/\/+/g, '/'));
  } catch {
    return undefined;
  }
  return `${base}${path}${url.search}${url.hash}`;
};

/** The host of an absolute address below /netbackup: a name of the primary. */
export const primaryHostOf = (text: string): string | undefined => {
  const url = parsed(text);
  const isOne = url && isWeb(url) && !isRelative(url) && isBelowNetbackup(url);
  return isOne && url.hostname.length <= MAX_NAME ? url.hostname : undefined;
};

/** A link of a body. What does not name the primary, or is relative to the page that it stands on, stays as it is. */
export const linkHere = (text: string, here: Here): string => {
  // `jobs/5`, `?page=2`, `#a`, nothing: the same from here as from there.
  const startsAnew = /^[\0- ]*([/\\]|[a-z][a-z0-9+.-]*:)/i.test(text.replace(/[\t\n\r]/g, ''));
  const url = startsAnew ? parsed(text) : undefined;
  if (!url || !namesPrimary(url, here)) return text;
  return addressHere(url, here) ?? `${here.base}/netbackup/`;
};

export interface Redirection {
  readonly location?: string;
  /** Where the primary points to that is not itself: for a person to read, not for a client to follow. */
  readonly foreign?: string;
}

/**
 * A `Location`. Clients follow it by themselves and send their headers along, our key included, so a foreign one is no
 * `Location` any more.
 * @param uri the call that it answers
 */
export const locationHere = (text: string, uri: string, here: Here): Redirection => {
  const url = text.trim() === '' ? undefined : parsed(text, uri);
  if (!url) return {};
  const isOurs = namesPrimary(url, here);
  const address = isOurs ? addressHere(url, here) : url.href;
  if (address === undefined || address.length > MAX_ADDRESS) return {};
  return isOurs ? { location: address } : { foreign: address };
};
