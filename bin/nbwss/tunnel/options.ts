/** Where the tunnel listens, and by which names it may be called. Pure, but for the machine's own names. */
import { isIP, isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { groupIdSchema } from '../../../lambdas/http/app.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A group at one address. */
export interface Mapping extends Address {
  readonly groupId: string;
}

/** An address or a name as it stands in a URL. */
export const inUrl = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

const portOf = (text: string): number => {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new Error(`${JSON.stringify(text)} is no port.`);
  return port;
};

/**
 * `[host:]port[,port…]`; on loopback where no host is given.
 * @throws Error in one sentence
 */
export const addressesOf = (text: string): Address[] => {
  const [, bracketed, name, ports = ''] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?([\d,]+)$/.exec(text) ?? [];
  const host = bracketed ?? name ?? '127.0.0.1';
  if (ports === '' || (bracketed !== undefined && isIP(bracketed) !== 6))
    throw new Error('Give host:port, such as 127.0.0.1:1556 or [::1]:1556; several ports by commas.');
  return ports.split(',').map((port) => ({ host, port: portOf(port) }));
};

/** `GROUP=[host:]port[,port…]`. @throws Error in one sentence */
export const mappingsOf = (text: string): Mapping[] => {
  const mark = text.indexOf('=');
  const groupId = text.slice(0, Math.max(0, mark));
  if (!groupIdSchema.safeParse(groupId).success)
    throw new Error('Give GROUP=host:port, such as demo=127.0.0.1:1556.');
  return addressesOf(text.slice(mark + 1)).map((address) => ({ groupId, ...address }));
};

/** A name or an address that may stand in a Host header. @throws Error in one sentence */
export const nameIn = (text: string): string => {
  const name = text.toLowerCase();
  if (
    isIP(name) ||
    /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(name)
  )
    return name;
  throw new Error(`${JSON.stringify(text)} is no host name; give it without a port.`);
};

export const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';
const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/i.test(host);

/** Whether others than this machine reach it. */
export const isReachable = ({ host }: Address): boolean => !isLoopback(host);

interface Machine {
  readonly hostname: string;
  readonly addresses: readonly string[];
}

const thisMachine = (): Machine => ({
  hostname: hostname(),
  addresses: Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)),
});

/** All names and addresses that lead here, in lower case: for Host headers, and for the certificate. */
export const namesOf = (
  hosts: readonly string[],
  given: readonly string[],
  machine: () => Machine = thisMachine,
): string[] => {
  const names = new Set([...given, 'localhost', '127.0.0.1', '::1']);
  for (const host of hosts) {
    const own = machine();
    const served = isWildcard(host) ? [own.hostname, ...own.addresses] : [host];
    // The zone of a link-local address means something on this machine only.
    for (const name of served) if (!name.includes('%')) names.add(name.toLowerCase());
  }
  return [...names];
};
