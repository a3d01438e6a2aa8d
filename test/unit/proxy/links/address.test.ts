import {
  namesOf,
  type ProxyAddress,
  primaryHostOf,
  rewriteLink,
  rewriteLocation,
} from '../../../../lambdas/proxy/links/address.ts';

const BASE = 'https://api.example.com/v1/groups/demo';
const here: ProxyAddress = { base: BASE, hosts: namesOf(['nbu1', 'nbu2.example.com']) };
const URI = '/netbackup/config/servers/vmservers?x=1';
const link = (text: string) => rewriteLink(text, URI, here);
const location = (text: string) => rewriteLocation(text, URI, here);

test.each([
  ['https://nbu1.example.com:1556/netbackup/admin/jobs?x=1', '/netbackup/admin/jobs?x=1'],
  ['https://another/netbackup/a', '/netbackup/a'],
  ['//another/netbackup/a', '/netbackup/a'],
  ['https://nbu1:8443/config/servers', '/netbackup/config/servers'],
  ['https://nbu2:8443/config/servers', '/netbackup/config/servers'],
  ['HTTPS://NBU1/x?page[limit]=5&f=a+b%27#c', '/netbackup/x?page[limit]=5&f=a+b%27#c'],
  ['http://nbu1', '/netbackup/'],
  ['/netbackup', '/netbackup'],
  ['/netbackup/a#b', '/netbackup/a#b'],
  ['/netbackups', '/netbackup/netbackups'],
  ['/admin/jobs/5738', '/netbackup/admin/jobs/5738'],
  ['https://user:password@evil.example.com/netbackup/a', '/netbackup/a'],
  [' \t/admin/jobs', '/netbackup/admin/jobs'],
  ['/netbackup/../a', '/netbackup/a'],
  ['/admin//evil.example.com', '/netbackup/admin//evil.example.com'],
  ['https://api.example.com/v1/groups/another/commands', '/netbackup/v1/groups/another/commands'],
  ['http://api.example.com.:443/v1/groups', '/netbackup/v1/groups'],
  ['https://api.example.com/v1/groups/demo/netbackup/a?b', '/netbackup/a?b'],
  ['https://api.example.com/v1/groups/demo/netbackup/../../another', '/netbackup/v1/groups/another'],
  ['https://api.example.com/v1/groups/demo/netbackups', '/netbackup/v1/groups/demo/netbackups'],
])('%j leads to us, in a body and in Location', (text, path) => {
  expect(link(text)).toBe(`${BASE}${path}`);
  expect(location(text)).toEqual({ location: `${BASE}${path}` });
});

test.each([
  ['https://idp.example.com/saml?SAMLRequest=x', 'https://idp.example.com/saml?SAMLRequest=x'],
  ['https://nbu/x', 'https://nbu/x'],
  ['https://nbu2.example.org/x', 'https://nbu2.example.org/x'],
  ['https://nbu1.evil.example.com/x', 'https://nbu1.evil.example.com/x'],
  ['https://evil.example.com/netbackups', 'https://evil.example.com/netbackups'],
  ['https://evil.example.com/x?/netbackup/', 'https://evil.example.com/x?/netbackup/'],
  ['https://nbu1@evil.example.com/x', 'https://nbu1@evil.example.com/x'],
  ['//evil.example.com', 'https://evil.example.com/'],
  [' \t//evil.example.com', 'https://evil.example.com/'],
  ['/\t/evil.example.com', 'https://evil.example.com/'],
  ['\\\\evil.example.com', 'https://evil.example.com/'],
  ['/\\evil.example.com', 'https://evil.example.com/'],
  ['http:\\\\evil.example.com', 'http://evil.example.com/'],
  ['http:/evil.example.com', 'http://evil.example.com/'],
  ['ht\ntp://evil.example.com', 'http://evil.example.com/'],
  ['ftp://nbu1/netbackup/a', 'ftp://nbu1/netbackup/a'],
  ['urn:x:y', 'urn:x:y'],
])('%j is foreign: it stays in a body, and is no Location', (text, foreign) => {
  expect(link(text)).toBe(text);
  expect(location(text)).toEqual({ foreign });
});

test.each([
  ['vc1', '/netbackup/config/servers/vc1'],
  ['?page=2', '/netbackup/config/servers/vmservers?page=2'],
  ['../../../../admin', '/netbackup/admin'],
  // Relative to an https page, as in browsers.
  ['https:evil.example.com', '/netbackup/config/servers/evil.example.com'],
])('the relative Location %j is resolved against the uri of the call', (text, path) => {
  expect(location(text)).toEqual({ location: `${BASE}${path}` });
});

test.each([
  ['../../../another/commands', '/netbackup/another/commands'],
  ['../%2e%2e/.%2E/../admin', '/netbackup/admin'],
  ['..\\..\\..\\..\\v1\\groups', '/netbackup/v1/groups'],
  ['./..\t/../../x?y#z', '/netbackup/x?y#z'],
  ['x/..%2f..%2f..%2f..%2fgroups', '/netbackup/'],
])('the relative link %j cannot leave the group', (text, path) => {
  expect(link(text)).toBe(`${BASE}${path}`);
});

test.each(['', 'jobs/5', '?page=2', '#x', ' jobs/5', '../servers', './x'])(
  '%j is the same from here as from there',
  (text) => {
    expect(link(text)).toBe(text);
  },
);

test.each(['', '  ', 'https://', 'http://[x', 'https://a b/', `https://idp/${'é'.repeat(1_000)}`])(
  'a Location of %j is left out',
  (text) => {
    expect(location(text)).toEqual({});
    expect(link(text)).toBe(text);
  },
);

test.each([
  'https://evil.example.com/netbackup/..%2f..%2f..%2fv1%2fgroups',
  '/x%2f..%5c..%5cadmin',
  '/netbackup/%252e%252e/admin',
  '/netbackup/a%0d%0ab',
])('%s would be refused here: no Location, and no link to it', (text) => {
  expect(location(text)).toEqual({});
  expect(link(text)).toBe(`${BASE}/netbackup/`);
});

test.each([
  ['https://nbu1:1556/netbackup/x', 'nbu1'],
  ['https://NBU1/netbackup', 'nbu1'],
  ['https://nbu1/x', undefined],
  ['/netbackup/x', undefined],
  ['ftp://nbu1/netbackup', undefined],
  [`https://${'a'.repeat(254)}/netbackup`, undefined],
  ['https://[/netbackup', undefined],
])('%s tells the name %s', (text, host) => {
  expect(primaryHostOf(text)).toBe(host);
});
