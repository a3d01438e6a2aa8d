/** Checks the Host, Origin and Sec-Fetch-Site headers of a request. Pure. */
import { Problem } from '../../../lambdas/platform/errors.ts';

/** The `host[:port]` of a Host header. Links are made of it, so nothing else may match. */
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i;

/** The host name of a Host header, in lower case and without brackets. Empty if the header is not valid. */
const nameOf = (host: string): string =>
  (AUTHORITY.exec(host)?.[1] ?? '').replace(/^\[|\]$/g, '').toLowerCase();

export interface Origin {
  /** The Host header, which only HTTP/1.0 may omit. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

/** Whether a page of another site sent the request. Only browsers send these headers. */
const isCrossSite = ({ host, origin, fetchSite }: Origin): boolean =>
  (origin !== undefined && origin.replace(/^https?:\/\//i, '').toLowerCase() !== host?.toLowerCase()) ||
  fetchSite === 'cross-site' ||
  fetchSite === 'same-site';

/**
 * A web page must not use our key: neither through a host name that resolves to this address (DNS rebinding), nor by a
 * cross-site request.
 * @param names in lower case
 * @throws Problem 403, 421
 */
export const checkOrigin = (from: Origin, names: ReadonlySet<string>): void => {
  const { host } = from;
  if (host !== undefined && !names.has(nameOf(host))) {
    const detail = `${JSON.stringify(host.slice(0, 255))} is not a host name of this tunnel. Start the tunnel with --name for each additional name.`;
    throw new Problem(421, 'host-not-known', detail);
  }
  if (isCrossSite(from)) {
    const detail = 'Pages of other sites may not call NetBackup through this tunnel.';
    throw new Problem(403, 'origin-not-allowed', detail);
  }
};
