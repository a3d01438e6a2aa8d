/** Reads the metadata of an identity provider (OpenID Connect Discovery 1.0, 4). */
import { MINUTE_MS } from '../../platform/clock.ts';
import { tokenNotValid } from './problems.ts';

const TIMEOUT_MS = 10_000;
/** What the provider said is read again after this time: a key that it has withdrawn is refused then. */
export const FRESH_MS = 10 * MINUTE_MS;
/**
 * How long the provider is not asked again. Anybody can begin a sign-in, and invent the key id of a token: neither must make every
 * request a request to the provider.
 */
export const COOL_DOWN_MS = 30_000;

/** @throws Error without a JSON response */
export type FetchJson = (url: string, form?: Readonly<Record<string, string>>) => Promise<unknown>;

/** The error code of the token endpoint (RFC 6749, 5.2). */
const refusalIn = async (response: Response): Promise<unknown> =>
  ((await response.json().catch(() => null)) as { readonly error?: unknown } | null)?.error;

/** Sends a form, or reads. A redirect, which would leave the configured host, is refused. @throws HttpProblem 401 for a refused code */
export const fetchJson: FetchJson = async (url, form) => {
  const response = await fetch(url, {
    headers: { accept: 'application/json' },
    redirect: 'error',
    signal: AbortSignal.timeout(TIMEOUT_MS),
    ...(form && { method: 'POST', body: new URLSearchParams(form) }),
  });
  if (response.ok) return response.json();
  const refusal = form && (await refusalIn(response));
  if (refusal === 'invalid_grant') throw tokenNotValid('The provider refuses the code.');
  throw new Error(`${url} responded with ${[response.status, refusal].join(' ').trim()}`);
};

type Endpoint = 'jwks_uri' | 'authorization_endpoint' | 'token_endpoint';

const isSecure = (url: string, issuer: string): boolean =>
  URL.canParse(url) && (new URL(url).protocol === 'https:' || new URL(issuer).protocol === 'http:');

/** Reads the discovery document. @returns the URL of each of these endpoints. @throws Error */
export const discover = async <Name extends Endpoint>(
  fetching: FetchJson,
  issuer: string,
  names: readonly Name[],
): Promise<Readonly<Record<Name, string>>> => {
  const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const document = (await fetching(url)) as Readonly<Record<string, unknown>> | null;
  if (document?.['issuer'] !== issuer) throw new Error('The discovery document belongs to another issuer.');
  const found = names.map((name) => {
    const endpoint = document[name];
    if (typeof endpoint !== 'string' || !isSecure(endpoint, issuer))
      throw new Error(`The discovery document has no usable ${name}.`);
    return [name, endpoint] as const;
  });
  return Object.fromEntries(found) as Record<Name, string>;
};
