import { ConfigError, readConfig } from '../../lib/config.ts';

const OIDC = {
  issuer: 'https://login.example.com',
  audience: ['https://nbwss.example.com'],
  rolesClaim: 'groups',
  roles: [{ role: 'operators', scopes: ['inject'], groups: ['*'] }],
};
const read = (change: object) => readConfig({ nbwss: { oidc: { ...OIDC, ...change } } });

test('what is not said has its default; lists can be texts', () => {
  expect(read({ audience: 'a,b' }).oidc).toEqual({
    ...OIDC,
    audience: ['a', 'b'],
    audienceClaim: 'aud',
    personClaim: 'sub',
  });
  expect(readConfig({ nbwss: { oidc: null } }).oidc).toBeUndefined();
});

test.each([
  'https://login.example.com/realms/one',
  'http://127.0.0.1:8080',
  'http://localhost:3000/op',
  'http://[::1]:3000',
])('the issuer can be %s', (issuer) => {
  expect(read({ issuer }).oidc?.issuer).toBe(issuer);
});

const role = (change: object) => ({ roles: [{ ...OIDC.roles[0], ...change }] });

test.each<[string, object, RegExp]>([
  ['an issuer over plain HTTP', { issuer: 'http://login.example.com' }, /oidc\.issuer must be an https URL/],
  [
    'an issuer on a host that only begins like loopback',
    { issuer: 'http://127.0.0.1.evil.com' },
    /oidc\.issuer/,
  ],
  ['an issuer that is not a URL', { issuer: 'login.example.com' }, /oidc\.issuer/],
  ['an issuer with a query', { issuer: 'https://login.example.com/?a=b' }, /oidc\.issuer/],
  ['an issuer with a user', { issuer: 'https://a:b@login.example.com' }, /oidc\.issuer/],
  ['keys over plain HTTP', { jwksUri: 'http://login.example.com/keys' }, /oidc\.jwksUri/],
  ['no issuer', { issuer: undefined }, /oidc\.issuer must be a URL/],
  ['no audience', { audience: [] }, /oidc\.audience/],
  ['an audience that is nothing', { audience: undefined }, /oidc\.audience/],
  ['another claim for the audience', { audienceClaim: 'azp' }, /must be aud or client_id/],
  ['no claim of roles', { rolesClaim: undefined }, /oidc\.rolesClaim/],
  ['no role', { roles: [] }, /oidc\.roles/],
  ['a role without groups and labels', role({ groups: undefined }), /must have either groups or labels/],
  ['a role with groups and labels', role({ labels: { a: 'b' } }), /must have either groups or labels/],
  ['a role with no label', role({ groups: undefined, labels: {} }), /must have one label or more/],
  ['a role without scopes', role({ scopes: [] }), /oidc\.roles\.0\.scopes/],
  ['an unknown scope', role({ scopes: ['root'] }), /must be read, command, inject or admin/],
  ['a group that cannot exist', role({ groups: ['a b'] }), /must be a group id, or \* for all/],
  ['an unknown member', { clientSecret: 'x' }, /has no setting "clientSecret"/],
  [
    'more than the environment of a function holds',
    { audience: Array(7).fill('x'.repeat(250)) },
    /must have 1300/,
  ],
])('%s is refused', (_, change, why) => {
  expect(() => read(change)).toThrow(ConfigError);
  expect(() => read(change)).toThrow(why);
});
