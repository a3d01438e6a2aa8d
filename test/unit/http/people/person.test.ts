import { bearerOf } from '../../../../lambdas/http/people/bearer.ts';
import { personOf } from '../../../../lambdas/http/people/person.ts';
import { containsTokenOf } from '../../../../lambdas/platform/access-token.ts';
import { claimsFor, OIDC, unsignedTokenOf } from '../../../support/access-tokens.ts';

it.each<[string, unknown, object]>([
  [
    'the first in the configuration, not the first of the token',
    ['auditors', 'operators'],
    { groups: ['*'] },
  ],
  ['a role by labels', ['acme'], { scopes: ['admin'], groups: [], labels: { customer: 'acme' } }],
  ['a role beside unknown ones', ['x', 'auditors'], { scopes: ['read'], groups: ['berlin'] }],
  ['a text with blanks, as in scope', 'openid auditors', { scopes: ['read'] }],
])('the rights are those of one role: %s', (_, groups, rights) => {
  expect(personOf(OIDC, claimsFor({ groups }))).toMatchObject(rights);
});

it.each([
  [undefined],
  [[]],
  ['auditors2'],
  [['Auditors']],
  [[['auditors']]],
  [{ auditors: true }],
  [null],
  [['constructor', 'toString']],
])('a claim without a configured role gives nothing: %j', (groups) => {
  expect(() => personOf(OIDC, claimsFor({ groups }))).toThrow(expect.objectContaining({ status: 403 }));
});

it('the path to a claim leads into objects, and not to what every object has', () => {
  const keycloak = { ...OIDC, rolesClaim: ['realm_access', 'roles'] };
  const claims = claimsFor({ realm_access: { roles: ['auditors'] } });
  expect(personOf(keycloak, claims)).toMatchObject({ scopes: ['read'] });
  for (const rolesClaim of [
    ['realm_access', 'other'],
    ['sub', 'length'],
    ['constructor', 'name'],
  ])
    expect(() => personOf({ ...OIDC, rolesClaim }, claims)).toThrow(expect.objectContaining({ status: 403 }));
});

it('another claim can name the person', () => {
  const byMail = { ...OIDC, personClaim: 'email' };
  expect(personOf(byMail, claimsFor({ email: 'a@example.com' })).keyId).toBe('oidc:a@example.com');
});

it.each(['auth0|5f7c', 'x'.repeat(255), 'a/b+c=d-e_f:g'])('a person can be called %s', (sub) => {
  expect(personOf(OIDC, claimsFor({ sub })).keyId).toBe(`oidc:${sub}`);
});

it.each(['', ' ', 'a b', 'a\nb', '\u001b[31m', 'ä', 'x'.repeat(256), 7, null, ['alice']])(
  'a name that logs and terminals cannot show safely is refused: %j',
  (sub) => {
    expect(() => personOf(OIDC, claimsFor({ sub }))).toThrow(expect.objectContaining({ status: 401 }));
  },
);

it.each([
  ['Bearer abc', 'abc'],
  ['bearer  abc ', 'abc'],
  ['Bearer', undefined],
  ['Bearer a b', undefined],
  ['Basic abc', undefined],
  [undefined, undefined],
])('the token of %j is %j', (header, token) => {
  expect(bearerOf(header)).toBe(token);
});

const TOKEN = unsignedTokenOf(claimsFor(), { alg: 'none' }, 'AA');

it.each([
  [TOKEN, true],
  [`Bearer ${TOKEN}`, true],
  [`{"token":"${TOKEN}"}`, true],
  [`/netbackup/x?token=${TOKEN.split('.')[1]}`, true],
  [unsignedTokenOf(claimsFor({ iss: 'https://netbackup.example.com' }), { alg: 'none' }), false],
  ['eyJ-not-json-not-json', false],
  [`ey${Buffer.from('null').toString('base64url')}`, false],
  ['', false],
])('a token of the issuer is recognised: %j', (text, expected) => {
  expect(containsTokenOf(OIDC.issuer, text)).toBe(expected);
});
