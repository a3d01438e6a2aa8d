import { createHash } from 'node:crypto';
import type { FetchJson } from '../../../../lambdas/http/people/discovery.ts';
import { createSignIn } from '../../../../lambdas/http/people/sign-in.ts';
import { createSigningKeys } from '../../../../lambdas/http/people/signing-keys.ts';
import { claimsFor, jwksOf, OIDC, signingKey, tokenOf } from '../../../support/access-tokens.ts';
import { fakeClock, fakeLog } from '../../../support/fakes.ts';

const KEY = signingKey('first');
const { issuer } = OIDC;
const DOCUMENT = {
  issuer,
  authorization_endpoint: `${issuer}/auth?tenant=a`,
  token_endpoint: `${issuer}/token`,
  jwks_uri: `${issuer}/keys`,
};

const setUp = (idToken?: string, document: object = DOCUMENT) => {
  const clock = fakeClock();
  const asked: string[] = [];
  const forms: unknown[] = [];
  const state = { isAway: false };
  const fetching: FetchJson = async (url, form) => {
    asked.push(url);
    if (state.isAway) throw new Error('away');
    if (form) forms.push(form);
    if (url.endsWith('/token')) return { id_token: idToken };
    return url.endsWith('/keys') ? jwksOf(KEY) : document;
  };
  const signIn = createSignIn({
    oidc: { ...OIDC, clientId: 'console' },
    signingKeys: createSigningKeys(OIDC, clock, fakeLog(), fetching),
    clock,
    callback: 'https://api.example.com/v1/sign-in/callback',
    fetching,
  });
  return { signIn, clock, asked, forms, state };
};

const PENDING = { state: 's', nonce: 'n', verifier: 'v' };
const claims = (change: Record<string, unknown> = {}) => claimsFor({ aud: 'console', nonce: 'n', ...change });
const finished = (given: Record<string, unknown>, header = { typ: 'JWT' }) =>
  setUp(tokenOf(KEY, given, header)).signIn.finish('code', PENDING);

it('sends the browser to the provider with a challenge, a state and a nonce of its own', async () => {
  const { signIn } = setUp();
  const [{ url, pending }, other] = [await signIn.begin(), await signIn.begin()];
  const { searchParams, origin, pathname } = new URL(url);
  expect(`${origin}${pathname}`).toBe(`${issuer}/auth`);
  expect(Object.fromEntries(searchParams)).toEqual({
    tenant: 'a',
    response_type: 'code',
    client_id: 'console',
    redirect_uri: 'https://api.example.com/v1/sign-in/callback',
    scope: 'openid profile email',
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: createHash('sha256').update(pending.verifier).digest('base64url'),
    code_challenge_method: 'S256',
  });
  expect(new Set([...Object.values(pending), ...Object.values(other.pending)]).size).toBe(6);
});

it('a code becomes a person with the role of the ID token', async () => {
  const { signIn, forms } = setUp(tokenOf(KEY, claims(), { typ: 'JWT' }));
  expect(await signIn.finish('code', PENDING)).toEqual({
    keyId: 'oidc:alice',
    scopes: ['inject'],
    groups: ['*'],
  });
  expect(forms).toEqual([
    {
      grant_type: 'authorization_code',
      code: 'code',
      redirect_uri: 'https://api.example.com/v1/sign-in/callback',
      client_id: 'console',
      code_verifier: 'v',
    },
  ]);
});

it.each<[string, Record<string, unknown>]>([
  ['of another sign-in', { nonce: 'other' }],
  ['without a nonce', { nonce: undefined }],
  ['for the API instead of the console', { aud: OIDC.audience[0] }],
  ['of another issuer', { iss: 'https://evil.example' }],
  ['that has expired', { exp: 1 }],
  ['that does not expire', { exp: undefined }],
  ['for another client among several', { aud: ['console', 'other'], azp: 'other' }],
  ['for several clients without a party', { aud: ['console', 'other'] }],
])('an ID token %s is refused', async (_, change) => {
  await expect(finished(claims(change))).rejects.toMatchObject({ status: 401 });
});

it('an ID token of another key, and none, are refused', async () => {
  const forged = setUp(tokenOf(signingKey('first'), claims(), { typ: 'JWT' }));
  await expect(forged.signIn.finish('code', PENDING)).rejects.toMatchObject({ status: 401 });
  await expect(setUp().signIn.finish('code', PENDING)).rejects.toMatchObject({ status: 401 });
});

it('who has no role is refused', async () => {
  await expect(finished(claims({ groups: ['strangers'] }))).rejects.toMatchObject({ status: 403 });
});

it('the endpoints are read again after ten minutes, and 30 seconds after a failure', async () => {
  const { signIn, clock, asked, state } = setUp();
  await signIn.begin();
  await signIn.begin();
  expect(asked).toHaveLength(1);
  clock.advance(10 * 60_000);
  state.isAway = true;
  for (const _ of [1, 2]) await expect(signIn.begin()).rejects.toThrow('away');
  expect(asked).toHaveLength(2);
  state.isAway = false;
  clock.advance(30_000);
  await signIn.begin();
  expect(asked).toHaveLength(3);
});

it.each<[string, object]>([
  ['of another issuer', { ...DOCUMENT, issuer: 'https://evil.example' }],
  ['without an endpoint', { ...DOCUMENT, token_endpoint: undefined }],
  ['with an endpoint over plain HTTP', { ...DOCUMENT, authorization_endpoint: 'http://login.example.com' }],
])('a discovery document %s is not used', async (_, document) => {
  await expect(setUp(undefined, document).signIn.begin()).rejects.toThrow('discovery document');
});
