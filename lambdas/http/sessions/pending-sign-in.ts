/** What a browser stores while the person signs in at the identity provider: a cookie of ten minutes. Pure. */
import { z } from '@hono/zod-openapi';
import type { PendingSignIn } from '../people/sign-in.ts';
import { cookieNamed } from './session-cookie.ts';

const NAME = '__Host-nbwss-sign-in';
const SECONDS = 600;
/** Lax: the redirect back comes from the provider, which is another site. */
const ATTRIBUTES = 'Path=/; Secure; HttpOnly; SameSite=Lax';

/** Only a path below the console, and nothing that a browser reads as another host or as a path outside the console. */
const VIEW = /^\/console\/(?!.*\.\.)[A-Za-z0-9._~!$&'()*+,;=:@%/?-]{0,500}$/;
export const returnToSchema = z
  .string()
  .regex(VIEW, 'must be a path below /console/')
  .default('/console/')
  .openapi({ description: 'The view to show afterwards.', example: '/console/problems' });

const schema = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  returnTo: returnToSchema,
});
export type Pending = PendingSignIn & { readonly returnTo: string };

export const pendingCookie = (pending: Pending): string =>
  `${NAME}=${Buffer.from(JSON.stringify(pending)).toString('base64url')}; ${ATTRIBUTES}; Max-Age=${SECONDS}`;

export const NO_PENDING_COOKIE = `${NAME}=; ${ATTRIBUTES}; Max-Age=0`;

/** Undefined if there is none, or it is not what {@link pendingCookie} wrote. @param cookies the header Cookie */
export const pendingIn = (cookies: string | undefined): Pending | undefined => {
  const value = cookieNamed(NAME, cookies);
  if (!value) return undefined;
  try {
    return schema.parse(JSON.parse(Buffer.from(value, 'base64url').toString()));
  } catch {
    return undefined;
  }
};
