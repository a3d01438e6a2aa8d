/** `/v1/session` and `/v1/sessions`: who is signed in to the console. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { HttpProblem } from '../../platform/errors.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { authorize, type Env, keyOf, sourceIpOf } from '../app.ts';
import { recordAudit } from '../audit/audited.ts';
import { cursors, pageQuerySchema, pageSchema } from '../cursors.ts';
import type { ApiKey } from '../keys-store.ts';
import { limitParameter } from '../query-parameters.ts';
import { hasScope, type Principal, seesAll } from '../rights.ts';
import { jsonBody, jsonResponse, openRoute, type RouteContext, route } from '../route.ts';
import { checkConsole, NO_SESSION_COOKIE, sessionCookie, sessionIdIn, sessionOf } from './session-cookie.ts';
import {
  LISTED_SESSION,
  listedSessionSchema,
  listedSessionView,
  SESSION,
  sessionIdSchema,
  sessionParams,
  sessionSchema,
  sessionView,
  signInSchema,
} from './session-view.ts';
import type { NewSession, Session, SessionsStore } from './sessions-store.ts';

export interface SessionsRoutesContext extends RouteContext {
  readonly sessionsStore: SessionsStore;
}

const MAX_SESSIONS = 100;

const header = (context: Context<Env>) => (name: string) => context.req.header(name);

/** The id of the session of an authorized request; undefined if it had another credential. */
const currentId = (context: Context<Env>): string | undefined => {
  if (header(context)('x-api-key') || header(context)('authorization') || header(context)('x-authorization'))
    return undefined;
  return sessionIdIn(sessionOf({ method: context.req.method, header: header(context) }) ?? '');
};

const noSession = () =>
  new HttpProblem(401, 'session-ended', 'This request has no session. Sign in with POST /v1/session.');
const sessionNotFound = (sessionId: string) =>
  new HttpProblem(404, 'session-not-found', `There is no session ${sessionId} that you may end.`);

/** All sessions, or only the caller's: the rights of an API key in another session are not known here. */
const seesSessions = (own: Principal): boolean => hasScope(own, 'admin') && seesAll(own);

/** Begins a session: its cookie, and an audit event if it has the scope admin. */
export const beginSession = async (
  context: SessionsRoutesContext,
  request: Context<Env>,
  fields: Omit<NewSession, 'sourceIp' | 'userAgent'>,
  { action, status }: { readonly action: string; readonly status: number },
): Promise<Session> => {
  const { value, session } = await context.sessionsStore.create({
    ...fields,
    ...omitUndefined({ sourceIp: sourceIpOf(request), userAgent: request.req.header('user-agent') }),
  });
  request.header('set-cookie', sessionCookie(value, session.expiresAt - Math.floor(context.clock() / 1000)), {
    append: true,
  });
  const { keyId } = fields.principal;
  if (hasScope(fields.principal, 'admin')) await recordAudit(context, request, { action, keyId, status });
  return session;
};

