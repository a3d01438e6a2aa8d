import { BlockList, isIP } from 'node:net';

/** Whether an address is in one of these CIDRs (IPv4 or IPv6). An empty list allows every address. @throws Error for an invalid CIDR */
export const allowedBy = (cidrs: readonly string[]): ((address: string) => boolean) => {
  if (cidrs.length === 0) return () => true;
  const list = new BlockList();
  for (const cidr of cidrs) {
    const [network = '', prefix = '', ...rest] = cidr.split('/');
    const family = isIP(network);
    // Number() converts a blank to 0, which would allow all addresses.
    if (family === 0 || !/^\d{0,3}$/.test(prefix) || rest.length > 0)
      throw new Error(`${cidr} is not a valid CIDR.`);
    const bits = prefix === '' ? (family === 4 ? 32 : 128) : Number(prefix);
    list.addSubnet(network, bits, family === 4 ? 'ipv4' : 'ipv6');
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 4 ? 'ipv4' : 'ipv6');
  };
};
