/** The setting `oidc` as the functions get it; `lib/oidc-settings.ts` describes and checks it. */
import type { Reach, Scope } from '../rights.ts';

export interface Role extends Partial<Reach> {
  readonly role: string;
  readonly scopes: readonly Scope[];
}

export interface Oidc {
  readonly issuer: string;
  readonly audience: readonly string[];
  readonly audienceClaim: 'aud' | 'client_id';
  readonly jwksUri?: string;
  /** The client id of the console, a client without a secret. Without it nobody signs in at the provider. */
  readonly clientId?: string;
  /** The scopes that the console requests at sign-in. */
  readonly signInScopes?: string;
  readonly personClaim: string;
  readonly rolesClaim: string | readonly string[];
  readonly roles: readonly Role[];
}
