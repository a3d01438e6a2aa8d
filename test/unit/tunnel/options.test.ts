import { addressesOf, isReachable, mappingsOf, nameIn } from '../../../bin/nbwss/tunnel/options.ts';
import { namesOf } from '../../../local/host-names.ts';

test.each([
  ['1556', [{ host: '127.0.0.1', port: 1556 }]],
  [
    '127.0.0.3:1556,443',
    [
      { host: '127.0.0.3', port: 1556 },
      { host: '127.0.0.3', port: 443 },
    ],
  ],
  ['[::1]:1556', [{ host: '::1', port: 1556 }]],
  ['primary.example.com:0', [{ host: 'primary.example.com', port: 0 }]],
])('--listen %s', (text, expected) => {
  expect(addressesOf(text)).toEqual(expected);
});

test.each([
  '',
  'localhost',
  '127.0.0.1:',
  '127.0.0.1:x',
  ':1556',
  '1556,',
  '::1:1556',
  '[1.2.3.4]:1',
  '1:70000',
  '1,,2',
])('--listen %j is refused', (text) => {
  expect(() => addressesOf(text)).toThrow(/host:port|not a port/);
});

test('--map names the group', () => {
  expect(mappingsOf('demo=127.0.0.1:1556,443')).toEqual([
    { groupId: 'demo', host: '127.0.0.1', port: 1556 },
    { groupId: 'demo', host: '127.0.0.1', port: 443 },
  ]);
  for (const text of ['demo', '=127.0.0.1:1', '../x=1', '..=1', 'a b=1'])
    expect(() => mappingsOf(text)).toThrow('GROUP=host:port');
});

test('--name is a name or an address', () => {
  expect(['Primary.Example.com', '192.0.2.1', '2001:db8::1', 'a_b'].map(nameIn)).toEqual([
    'primary.example.com',
    '192.0.2.1',
    '2001:db8::1',
    'a_b',
  ]);
  for (const text of ['', 'a:1', 'a b', '-a', 'a/b', 'https://a', '\u001b'])
    expect(() => nameIn(text)).toThrow('not a host name');
});

test('a wildcard address has all host names of the machine', () => {
  const machine = () => ({ hostname: 'Box', addresses: ['192.0.2.7', 'fe80::1%eth0', '2001:DB8::7'] });
  expect(namesOf(['127.0.0.3'], ['nbu'], machine)).toEqual([
    'nbu',
    'localhost',
    '127.0.0.1',
    '::1',
    '127.0.0.3',
  ]);
  expect(namesOf(['0.0.0.0'], [], machine)).toEqual([
    'localhost',
    '127.0.0.1',
    '::1',
    'box',
    '192.0.2.7',
    '2001:db8::7',
  ]);
});

test('isReachable is false for loopback only', () => {
  const open = ['0.0.0.0', '::', '192.0.2.7', 'primary.example.com'];
  for (const host of open) expect(isReachable({ host, port: 1 })).toBe(true);
  for (const host of ['127.0.0.1', '127.9.9.9', '::1', 'localhost'])
    expect(isReachable({ host, port: 1 })).toBe(false);
});
