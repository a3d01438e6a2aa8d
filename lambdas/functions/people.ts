/** Apart from the other dependencies: the library that verifies tokens belongs only to functions with HTTP requests. */
import type { Oidc } from '../http/people/oidc.ts';
import { createSignIn, type SignIn } from '../http/people/sign-in.ts';
import { createSigningKeys } from '../http/people/signing-keys.ts';
import { createPeople, type People } from '../http/people/verify-token.ts';
import { countingRejectedPeople, type Rejections } from '../http/rejections.ts';
import { optionalJson } from '../platform/environment.ts';
import type { Log } from '../platform/logger.ts';
import { clock } from './dependencies.ts';

/** The people of the setting `oidc`, if it is set. Nothing is fetched before the first token. */
export const peopleOf = (log: Log, rejections: Pick<Rejections, 'count'>): People | undefined => {
  const oidc = optionalJson<Oidc>('OIDC');
  if (!oidc) return undefined;
  return countingRejectedPeople(createPeople(oidc, createSigningKeys(oidc, clock, log)), rejections);
};

/** How people sign in to the console at the provider, if it has a client for that. */
export const signInOf = (apiUrl: string, log: Log): SignIn | undefined => {
  const oidc = optionalJson<Oidc>('OIDC');
  if (oidc?.clientId === undefined) return undefined;
  return createSignIn({
    oidc: { ...oidc, clientId: oidc.clientId },
    signingKeys: createSigningKeys(oidc, clock, log),
    clock,
    callback: `${apiUrl}/v1/sign-in/callback`,
  });
};
