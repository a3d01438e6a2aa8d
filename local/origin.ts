/**
 * Which requests a server on this machine answers: those to its own names that no page of another site sent. Otherwise a
 * web page could use it through a host name that resolves to this machine (DNS rebinding), or by a cross-site request.
 */
import type { IncomingMessage } from 'node:http';

/** The `host[:port]` of a Host header. Links are built from it, so nothing else may match. */
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i;

/** The host name of a Host header, in lower case and without brackets. Empty if the header is not valid. */
const nameOf = (host: string): string =>
  (AUTHORITY.exec(host)?.[1] ?? '').replace(/^\[|\]$/g, '').toLowerCase();

export interface Origin {
  /** The requested `host[:port]`, which only HTTP/1.0 may omit. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

/** Splits a request target in absolute form (`GET http://host/path`); other targets have no authority. */
export const splitTarget = (
  url: string,
): { readonly authority: string | undefined; readonly rest: string } => {
  const [, authority, rest = url] = /^https?:\/\/([^/?#]*)(.*)$/is.exec(url) ?? [];
  return { authority, rest };
};

/** The host of a target in absolute form takes precedence over the Host header (RFC 9112, 3.2.2). */
export const originOf = ({ headers, url = '/' }: IncomingMessage): Origin => ({
  host: splitTarget(url).authority ?? headers.host,
  origin: headers.origin,
  fetchSite: [headers['sec-fetch-site']].flat().join(),
});

/** Whether a page of another site sent the request. Only browsers send these headers. */
const isCrossSite = ({ host, origin, fetchSite }: Origin): boolean =>
  (origin !== undefined &&
    origin.replace(/^(https?|wss?):\/\//i, '').toLowerCase() !== host?.toLowerCase()) ||
  /cross-site|same-site/i.test(fetchSite ?? '');

/** The requests that a server answers. */
export interface Admission {
  /** Its host names, in lower case. */
  readonly names: ReadonlySet<string>;
  /** Origins of other sites that may call it. Absent: none. */
  readonly allowsOrigin?: (origin: string) => boolean;
}

/** Why a request is refused: its host is not a name of the server, or another site sent it. Undefined if it is allowed. */
export const refusedFor = (
  from: Origin,
  { names, allowsOrigin }: Admission,
): 'host' | 'origin' | undefined => {
  const { host, origin } = from;
  if (host !== undefined && !names.has(nameOf(host))) return 'host';
  if (origin !== undefined && allowsOrigin?.(origin)) return undefined;
  return isCrossSite(from) ? 'origin' : undefined;
};
