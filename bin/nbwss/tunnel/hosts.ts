/** Who may be meant by a request, and who may have made it. Pure. */
import { isIPv6 } from 'node:net';
import { type Answer, problem } from './answer.ts';

/** `host[:port]`, as a Host header has it; nothing else may get into a link. */
const AUTHORITY = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i;

/** The name in a Host header, in lower case and without brackets. Undefined for what is none. */
export const nameOf = (authority: string): string | undefined => {
  const name = AUTHORITY.exec(authority)?.[1];
  return name?.replace(/^\[|\]$/g, '').toLowerCase();
};

/** An address or a name as it stands in a URL. */
export const inUrl = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

export interface Asked {
  /** The Host header; only HTTP/1.0 may do without. */
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
}

/** Whether a page of another site made the browser ask. What is not a browser sends neither header. */
const isForeign = ({ host, origin, fetchSite }: Asked): boolean =>
  (origin !== undefined && origin.replace(/^https?:\/\//i, '').toLowerCase() !== host?.toLowerCase()) ||
  fetchSite === 'cross-site' ||
  fetchSite === 'same-site';

/**
 * A web page must not act with our key: neither by a name of its own that leads to this address (DNS rebinding), nor by
 * asking this address from elsewhere.
 * @param names in lower case
 */
export const refusalOf = (asked: Asked, names: ReadonlySet<string>): Answer | undefined => {
  const { host } = asked;
  if (host !== undefined && !names.has(nameOf(host) ?? '')) {
    const detail = `This tunnel is not known by the name ${JSON.stringify(host.slice(0, 255))}. Start it with --name for each further name.`;
    return problem(421, 'host-not-known', detail);
  }
  if (isForeign(asked)) {
    return problem(
      403,
      'origin-not-allowed',
      'Pages of other sites may not call NetBackup through this tunnel.',
    );
  }
  return undefined;
};
