import { HttpProblem } from '../../platform/errors.ts';
import { problemOf } from '../errors.ts';

/** @param why one sentence, without anything of the token */
export const tokenNotValid = (why: string) =>
  new HttpProblem(401, 'access-token-not-valid', `The access token is not valid. ${why}`, {
    // RFC 6750, 3.
    'www-authenticate': 'Bearer error="invalid_token"',
  });

export const noRole = () => problemOf('403 no-role');

/** @param seconds until the provider is asked again */
export const providerUnavailable = (seconds: number) =>
  problemOf('503 identity-provider-unavailable', { 'retry-after': String(seconds) });
