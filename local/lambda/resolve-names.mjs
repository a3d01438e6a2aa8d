import dns from 'node:dns';

/**
 * Makes the names of custom domains lead to an address of this machine, overriding DNS. The sockets of Node.js and
 * of the AWS SDK are opened with `dns.lookup`.
 */
export function resolveNames({ names, address }) {
  const { lookup } = dns;
  dns.lookup = (name, ...rest) =>
    lookup(names.includes(String(name).toLowerCase()) ? address : name, ...rest);
}
