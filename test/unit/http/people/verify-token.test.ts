import type { FetchJson } from '../../../../lambdas/http/people/discovery.ts';
import type { Oidc } from '../../../../lambdas/http/people/oidc.ts';
import { createSigningKeys } from '../../../../lambdas/http/people/signing-keys.ts';
import { createPeople } from '../../../../lambdas/http/people/verify-token.ts';
import {
  claimsFor,
  hmacTokenOf,
  inSeconds,
  jwksOf,
  OIDC,
  signingKey,
  tokenOf,
  unsignedTokenOf,
} from '../../../support/access-tokens.ts';
import { fakeClock, fakeLog } from '../../../support/fakes.ts';

const KEY = signingKey('first');
const OTHER = signingKey('first');
const NEXT = signingKey('second');
const JWKS_URI = 'https://login.example.com/keys';

const setUp = (change: Partial<Oidc> = {}) => {
  const oidc = { ...OIDC, jwksUri: JWKS_URI, ...change };
  const provider = { keys: jwksOf(KEY), asked: [] as string[], isAway: false };
  const fetching: FetchJson = async (url) => {
    provider.asked.push(url);
    if (provider.isAway) throw new Error('away');
    return provider.keys;
  };
  const clock = fakeClock();
  const log = fakeLog();
  const people = createPeople(oidc, createSigningKeys(oidc, clock, log, fetching));
  return { people, provider, clock, log };
};

const refused = (why: string | RegExp, code = 'access-token-not-valid', status = 401) =>
  expect.objectContaining({
    status,
    code,
    message: typeof why === 'string' ? expect.stringContaining(why) : expect.stringMatching(why),
  });

const LIFE = { exp: inSeconds(3600) };

it.each<[string, string, string]>([
  ['is signed with another key of the same id', tokenOf(OTHER, claimsFor()), 'cannot be verified'],
  [
    'has no signature',
    unsignedTokenOf(claimsFor(), { alg: 'RS256', kid: 'first' }, 'AA'),
    'cannot be verified',
  ],
  [
    'has the algorithm none',
    unsignedTokenOf(claimsFor(), { alg: 'none', kid: 'first' }),
    'cannot be verified',
  ],
  [
    'has the algorithm none and a signature',
    unsignedTokenOf(claimsFor(), { alg: 'none', kid: 'first' }, 'AA'),
    'cannot be verified',
  ],
  ['is signed with HS256 and the public key', hmacTokenOf(KEY, claimsFor()), 'cannot be verified'],
  ['names another algorithm than its key', tokenOf(KEY, claimsFor(), { alg: 'RS512' }), 'cannot be verified'],
  [
    'has a key in its header',
    tokenOf(OTHER, claimsFor(), { jwk: jwksOf(OTHER).keys[0] }),
    'cannot be verified',
  ],
  ['has no key id', tokenOf(KEY, claimsFor(), { kid: undefined }), 'cannot be verified'],
  [
    'has changed claims',
    tokenOf(KEY, claimsFor()).replace(
      /\.[^.]+\./,
      `.${Buffer.from(JSON.stringify(claimsFor({ sub: 'bob' }))).toString('base64url')}.`,
    ),
    'cannot be verified',
  ],
  ['is of another issuer', tokenOf(KEY, claimsFor({ iss: 'https://evil.example.com' })), 'another issuer'],
  [
    'has an issuer with another ending',
    tokenOf(KEY, claimsFor({ iss: `${OIDC.issuer}/` })),
    'another issuer',
  ],
  ['has no issuer', tokenOf(KEY, claimsFor({ iss: undefined })), 'another issuer'],
  [
    'is for another audience',
    tokenOf(KEY, claimsFor({ aud: 'https://other.example.com' })),
    'another audience',
  ],
  ['has no audience', tokenOf(KEY, claimsFor({ aud: undefined })), 'another audience'],
  ['has an empty list of audiences', tokenOf(KEY, claimsFor({ aud: [] })), 'another audience'],
  ['has expired', tokenOf(KEY, claimsFor({ exp: inSeconds(-3600) })), 'expired'],
  ['does not expire', tokenOf(KEY, claimsFor({ exp: undefined })), 'does not expire'],
  [
    'has an expiry that is not a number',
    tokenOf(KEY, claimsFor({ exp: '9999999999' })),
    'cannot be verified',
  ],
  ['is not valid yet', tokenOf(KEY, claimsFor({ nbf: inSeconds(3600) })), 'not valid yet'],
  ['is an ID token by its type', tokenOf(KEY, claimsFor(), { typ: 'id_token+jwt' }), 'not an access token'],
  ['is an ID token of OpenID Connect', tokenOf(KEY, claimsFor({ at_hash: 'x' })), 'not an access token'],
  ['is an ID token of Cognito', tokenOf(KEY, claimsFor({ token_use: 'id' })), 'not an access token'],
  ['is an ID token of Keycloak', tokenOf(KEY, claimsFor({ typ: 'ID' })), 'not an access token'],
  ['is bound to a key', tokenOf(KEY, claimsFor({ cnf: { jkt: 'x' } })), 'bound to a key'],
  ['names nobody', tokenOf(KEY, claimsFor({ sub: undefined })), 'does not name a person'],
  ['is not a JWT', 'abc', 'cannot be verified'],
  ['is longer than the headers of a request', `${tokenOf(KEY, claimsFor())}${'A'.repeat(9_000)}`, 'too long'],
])('a token that %s is refused', async (_, token, why) => {
  await expect(setUp().people.identify(token)).rejects.toEqual(refused(why));
});

