import dns from 'node:dns';

/**
 * Makes names lead to an address of this machine, whatever DNS says: those of custom domains. The sockets of Node.js and
 * of the AWS SDK are opened with `dns.lookup`.
 */
export function resolveNames({ names, address }) {
  const { lookup } = dns;
  dns.lookup = (name, ...rest) =>
    lookup(names.includes(String(name).toLowerCase()) ? address : name, ...rest);
}
