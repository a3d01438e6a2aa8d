/** Under which name a request may come, and from which page. Pure. */
import { Problem } from '../../../lambdas/platform/errors.ts';

/** `host[:port]`, as a Host header has it; nothing else may get into a link. */
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::\d{1,5})?$/i;

/** The name in a Host header, in lower case and without brackets. Empty for what is none. */
const nameOf = (host: string): string =>
  (AUTHORITY.exec(host)?.[1] ?? '').replace(/^\[|\]$/g, '').toLowerCase();

export interface Origin {
  /** The Host header; only HTTP/1.0 may do without. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

/** Whether a page of another site made the browser ask. What is not a browser sends neither header. */
const isCrossSite = ({ host, origin, fetchSite }: Origin): boolean =>
  (origin !== undefined && origin.replace(/^https?:\/\//i, '').toLowerCase() !== host?.toLowerCase()) ||
  fetchSite === 'cross-site' ||
  fetchSite === 'same-site';

/**
 * A web page must not act with our key: neither by a name of its own that leads to this address (DNS rebinding), nor by
 * asking this address from elsewhere.
 * @param names in lower case
 * @throws Problem 403, 421
 */
export const checkOrigin = (from: Origin, names: ReadonlySet<string>): void => {
  const { host } = from;
  if (host !== undefined && !names.has(nameOf(host))) {
    const detail = `This tunnel is not known by the name ${JSON.stringify(host.slice(0, 255))}. Start it with --name for each further name.`;
    throw new Problem(421, 'host-not-known', detail);
  }
  if (isCrossSite(from)) {
    const detail = 'Pages of other sites may not call NetBackup through this tunnel.';
    throw new Problem(403, 'origin-not-allowed', detail);
  }
};
