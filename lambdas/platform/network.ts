import { isIP } from 'node:net';

/**
 * What identifies the client behind a source address: an IPv4 address, or the first 64 bits of an IPv6 address. A host chooses the
 * other 64 bits itself and changes them (RFC 8981), so a limit for each IPv6 address would have no effect.
 */
export const networkOf = (address: string): string => {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  if (isIP(address) !== 6) return address;
  const [before = '', after] = address.split('::').map((half) => half.split(':').filter(Boolean));
  const missing = after === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(missing).fill('0'), ...(after ?? [])];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
};

export const sameNetwork = (one: string, other: string): boolean => networkOf(one) === networkOf(other);
