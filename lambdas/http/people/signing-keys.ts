/** The public keys of the identity provider, fetched when a token needs them. */
import { assertIsJwks, type Jwks } from 'aws-jwt-verify/jwk';
import { type Clock, HOUR_MS } from '../../platform/clock.ts';
import type { Log } from '../../platform/logger.ts';
import { COOL_DOWN_MS, discover, type FetchJson, FRESH_MS, fetchJson } from './discovery.ts';
import type { Oidc } from './oidc.ts';
import { providerUnavailable } from './problems.ts';

/** While the provider does not answer, its last keys are used for this long. */
const USABLE_MS = HOUR_MS;

export interface SigningKeys {
  /** @throws HttpProblem 503 */
  current(): Promise<Jwks>;
  /** For a key id that {@link current} does not have; undefined if the provider was asked just now. @throws HttpProblem 503 */
  newer(): Promise<Jwks | undefined>;
}

/** Keys for one execution environment. Requests with API keys never need them. */
export const createSigningKeys = (
  { issuer, jwksUri }: Pick<Oidc, 'issuer' | 'jwksUri'>,
  clock: Clock,
  log: Log,
  fetching: FetchJson = fetchJson,
): SigningKeys => {
  let known: { readonly keys: Jwks; readonly readAt: number } | undefined;
  let askedAt = Number.NEGATIVE_INFINITY;
  let hasFailed = false;
  const ageOfKeys = () => (known ? clock() - known.readAt : Number.POSITIVE_INFINITY);
  const isCooling = () => clock() - askedAt < COOL_DOWN_MS;
  const unavailable = () =>
    providerUnavailable(Math.max(1, Math.ceil((askedAt + COOL_DOWN_MS - clock()) / 1000)));

  /** If it fails, the keys that are known are kept. */
  const read = async (): Promise<void> => {
    askedAt = clock();
    try {
      const keys = await fetching(jwksUri ?? (await discover(fetching, issuer, ['jwks_uri'])).jwks_uri);
      assertIsJwks(keys as never);
      known = { keys: keys as Jwks, readAt: clock() };
      hasFailed = false;
    } catch (error) {
      hasFailed = true;
      log.error('identity-provider-unavailable', error);
    }
  };

  return {
    async current() {
      if (ageOfKeys() >= FRESH_MS && !isCooling()) await read();
      if (!known || ageOfKeys() >= USABLE_MS) throw unavailable();
      return known.keys;
    },
    async newer() {
      const mayAsk = !isCooling();
      if (mayAsk) await read();
      if (hasFailed) throw unavailable();
      return mayAsk ? known?.keys : undefined;
    },
  };
};
