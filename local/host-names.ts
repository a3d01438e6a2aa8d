/** The host names of a server. Pure, except for the machine's own names. */
import { isIPv6 } from 'node:net';
import { hostname, networkInterfaces } from 'node:os';

/** An address or a host name in the form for URLs. */
export const urlHost = (host: string): string => (isIPv6(host) ? `[${host}]` : host);

export const isWildcard = (host: string): boolean => host === '0.0.0.0' || host === '::';

/** Whether only this machine can reach the address. */
export const isLoopback = (host: string): boolean => /^(127\.|::1$|localhost$)/i.test(host);

interface Machine {
  readonly hostname: string;
  readonly addresses: readonly string[];
}

const thisMachine = (): Machine => ({
  hostname: hostname(),
  addresses: Object.values(networkInterfaces()).flatMap((all = []) => all.map(({ address }) => address)),
});

/**
 * All host names and addresses of a server in lower case, for Host headers and certificates.
 * @param hosts the addresses that it listens on
 * @param given additional names
 */
export const namesOf = (
  hosts: readonly string[],
  given: readonly string[],
  machine: () => Machine = thisMachine,
): string[] => {
  const names = new Set([...given.map((name) => name.toLowerCase()), 'localhost', '127.0.0.1', '::1']);
  for (const host of hosts) {
    const own = machine();
    const served = isWildcard(host) ? [own.hostname, ...own.addresses] : [host];
    // Addresses with a zone are only valid on this machine.
    for (const name of served) if (!name.includes('%')) names.add(name.toLowerCase());
  }
  return [...names];
};
