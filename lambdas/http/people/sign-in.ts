/** People sign in at the provider: the authorization code flow with PKCE, as a client without a secret (RFC 7636, RFC 9700). */
import { createHash } from 'node:crypto';
import type { Clock } from '../../platform/clock.ts';
import { secret } from '../../platform/ids.ts';
import type { Principal } from '../rights.ts';
import { COOL_DOWN_MS, discover, type FetchJson, FRESH_MS, fetchJson } from './discovery.ts';
import type { Oidc } from './oidc.ts';
import { type Claims, personOf } from './person.ts';
import { tokenNotValid } from './problems.ts';
import type { SigningKeys } from './signing-keys.ts';
import { createVerifier } from './verify-token.ts';

/** What the browser stores while the person signs in at the provider. */
export interface PendingSignIn {
  readonly state: string;
  readonly nonce: string;
  /** PKCE: the provider gets its digest. */
  readonly verifier: string;
}

export interface SignIn {
  readonly issuer: string;
  /** The URL for the browser, and what it stores. @throws Error when the provider cannot be read */
  begin(): Promise<{ readonly url: string; readonly pending: PendingSignIn }>;
  /** The person that a code stands for. @throws HttpProblem 401, 403, 503; Error when the provider refuses the code, or cannot be read */
  finish(code: string, pending: PendingSignIn): Promise<Principal>;
}

const SCOPES = 'openid profile email';

const digestOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

/** Why a signed token is not the ID token of this sign-in (OpenID Connect Core 1.0, 3.1.3.7). */
const refusalOf = (clientId: string, claims: Claims, nonce: string): string | undefined => {
  const { aud, azp, nonce: given, exp } = claims;
  if (typeof exp !== 'number') return 'It does not expire.';
  if (given !== nonce) return 'It belongs to another sign-in.';
  if ((Array.isArray(aud) && aud.length > 1) || azp !== undefined)
    return azp === clientId ? undefined : 'It is for another client.';
  return undefined;
};

const ENDPOINTS = ['authorization_endpoint', 'token_endpoint'] as const;
type Endpoints = Readonly<Record<(typeof ENDPOINTS)[number], string>>;

/** The endpoints of the provider, read when they are first needed. */
const endpointsOf = (issuer: string, fetching: FetchJson, clock: Clock): (() => Promise<Endpoints>) => {
  let known: { readonly endpoints: Promise<Endpoints>; readonly until: number } | undefined;
  return () => {
    if (known && clock() < known.until) return known.endpoints;
    const endpoints = discover(fetching, issuer, ENDPOINTS);
    const read = { endpoints, until: clock() + FRESH_MS };
    known = read;
    endpoints.catch(() => {
      if (known === read) known = { endpoints, until: clock() + COOL_DOWN_MS };
    });
    return endpoints;
  };
};

export interface SignInContext {
  readonly oidc: Oidc & { readonly clientId: string };
  readonly signingKeys: SigningKeys;
  readonly clock: Clock;
  /** The URL of this API to which the provider sends the browser back. */
  readonly callback: string;
  readonly fetching?: FetchJson;
}

export const createSignIn = ({
  oidc,
  signingKeys,
  clock,
  callback,
  fetching = fetchJson,
}: SignInContext): SignIn => {
  const { issuer, clientId, signInScopes = SCOPES } = oidc;
  const claimsOf = createVerifier({ issuer, audience: [clientId] }, signingKeys);
  const endpoints = endpointsOf(issuer, fetching, clock);
  return {
    issuer,
    async begin() {
      const { authorization_endpoint: endpoint } = await endpoints();
      const pending = { state: secret(), nonce: secret(), verifier: secret() };
      const url = new URL(endpoint);
      const query = {
        response_type: 'code',
        client_id: clientId,
        redirect_uri: callback,
        scope: signInScopes,
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: digestOf(pending.verifier),
        code_challenge_method: 'S256',
      };
      for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
      return { url: url.href, pending };
    },
    async finish(code, { nonce, verifier }) {
      const { token_endpoint: endpoint } = await endpoints();
      const tokens = (await fetching(endpoint, {
        grant_type: 'authorization_code',
        code,
        redirect_uri: callback,
        client_id: clientId,
        code_verifier: verifier,
      })) as { readonly id_token?: unknown } | null;
      if (typeof tokens?.id_token !== 'string') throw tokenNotValid('The provider sent no ID token.');
      return personOf(
        oidc,
        await claimsOf(tokens.id_token, (_, claims) => refusalOf(clientId, claims, nonce)),
      );
    },
  };
};