export const sessionsRoutes = (app: OpenAPIHono<Env>, context: SessionsRoutesContext): void => {
  const { sessionsStore } = context;

  const audit = async (request: Context<Env>, action: string, status: number): Promise<void> => {
    const own = keyOf(request);
    if (hasScope(own, 'admin')) await recordAudit(context, request, { action, keyId: own.keyId, status });
  };

  openRoute(
    app,
    {
      method: 'post',
      path: '/v1/session',
      operationId: 'createSession',
      tags: ['Sessions'],
      summary: 'Sign in to the console with an API key',
      description:
        'Sets a cookie that stands for the key in later requests without x-api-key and Authorization. They, and this request, need the header `x-nbwss-console: 1`, unless they are GET or HEAD. The session ends after eight hours, or with the key.',
      errors: [
        '400 request-not-valid',
        '400 request-not-readable',
        '401 api-key-missing-or-invalid',
        '403 not-from-console',
        '415 request-not-readable',
      ],
      request: { body: jsonBody(signInSchema, { apiKey: 'nbk_hfwdksnpfdqxnacm.EXAMPLE' }) },
      responses: {
        201: jsonResponse('Signed in.', sessionSchema, SESSION),
      },
    },
    async (request) => {
      checkConsole({ method: 'POST', header: header(request) });
      const { apiKey } = request.req.valid('json');
      const caller = { text: apiKey, sourceIp: sourceIpOf(request), groupId: undefined };
      // Without people, since this is not an access token. Every key has the scope.
      const key = (await authorize({ ...context, people: undefined }, caller, 'read')) as ApiKey;
      const { keyId, hash, description } = key;
      const fields = { principal: key, keyHash: hash, name: description ?? keyId };
      const session = await beginSession(context, request, fields, { action: 'createSession', status: 201 });
      return request.json(sessionView(session, key), 201);
    },
  );

  const current = async (request: Context<Env>): Promise<Session> => {
    const sessionId = currentId(request);
    const session = sessionId === undefined ? undefined : await sessionsStore.get(sessionId);
    if (!session) throw noSession();
    return session;
  };

  route(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/session',
      operationId: 'getSession',
      tags: ['Sessions'],
      summary: 'Who is signed in, and what they may do',
      errors: [],
      responses: { 200: jsonResponse('The session of this request.', sessionSchema, SESSION) },
    },
    async (request) => request.json(sessionView(await current(request), keyOf(request)), 200),
  );

  route(
    app,
    context,
    'read',
    {
      method: 'delete',
      path: '/v1/session',
      operationId: 'endOwnSession',
      tags: ['Sessions'],
      summary: 'Sign out',
      errors: [],
      responses: {
        204: { description: 'The session of this request has ended, and its cookie is removed.' },
      },
    },
    async (request) => {
      const { keyId } = await current(request);
      await sessionsStore.end(keyId);
      await audit(request, 'endOwnSession', 204);
      return request.body(null, 204, { 'set-cookie': NO_SESSION_COOKIE });
    },
  );

  route(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/sessions',
      operationId: 'listSessions',
      tags: ['Sessions'],
      summary: 'Sessions of the console',
      errors: [],
      request: { query: pageQuerySchema.extend({ limit: limitParameter(MAX_SESSIONS, 50) }).strict() },
      responses: {
        200: jsonResponse(
          'Your sessions; with the scope admin and all groups, all sessions. A page may have fewer items than `limit`, or none: continue while there is a cursor.',
          pageSchema(listedSessionSchema),
          { items: [LISTED_SESSION] },
        ),
      },
    },
    async (request) => {
      const { limit, cursor } = request.req.valid('query');
      const own = keyOf(request);
      const owner = seesSessions(own) ? undefined : own.keyId;
      const list = cursors(['sessions', owner ?? ''], { kind: 'session' }, { keyId: sessionIdSchema });
      const page = await sessionsStore.list(limit, list.decode(cursor), owner);
      const sessionId = currentId(request);
      const items = page.items.map((session) => listedSessionView(session, sessionId));
      return request.json(list.page(items, page.lastKey), 200);
    },
  );

  route(
    app,
    context,
    'read',
    {
      method: 'delete',
      path: '/v1/sessions/{sessionId}',
      operationId: 'endSession',
      tags: ['Sessions'],
      summary: 'End a session',
      errors: ['404 session-not-found'],
      request: { params: sessionParams },
      responses: {
        204: { description: 'The session has ended: the next request with its cookie is refused.' },
      },
    },
    async (request) => {
      const { sessionId } = request.req.valid('param');
      const own = keyOf(request);
      const session = await sessionsStore.get(sessionId);
      if (!session || !(session.owner === own.keyId || seesSessions(own))) throw sessionNotFound(sessionId);
      await sessionsStore.end(sessionId);
      await audit(request, 'endSession', 204);
      return request.body(null, 204);
    },
  );
};