it('a refusal says nothing of the token, and how to authenticate', async () => {
  const refusal = setUp().people.identify(tokenOf(KEY, claimsFor({ aud: 'planted-audience' })));
  await expect(refusal).rejects.toMatchObject({
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    message: expect.not.stringContaining('planted'),
  });
});

it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
  ['at+jwt', {}, {}],
  ['JWT', {}, { typ: 'JWT' }],
  ['no type', {}, { typ: undefined }],
  ['several audiences', { aud: ['x', OIDC.audience[0]] }, {}],
  ['a provider whose clock is 10 s ahead', { nbf: inSeconds(10) }, {}],
])('accepts a token with %s', async (_, claims, header) => {
  const token = tokenOf(KEY, claimsFor({ ...LIFE, ...claims }), header);
  expect(await setUp().people.identify(token)).toEqual({
    keyId: 'oidc:alice',
    scopes: ['inject'],
    groups: ['*'],
  });
});

it("Cognito's access tokens have their audience in client_id", async () => {
  const { people } = setUp({ audienceClaim: 'client_id', audience: ['app'] });
  const claims = claimsFor({ aud: undefined, client_id: 'app', token_use: 'access' });
  expect(await people.identify(tokenOf(KEY, claims))).toMatchObject({ keyId: 'oidc:alice' });
  for (const change of [
    { client_id: 'other' },
    { client_id: undefined },
    { client_id: undefined, aud: 'app' },
  ])
    await expect(people.identify(tokenOf(KEY, { ...claims, ...change }))).rejects.toEqual(
      refused('another client'),
    );
  await expect(people.identify(tokenOf(KEY, { ...claims, token_use: 'id' }))).rejects.toEqual(
    refused('not an access token'),
  );
});

it('without a role that is configured: 403', async () => {
  const token = tokenOf(KEY, claimsFor({ groups: ['strangers'] }));
  await expect(setUp().people.identify(token)).rejects.toEqual(refused('no role', 'no-role', 403));
});

it('the keys are read with the first token, and again when one is signed with a new key', async () => {
  const { people, provider, clock } = setUp();
  expect(provider.asked).toEqual([]);
  for (let count = 0; count < 3; count++) await people.identify(tokenOf(KEY, claimsFor()));
  expect(provider.asked).toEqual([JWKS_URI]);

  provider.keys = jwksOf(KEY, NEXT);
  clock.advance(60_000);
  expect(await people.identify(tokenOf(NEXT, claimsFor()))).toMatchObject({ keyId: 'oidc:alice' });
  expect(provider.asked).toHaveLength(2);
});

it('a key that was replaced under the same id is used once it is read', async () => {
  const { people, provider, clock } = setUp();
  await people.identify(tokenOf(KEY, claimsFor()));
  provider.keys = jwksOf(OTHER);
  clock.advance(11 * 60_000);
  expect(await people.identify(tokenOf(OTHER, claimsFor()))).toMatchObject({ keyId: 'oidc:alice' });
  await expect(people.identify(tokenOf(KEY, claimsFor()))).rejects.toEqual(refused('cannot be verified'));
});

it('invented key ids, and texts that are not tokens of the provider, cost it one request in 30 s', async () => {
  const { people, provider, clock } = setUp();
  await expect(people.identify('abc')).rejects.toEqual(refused('cannot be verified'));
  const foreign = tokenOf(KEY, claimsFor({ iss: 'https://evil.example.com' }));
  await expect(people.identify(foreign)).rejects.toEqual(refused('another issuer'));
  expect(provider.asked).toHaveLength(0);

  await people.identify(tokenOf(KEY, claimsFor()));
  clock.advance(30_000);
  for (let count = 0; count < 50; count++) {
    const token = tokenOf(KEY, claimsFor(), { kid: `invented${count}` });
    await expect(people.identify(token)).rejects.toEqual(refused('unknown key'));
  }
  expect(provider.asked).toHaveLength(2);
});

it('while the provider is away: 503 without keys, and with them for a key that is not known', async () => {
  const { people, provider, clock, log } = setUp();
  const away = refused('cannot be read', 'identity-provider-unavailable', 503);
  provider.isAway = true;
  for (let count = 0; count < 3; count++)
    await expect(people.identify(tokenOf(KEY, claimsFor()))).rejects.toEqual(away);
  expect(provider.asked).toHaveLength(1);
  expect(log.codes()).toEqual(['identity-provider-unavailable']);

  clock.advance(10_000);
  await expect(people.identify(tokenOf(KEY, claimsFor()))).rejects.toMatchObject({
    headers: { 'retry-after': '20' },
  });
  clock.advance(20_000);
  provider.isAway = false;
  await people.identify(tokenOf(KEY, claimsFor()));

  provider.isAway = true;
  clock.advance(30_000);
  for (let count = 0; count < 2; count++)
    await expect(people.identify(tokenOf(NEXT, claimsFor()))).rejects.toEqual(away);
  await people.identify(tokenOf(KEY, claimsFor()));
});
