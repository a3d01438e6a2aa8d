/** Verifies access tokens: signature, issuer, audience, expiry and kind. */

import {
  JwtExpiredError,
  JwtInvalidAudienceError,
  JwtNotBeforeError,
  KidNotFoundInJwksError,
} from 'aws-jwt-verify/error';
import { decomposeUnverifiedJwt } from 'aws-jwt-verify/jwt';
import { JwtVerifier } from 'aws-jwt-verify/jwt-verifier';
import { HttpProblem } from '../../platform/errors.ts';
import type { Principal } from '../rights.ts';
import type { Oidc } from './oidc.ts';
import { type Claims, personOf } from './person.ts';
import { tokenNotValid } from './problems.ts';
import type { SigningKeys } from './signing-keys.ts';

/** The tolerance for clocks that differ. */
const GRACE_SECONDS = 30;
/** API Gateway's limit of all headers is 10 240 bytes. */
const MAX_LENGTH = 8_192;

/** RFC 9068, 4 demands `at+jwt`; most providers send `JWT`. */
const TYPES = ['jwt', 'at+jwt', 'application/at+jwt'];

/** Why a signed token is not an access token for this API; undefined if it is one. */
const refusalOf = ({ audience, audienceClaim }: Oidc, header: Claims, claims: Claims): string | undefined => {
  if (typeof claims['exp'] !== 'number') return 'It does not expire.';
  const { typ = 'JWT' } = header;
  if (!TYPES.includes(String(typ).toLowerCase())) return 'It is not an access token.';
  // ID tokens of OpenID Connect, of Cognito and of Keycloak.
  const isIdToken = 'at_hash' in claims || 'c_hash' in claims || claims['typ'] === 'ID';
  if (isIdToken || (claims['token_use'] ?? 'access') !== 'access') return 'It is not an access token.';
  // RFC 7800: the caller would have to prove that it has a key.
  if ('cnf' in claims) return 'It is bound to a key, which this API cannot check.';
  if (audienceClaim === 'client_id' && !audience.includes(String(claims['client_id'])))
    return 'It is for another client.';
  return undefined;
};

/** The reason for a token that the library refuses. It never contains a part of the token. */
const reasonOf = (error: unknown): string => {
  if (error instanceof JwtExpiredError) return 'It has expired.';
  if (error instanceof JwtNotBeforeError) return 'It is not valid yet.';
  if (error instanceof JwtInvalidAudienceError) return 'It is for another audience.';
  if (error instanceof KidNotFoundInJwksError) return 'It is signed with an unknown key.';
  return 'It is not a JWT, or its signature cannot be verified.';
};

export interface People {
  /** The issuer, whose tokens are never forwarded to NetBackup. */
  readonly issuer: string;
  /** The person who has an access token. @throws HttpProblem 401, 403, 503 */
  identify(token: string): Promise<Principal>;
}

/** Why a signed token is refused; undefined if it is not. */
type Refuses = (header: Claims, claims: Claims) => string | undefined;

/** @returns a function that verifies a token of the issuer. It throws HttpProblem 401, 503 */
export const createVerifier = (
  { issuer, audience }: { readonly issuer: string; readonly audience: readonly string[] | null },
  signingKeys: SigningKeys,
): ((token: string, refuses: Refuses) => Promise<Claims>) => {
  const verifier = JwtVerifier.create({
    issuer,
    audience: audience && [...audience],
    // Not used, because the keys are passed to the library.
    jwksUri: `${issuer}/`,
    graceSeconds: GRACE_SECONDS,
  });
  let given: unknown;

  /** @throws an error of the library */
  const verified = (
    token: string,
    keys: Parameters<typeof verifier.cacheJwks>[0],
    refuses: Refuses,
  ): Claims => {
    if (keys !== given) verifier.cacheJwks(keys);
    given = keys;
    let refusal: string | undefined;
    const claims = verifier.verifySync(token, {
      customJwtCheck: ({ header, payload }) => {
        refusal = refuses({ ...header }, payload);
      },
    });
    if (refusal !== undefined) throw tokenNotValid(refusal);
    return claims;
  };

  const claimsOf = async (token: string, refuses: Refuses): Promise<Claims> => {
    // A token of another issuer must not cause a request to the provider.
    if (decomposeUnverifiedJwt(token).payload.iss !== issuer)
      throw tokenNotValid('It is from another issuer.');
    const keys = await signingKeys.current();
    try {
      return verified(token, keys, refuses);
    } catch (error) {
      const newer = error instanceof KidNotFoundInJwksError ? await signingKeys.newer() : undefined;
      if (!newer) throw error;
      return verified(token, newer, refuses);
    }
  };

  return async (token, refuses) => {
    if (token.length > MAX_LENGTH) throw tokenNotValid('It is too long.');
    try {
      return await claimsOf(token, refuses);
    } catch (error) {
      if (error instanceof HttpProblem) throw error;
      throw tokenNotValid(reasonOf(error));
    }
  };
};

export const createPeople = (oidc: Oidc, signingKeys: SigningKeys): People => {
  const { issuer, audienceClaim } = oidc;
  const audience = audienceClaim === 'aud' ? oidc.audience : null;
  const claimsOf = createVerifier({ issuer, audience }, signingKeys);
  return {
    issuer,
    identify: async (token) =>
      personOf(oidc, await claimsOf(token, (header, claims) => refusalOf(oidc, header, claims))),
  };
};
