import { HttpProblem } from '../../platform/errors.ts';

/** @param why one sentence, without anything of the token */
export const tokenNotValid = (why: string) =>
  new HttpProblem(401, 'access-token-not-valid', `The access token is not valid. ${why}`, {
    // RFC 6750, 3.
    'www-authenticate': 'Bearer error="invalid_token"',
  });

export const noRole = () =>
  new HttpProblem(403, 'no-role', 'The access token has no role that may use this API.');

/** @param seconds until the provider is asked again */
export const providerUnavailable = (seconds: number) =>
  new HttpProblem(
    503,
    'identity-provider-unavailable',
    'The access token cannot be checked, because the keys of the identity provider cannot be read.',
    { 'retry-after': String(seconds) },
  );
