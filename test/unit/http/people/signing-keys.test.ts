import { createSigningKeys } from '../../../../lambdas/http/people/signing-keys.ts';
import { jwksOf, signingKey } from '../../../support/access-tokens.ts';
import { fakeClock, fakeLog } from '../../../support/fakes.ts';

const ISSUER = 'https://login.example.com/realms/one';
const DISCOVERY = `${ISSUER}/.well-known/openid-configuration`;
const JWKS_URI = 'https://keys.example.com/jwks';
const JWKS = jwksOf(signingKey('first'));

const setUp = (documents: Record<string, unknown> = {}, issuer = ISSUER) => {
  const answers: Record<string, unknown> = {
    [DISCOVERY]: { issuer: ISSUER, jwks_uri: JWKS_URI },
    [JWKS_URI]: JWKS,
    ...documents,
  };
  const asked: string[] = [];
  const clock = fakeClock();
  const log = fakeLog();
  const keys = createSigningKeys({ issuer }, clock, log, async (url) => {
    asked.push(url);
    if (!(url in answers)) throw new Error(`nothing at ${url}`);
    return answers[url];
  });
  return { keys, asked, clock, log, answers };
};

it('the discovery document of the issuer says where the keys are', async () => {
  const { keys, asked } = setUp();
  expect(await keys.current()).toEqual(JWKS);
  expect(asked).toEqual([DISCOVERY, JWKS_URI]);
});

it('an issuer may end with a slash', async () => {
  const issuer = `${ISSUER}/`;
  const { keys } = setUp({ [DISCOVERY]: { issuer, jwks_uri: JWKS_URI } }, issuer);
  expect(await keys.current()).toEqual(JWKS);
});

it.each<[string, Record<string, unknown>]>([
  ['is of another issuer', { [DISCOVERY]: { issuer: 'https://evil.example.com', jwks_uri: JWKS_URI } }],
  ['has no keys', { [DISCOVERY]: { issuer: ISSUER } }],
  ['has keys over plain HTTP', { [DISCOVERY]: { issuer: ISSUER, jwks_uri: 'http://keys.example.com/jwks' } }],
  ['is null', { [DISCOVERY]: null }],
  ['leads to something else', { [JWKS_URI]: { keys: 'none' } }],
  ['leads to an empty answer', { [JWKS_URI]: null }],
])('a discovery document that %s is not used', async (_, documents) => {
  const { keys, log } = setUp(documents);
  await expect(keys.current()).rejects.toMatchObject({ status: 503, headers: { 'retry-after': '30' } });
  expect(log.codes()).toEqual(['identity-provider-unavailable']);
});

it('keys are used for ten minutes, or for an hour while the provider does not answer', async () => {
  const { keys, asked, clock, answers } = setUp();
  await keys.current();
  clock.advance(10 * 60_000 - 1);
  await keys.current();
  expect(asked).toHaveLength(2);
  clock.advance(1);
  await keys.current();
  expect(asked).toHaveLength(4);

  delete answers[DISCOVERY];
  clock.advance(59 * 60_000);
  expect(await keys.current()).toEqual(JWKS);
  clock.advance(60_000);
  await expect(keys.current()).rejects.toMatchObject({ status: 503 });
});

it('newer keys are asked for once in 30 s', async () => {
  const { keys, clock } = setUp();
  await keys.current();
  expect(await keys.newer()).toBeUndefined();
  clock.advance(30_000);
  expect(await keys.newer()).toEqual(JWKS);
  expect(await keys.newer()).toBeUndefined();
});
