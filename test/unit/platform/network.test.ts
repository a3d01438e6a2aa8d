import { networkOf, sameNetwork } from '../../../lambdas/platform/network.ts';

it.each([
  ['192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['2001:db8:1:2:3::', '2001:db8:1:2::/64'],
  ['::1', '0:0:0:0::/64'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['unknown', 'unknown'],
  ['', ''],
])('the network of %j is %s', (address, network) => {
  expect(networkOf(address)).toBe(network);
});

it('one host with two temporary addresses is one network, two sites are two', () => {
  expect(sameNetwork('2001:db8:1:2:aaaa::1', '2001:db8:1:2:bbbb::2')).toBe(true);
  expect(sameNetwork('2001:db8:1:2::1', '2001:db8:1:3::1')).toBe(false);
  expect(sameNetwork('192.0.2.7', '192.0.2.8')).toBe(false);
});
