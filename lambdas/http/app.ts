/** The common parts of the two HTTP apps: authorization, problems, and which groups a caller may see. */
import { randomUUID } from 'node:crypto';
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { allowedBy } from '../connections/allowed-addresses.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import { HttpProblem } from '../platform/errors.ts';
import type { Log } from '../platform/logger.ts';
import { problemOf } from './errors.ts';
import type { Keys } from './keys-store.ts';
import { bearerOf } from './people/bearer.ts';
import type { People } from './people/verify-token.ts';
import { problemBody, problemHeaders } from './problem-details.ts';
import type { Rejections } from './rejections.ts';
import { hasScope, maySee, type Principal, type Scope } from './rights.ts';
import { sessionOf } from './sessions/session-cookie.ts';
import type { Sessions } from './sessions/sessions-store.ts';

export interface Env {
  /** The Lambda adapter's event; absent when a test calls the app directly. */
  Bindings: { readonly requestContext?: { readonly http?: { readonly sourceIp?: string } } };
  Variables: { key: Principal; trackingId: string };
}

const unauthorized = () => problemOf('401 api-key-missing-or-invalid');
const credentialMissing = () =>
  new HttpProblem(
    401,
    'api-key-missing-or-invalid',
    'Send a valid API key in the x-api-key header, or an access token in Authorization: Bearer.',
    { 'www-authenticate': 'Bearer' },
  );

const sessionEnded = () => problemOf('401 session-ended');

/** The same response for a group that does not exist and for one that the key may not see (I-13). */
export const groupNotFound = (groupId: string) =>
  new HttpProblem(
    404,
    'group-not-found',
    `The group ${JSON.stringify(groupId)} does not exist, or this key may not see it.`,
  );

export const scopeMissing = (scope: Scope) =>
  new HttpProblem(403, 'scope-missing', `This key lacks the scope ${JSON.stringify(scope)}.`);

export const internalError = () => problemOf('500 internal-error');

/** @param trackingId of the request in the log */
const problemResponse = (problem: HttpProblem, trackingId: string): Response =>
  new Response(JSON.stringify({ ...problemBody(problem), trackingId }), {
    status: problem.status,
    headers: problemHeaders(problem),
  });

/** Zod's issues in one sentence. */
const explain = (error: z.core.$ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'request'}: ${message}`).join('; ');

export const notValid = (error: z.core.$ZodError) =>
  new HttpProblem(400, 'request-not-valid', explain(error));

/** The problem for an error; undefined for an unexpected error. */
export const asProblem = (error: Error): HttpProblem | undefined => {
  if (error instanceof HttpProblem) return error;
  // Hono throws it for a body that is not valid JSON.
  return error instanceof HTTPException && error.status < 500
    ? new HttpProblem(error.status, 'request-not-readable', error.message)
    : undefined;
};

/** @param rejections notes requests that match no route */
export const createApp = (log: Log, rejections?: Pick<Rejections, 'count'>): OpenAPIHono<Env> => {
  const app = new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw notValid(result.error);
    },
  });
  app.use(async (context, next) => {
    context.set('trackingId', randomUUID());
    await next();
  });
  app.notFound((context) => {
    rejections?.count('route');
    return problemResponse(
      new HttpProblem(404, 'not-found', `No route matches ${context.req.path}.`),
      context.get('trackingId'),
    );
  });
  app.onError((error, context) => {
    const trackingId = context.get('trackingId');
    const problem = asProblem(error);
    if (problem) return problemResponse(problem, trackingId);
    log.error('request-failed', error, {
      trackingId,
      method: context.req.method,
      route: context.req.routePath,
    });
    return problemResponse(internalError(), trackingId);
  });
  return app;
};

/** The credentials of a request before it is authorized. */
export interface Caller {
  /** The text in place of the API key. */
  readonly text: string;
  /** The text in place of an access token. Ignored if there is an API key. */
  readonly token?: string | undefined;
  /** The cookie of a session, if there is no other credential. */
  readonly session?: string | undefined;
  readonly sourceIp: string | undefined;
  readonly groupId: string | undefined;
}

export interface AuthorizeContext {
  readonly keys: Keys;
  readonly groups: Pick<GroupsStore, 'get'>;
  /** Set with the setting `oidc`. */
  readonly people?: People | undefined;
  readonly sessions: Sessions;
}

/** @throws HttpProblem 401, 403, 503 */
const principalOf = async (
  { keys, people, sessions }: AuthorizeContext,
  { text, token, session }: Caller,
): Promise<Principal> => {
  if (session !== undefined) {
    const owner = await sessions.principalOf(session);
    if (!owner) throw sessionEnded();
    return owner;
  }
  if (people && text === '') {
    if (token === undefined) throw credentialMissing();
    return people.identify(token);
  }
  const key = await keys.verify(text);
  if (!key) throw unauthorized();
  return key;
};

/** Reads the group only for its labels, where these decide. */
const isVisible = async (
  { groups }: AuthorizeContext,
  principal: Principal,
  groupId: string,
): Promise<boolean> => {
  if (principal.labels === undefined) return maySee(principal, { groupId });
  // Before the path was validated: DynamoDB refuses to read an id that is too long.
  if (!groupIdSchema.safeParse(groupId).success) return false;
  const group = await groups.get(groupId);
  return group !== undefined && maySee(principal, group);
};

/** The key or person of a caller, if valid, allowed to see the group and with this scope. @throws HttpProblem 401, 403, 404, 503 */
export const authorize = async (
  context: AuthorizeContext,
  caller: Caller,
  scope: Scope,
): Promise<Principal> => {
  const { sourceIp = '', groupId } = caller;
  const key = await principalOf(context, caller);
  if (!allowedBy(key.addresses ?? [])(sourceIp))
    throw new HttpProblem(
      403,
      'address-not-allowed',
      `This key may not be used from ${sourceIp || 'this address'}.`,
    );
  // Before the scope: a 403 would reveal that a group of another key exists.
  if (groupId !== undefined && !(await isVisible(context, key, groupId))) throw groupNotFound(groupId);
  if (!hasScope(key, scope)) throw scopeMissing(scope);
  return key;
};

/** The address of the caller, as API Gateway sees it. */
export const sourceIpOf = (context: Context<Env>): string | undefined =>
  context.env.requestContext?.http?.sourceIp;

/** Authorizes a request by its `x-api-key`, its access token or, without both, its session. */
export const requireScope =
  (authorizing: AuthorizeContext, scope: Scope): MiddlewareHandler<Env> =>
  async (context, next) => {
    const header = (name: string) => context.req.header(name);
    const text = header('x-api-key') ?? '';
    const token = bearerOf(header('x-authorization')) ?? bearerOf(header('authorization'));
    const isWithout = text === '' && token === undefined;
    const caller = {
      text,
      token,
      session: isWithout ? sessionOf({ method: context.req.method, header }) : undefined,
      sourceIp: sourceIpOf(context),
      groupId: context.req.param('groupId'),
    };
    context.set('key', await authorize(authorizing, caller, scope));
    await next();
  };

/** The key that {@link requireScope} authorized. */
export const keyOf = (context: Context<Env>): Principal => context.get('key');

export const groupIdSchema = z
  .string()
  // A URL path cannot contain a segment of one or two dots.
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -, and not . or ..')
  .openapi({ param: { name: 'groupId', in: 'path' }, example: 'demo' });

/** The path parameter of every operation on a group. */
export const groupParams = z.object({ groupId: groupIdSchema });
