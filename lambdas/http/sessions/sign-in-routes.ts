/** `/v1/sign-in`: how people can sign in to the console, and the redirects to and from the identity provider. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HttpProblem } from '../../platform/errors.ts';
import type { Env } from '../app.ts';
import { problemOf } from '../errors.ts';
import { nameOf } from '../people/person.ts';
import { providerUnavailable } from '../people/problems.ts';
import type { SignIn } from '../people/sign-in.ts';
import type { Rejections } from '../rejections.ts';
import { jsonResponse, openRoute } from '../route.ts';
import { NO_PENDING_COOKIE, pendingCookie, pendingIn, returnToSchema } from './pending-sign-in.ts';
import { beginSession, type SessionsRoutesContext } from './sessions-routes.ts';

export interface SignInRoutesContext extends SessionsRoutesContext {
  /** Set with `oidc.clientId`. */
  readonly signIn: SignIn | undefined;
  readonly rejections: Pick<Rejections, 'count'>;
}

const offerSchema = z
  .object({
    apiKey: z.literal(true).openapi({ description: 'POST /v1/session.' }),
    oidc: z
      .object({ issuer: z.string() })
      .optional()
      .openapi({ description: 'GET /v1/sign-in/oidc, in a browser.' }),
  })
  .openapi('SignInOffer');

const RETRY_S = 30;

/** Why somebody was not signed in; the console has a text for each. */
type Reason = 'expired' | 'refused' | 'no-role' | 'unavailable' | 'failed';

const reasonOf = (error: unknown): Reason => {
  if (!(error instanceof HttpProblem) || error.status === 503) return 'unavailable';
  return error.status === 403 ? 'no-role' : 'failed';
};

/** From the callback to a path below the console: relative, since a base path mapping or a proxy may have another path. */
const toConsole = (request: Context<Env>, path: string) => {
  request.header('set-cookie', NO_PENDING_COOKIE, { append: true });
  request.header('referrer-policy', 'no-referrer');
  return request.redirect(`../..${path}`, 303);
};

export const signInRoutes = (app: OpenAPIHono<Env>, context: SignInRoutesContext): void => {
  const { signIn, log, rejections } = context;

  openRoute(
    app,
    {
      method: 'get',
      path: '/v1/sign-in',
      operationId: 'getSignIn',
      tags: ['Sessions'],
      summary: 'How people can sign in to the console',
      errors: [],
      responses: {
        200: jsonResponse('The ways to sign in.', offerSchema, {
          apiKey: true,
          oidc: { issuer: 'https://login.example.com/realms/backup' },
        }),
      },
    },
    (request) =>
      request.json({ apiKey: true as const, ...(signIn && { oidc: { issuer: signIn.issuer } }) }, 200),
  );

  openRoute(
    app,
    {
      method: 'get',
      path: '/v1/sign-in/oidc',
      operationId: 'beginSignIn',
      tags: ['Sessions'],
      summary: 'Sign in at the identity provider',
      description: 'For a browser. The provider sends it back to `/v1/sign-in/callback`.',
      errors: ['400 request-not-valid', '404 sign-in-not-offered', '503 identity-provider-unavailable'],
      request: { query: z.object({ returnTo: returnToSchema }).strict() },
      responses: {
        302: { description: 'Redirects to the identity provider.' },
      },
    },
    async (request) => {
      if (!signIn) throw problemOf('404 sign-in-not-offered');
      const { returnTo } = request.req.valid('query');
      const begun = await signIn.begin().catch((error: unknown) => {
        log.error('identity-provider-unavailable', error);
        throw providerUnavailable(RETRY_S);
      });
      request.header('set-cookie', pendingCookie({ ...begun.pending, returnTo }));
      request.header('referrer-policy', 'no-referrer');
      return request.redirect(begun.url, 302);
    },
  );

  const finish = async (
    request: Context<Env>,
    { code, state }: { readonly code?: string | undefined; readonly state?: string | undefined },
  ): Promise<Reason | { readonly returnTo: string }> => {
    const pending = pendingIn(request.req.header('cookie'));
    if (!signIn || !pending || state !== pending.state) return 'expired';
    if (code === undefined) return 'refused';
    try {
      const principal = await signIn.finish(code, pending);
      const name = nameOf(principal);
      const person = { issuer: signIn.issuer, principal };
      await beginSession(
        context,
        request,
        { principal, name, person },
        { action: 'finishSignIn', status: 303 },
      );
      return pending;
    } catch (error) {
      const reason = reasonOf(error);
      if (reason === 'failed') rejections.count('token');
      if (!(error instanceof HttpProblem)) log.error('identity-provider-unavailable', error);
      return reason;
    }
  };

  openRoute(
    app,
    {
      method: 'get',
      path: '/v1/sign-in/callback',
      operationId: 'finishSignIn',
      tags: ['Sessions'],
      summary: 'The redirect back from the identity provider',
      description:
        'For a browser. If the person could not be signed in, it leads to the sign-in page of the console, with the reason in its query (`signIn`): `expired`, `refused`, `no-role`, `unavailable` or `failed`.',
      errors: ['400 request-not-valid'],
      request: {
        query: z.object({
          code: z.string().max(4096).optional(),
          state: z.string().max(512).optional(),
          error: z.string().optional(),
        }),
      },
      responses: {
        303: { description: 'Redirects to the console, signed in or with a reason.' },
      },
    },
    async (request) => {
      const { code, state } = request.req.valid('query');
      const end = await finish(request, { code, state });
      return toConsole(request, typeof end === 'string' ? `/console/?signIn=${end}` : end.returnTo);
    },
  );
};
