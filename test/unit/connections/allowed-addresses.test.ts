import { allowedBy } from '../../../lambdas/connections/allowed-addresses.ts';

it('an empty list allows all addresses', () => {
  expect(['192.0.2.1', '2001:db8::1', ''].map(allowedBy([]))).toEqual([true, true, true]);
});

describe('a list allows only its ranges', () => {
  const allowed = allowedBy(['10.0.0.0/8', '192.0.2.7', '2001:db8::/32', '::1']);
  it.each([
    ['10.0.0.0', true],
    ['10.255.255.255', true],
    ['11.0.0.0', false],
    ['9.255.255.255', false],
    ['192.0.2.7', true],
    ['192.0.2.8', false],
    ['2001:db8:ffff:ffff:ffff:ffff:ffff:ffff', true],
    ['2001:DB8::1', true],
    ['2001:db9::', false],
    ['::1', true],
    ['::2', false],
    ['::ffff:10.1.2.3', true],
    ['::ffff:11.1.2.3', false],
    ['fe80::1%eth0', false],
    ['', false],
    ['host.example.com', false],
    ['10.0.0.0/8', false],
  ])('%j: %s', (address, expected) => {
    expect(allowed(address)).toBe(expected);
  });
});

it('0.0.0.0/0 contains all IPv4 addresses, and no IPv6 address', () => {
  expect(['203.0.113.9', '2001:db8::1'].map(allowedBy(['0.0.0.0/0']))).toEqual([true, false]);
});

// Number() converts the last prefixes to 0 or 8.
it.each([
  '',
  'localhost',
  '10.0.0.0/33',
  '2001:db8::/129',
  '10.0.0.0/x',
  '10.0.0.0/ ',
  '10.0.0.0/0x8',
  '10.0.0.0/8/8',
])('rejects the invalid CIDR %j', (cidr) => {
  expect(() => allowedBy([cidr])).toThrow();
});
