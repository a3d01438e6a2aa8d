/** Parses the tunnel's addresses and host names. Pure, except for the machine's own names. */
import { isIP, isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';
import { groupIdSchema } from '../../../lambdas/http/app.ts';

export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A group offered at an address. */
export interface Mapping extends Address {
  readonly groupId: string;
}

/** An address or a host name in the form for URLs. */
export const urlHost = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

const portOf = (text: string): number => {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new Error(`${JSON.stringify(text)} is not a port.`);
  return port;
};

/** `[host:]port[,port…]`; the default host is loopback. @throws Error */
export const addressesOf = (text: string): Address[] => {
  const [, bracketed, name, ports = ''] = /^(?:(?:\[([^\]]+)\]|([^:[\]]+)):)?([\d,]+)$/.exec(text) ?? [];
  const host = bracketed ?? name ?? '127.0.0.1';
  if (ports === '' || (bracketed !== undefined && isIP(bracketed) !== 6))
    throw new Error('Give host:port, such as 127.0.0.1:1556 or [::1]:1556; separate ports with commas.');
  return ports.split(',').map((port) => ({ host, port: portOf(port) }));
};

/** `GROUP=[host:]port[,port…]`. @throws Error */
export const mappingsOf = (text: string): Mapping[] => {
  const separator = text.indexOf('=');
  const groupId = text.slice(0, Math.max(0, separator));
  if (!groupIdSchema.safeParse(groupId).success)
    throw new Error('Give GROUP=host:port, such as demo=127.0.0.1:1556.');
  return addressesOf(text.slice(separator + 1)).map((address) => ({ groupId, ...address }));
};

/** A host name or address for --name. @throws Error */
export const nameIn = (text: string): string => {
  const name = text.toLowerCase();
  if (
    isIP(name) ||
    /^(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(name)
  )
    return name;
  throw new Error(`${JSON.stringify(text)} is not a host name. Give it without a port.`);
};

export const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';
const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/i.test(host);

/** Whether other machines can reach it. */
export const isReachable = ({ host }: Address): boolean => !isLoopback(host);

interface Machine {
  readonly hostname: string;
  readonly addresses: readonly string[];
}

const thisMachine = (): Machine => ({
  hostname: hostname(),
  addresses: Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)),
});

/** All host names and addresses of the tunnel in lower case, for Host headers and the certificate. */
export const namesOf = (
  hosts: readonly string[],
  given: readonly string[],
  machine: () => Machine = thisMachine,
): string[] => {
  const names = new Set([...given, 'localhost', '127.0.0.1', '::1']);
  for (const host of hosts) {
    const own = machine();
    const served = isWildcard(host) ? [own.hostname, ...own.addresses] : [host];
    // Addresses with a zone are only valid on this machine.
    for (const name of served) if (!name.includes('%')) names.add(name.toLowerCase());
  }
  return [...names];
};
