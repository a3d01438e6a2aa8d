/** What the two HTTP apps have in common: who calls, how refusals look, which groups a caller sees. */
import { randomUUID } from 'node:crypto';
import { OpenAPIHono, z } from '@hono/zod-openapi';
import type { Context, MiddlewareHandler } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { Problem } from '../platform/errors.ts';
import type { Log } from '../platform/logger.ts';
import { type ApiKey, hasScope, type KeysStore, maySee, type Scope } from './keys-store.ts';

export interface Env {
  /** What the Lambda adapter hands over; absent when an app is asked without a gateway. */
  Bindings: { readonly requestContext?: { readonly http?: { readonly sourceIp?: string } } };
  Variables: { key: ApiKey; trackingId: string };
}

const unauthorized = () =>
  new Problem(401, 'api-key-missing-or-invalid', 'Send a valid API key in the x-api-key header.');

/** The same answer for a group that does not exist and for one that the key may not see (I-13). */
export const unknownGroup = (groupId: string) =>
  new Problem(
    404,
    'group-not-found',
    `There is no group ${JSON.stringify(groupId)}, or this key may not see it.`,
  );

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  410: 'Gone',
  413: 'Content Too Large',
  415: 'Unsupported Media Type',
  421: 'Misdirected Request',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** RFC 9457, with a stable code. */
export const problemBody = ({ status, code, message }: Problem) => ({
  type: 'about:blank',
  title: TITLES[status] ?? 'Error',
  status,
  detail: message,
  code,
});

export const problemHeaders = ({ headers }: Problem): Record<string, string> => ({
  'content-type': 'application/problem+json',
  'cache-control': 'no-store',
  ...headers,
});

/** With the id under which the log knows this request. */
export const problemResponse = (problem: Problem, trackingId: string): Response =>
  new Response(JSON.stringify({ ...problemBody(problem), trackingId }), {
    status: problem.status,
    headers: problemHeaders(problem),
  });

/** Zod's findings in one sentence. */
const explain = (error: z.core.$ZodError): string =>
  error.issues.map(({ path, message }) => `${path.join('.') || 'request'}: ${message}`).join('; ');

export const notValid = (error: z.core.$ZodError) => new Problem(400, 'request-not-valid', explain(error));

/** The refusal that an error is, if it is one. */
export const asProblem = (error: Error): Problem | undefined => {
  if (error instanceof Problem) return error;
  // Hono's own refusal of a body that is no JSON.
  return error instanceof HTTPException && error.status < 500
    ? new Problem(error.status, 'request-not-readable', error.message)
    : undefined;
};

export const createApp = (log: Log): OpenAPIHono<Env> => {
  const app = new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw notValid(result.error);
    },
  });
  app.use(async (context, next) => {
    context.set('trackingId', randomUUID());
    await next();
  });
  app.notFound((context) =>
    problemResponse(
      new Problem(404, 'not-found', `Nothing answers at ${context.req.path}.`),
      context.get('trackingId'),
    ),
  );
  app.onError((error, context) => {
    const trackingId = context.get('trackingId');
    const problem = asProblem(error);
    if (problem) return problemResponse(problem, trackingId);
    log.error('request-failed', error, {
      trackingId,
      method: context.req.method,
      route: context.req.routePath,
    });
    return problemResponse(new Problem(500, 'internal-error', 'Something failed on our side.'), trackingId);
  });
  return app;
};

/** The valid key that a text is, if it may see the group and has this scope. @throws Problem 401, 403, 404 */
export const admitted = async (
  keys: Pick<KeysStore, 'verify'>,
  text: string,
  scope: Scope,
  groupId: string | undefined,
): Promise<ApiKey> => {
  const key = await keys.verify(text);
  if (!key) throw unauthorized();
  // Before the scope: a key must not tell by its refusal that another's group exists.
  if (groupId !== undefined && !maySee(key, groupId)) throw unknownGroup(groupId);
  if (!hasScope(key, scope)) {
    throw new Problem(403, 'scope-missing', `This key lacks the scope ${JSON.stringify(scope)}.`);
  }
  return key;
};

/** Lets a request through that carries a valid key with this scope. */
export const requireScope =
  (keys: Pick<KeysStore, 'verify'>, scope: Scope): MiddlewareHandler<Env> =>
  async (context, next) => {
    const text = context.req.header('x-api-key') ?? '';
    context.set('key', await admitted(keys, text, scope, context.req.param('groupId')));
    await next();
  };

/** The key that {@link requireScope} let through. */
export const keyOf = (context: Context<Env>): ApiKey => context.get('key');

export const groupIdSchema = z
  .string()
  // A URL's path cannot hold a segment of one or two dots.
  .regex(/^(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 . _ -, and not . or ..')
  .openapi({ param: { name: 'groupId', in: 'path' }, example: 'demo' });

/** What stands in the path of everything that belongs to a group. */
export const groupParams = z.object({ groupId: groupIdSchema });

export const problemSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.string(),
    trackingId: z.string(),
  })
  .openapi('Problem');

/** Refusals, as the OpenAPI document has them. */
export const problemAnswers = (...statuses: number[]) =>
  Object.fromEntries(
    statuses.map((status) => [
      status,
      {
        description: TITLES[status] ?? 'Error',
        content: { 'application/problem+json': { schema: problemSchema } },
      },
    ]),
  );

/** The refusals that every operation with an API key may answer. */
export const problems = (...statuses: number[]) => problemAnswers(400, 401, 403, 404, ...statuses);
