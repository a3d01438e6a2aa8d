import { grantRefusal } from '../../../../lambdas/http/keys/granting.ts';
import { isWithin } from '../../../../lambdas/http/rights.ts';

const ALL = ['*'];

it.each([
  [['berlin'], ALL, true],
  [ALL, ALL, true],
  [['berlin'], ['berlin', 'tokyo'], true],
  [['berlin', 'tokyo'], ['berlin'], false],
  [ALL, ['berlin'], false],
])('I-13 a key for %j is within one for %j: %s', (groups, own, expected) => {
  expect(isWithin({ groups }, { groups: own })).toBe(expected);
});

const own = { groups: ['berlin', 'tokyo'], addresses: ['10.0.0.0/8', '2001:db8::/32'], expiresAt: 1_000 };
const wanted = { groups: ['berlin'], addresses: ['10.1.0.0/16'], expiresAt: 1_000 };

it.each([
  ['a part of its groups, addresses and time', wanted],
  ['the same', own],
  ['an IPv6 range within its own', { ...wanted, addresses: ['2001:db8:1::/48'] }],
  ['an IPv4 range within its own, as IPv6', { ...wanted, addresses: ['::ffff:a01:0/112'] }],
])('a key may grant %s', (_, key) => {
  expect(grantRefusal(own, key)).toBeUndefined();
});

it.each([
  ['another group', { ...wanted, groups: ['berlin', 'paris'] }, /groups/],
  ['all groups', { ...wanted, groups: ALL }, /groups/],
  ['other addresses', { ...wanted, addresses: ['10.0.0.0/8', '192.0.2.0/24'] }, /addresses/],
  ['a range around its own', { ...wanted, addresses: ['10.0.0.0/7'] }, /addresses/],
  ['an IPv6 range with all of IPv4', { ...wanted, addresses: ['::ffff:a00:0/8'] }, /addresses/],
  ['any address', { groups: wanted.groups, expiresAt: 1_000 }, /addresses/],
  ['a longer life', { ...wanted, expiresAt: 1_001 }, /expire/],
  ['no expiry', { groups: wanted.groups, addresses: wanted.addresses }, /expire/],
])('a key may not grant %s', (_, key, why) => {
  expect(grantRefusal(own, key)).toMatch(why);
});

it('a key for all of IPv4 may not grant IPv6 too', () => {
  const all = { groups: ALL, addresses: ['0.0.0.0/0'] };
  expect(grantRefusal(all, { groups: ALL })).toMatch(/addresses/);
  expect(grantRefusal({ groups: ALL, addresses: ['0.0.0.0/0', '::/0'] }, { groups: ALL })).toBeUndefined();
});

it('a key without limits may grant everything', () => {
  expect(grantRefusal({ groups: ALL }, { groups: ALL })).toBeUndefined();
});
