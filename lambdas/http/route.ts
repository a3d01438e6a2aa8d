/** How routes are defined: scope, group and errors in one place. */
import {
  createRoute,
  type OpenAPIHono,
  type RouteConfig,
  type RouteHandler,
  type z,
} from '@hono/zod-openapi';
import type { Group } from '../groups/group.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import { type AuthorizeContext, type Env, groupNotFound, requireScope } from './app.ts';
import { type AuditContext, audited } from './audit/audited.ts';
import { errorResponses } from './errors.ts';
import { described, type Operation } from './operation.ts';
import type { Scope } from './rights.ts';

export interface RouteContext extends AuditContext, AuthorizeContext {}
type Handler<R extends RouteConfig> = RouteHandler<R, Env>;
type Request<R extends RouteConfig> = Parameters<Handler<R>>[0];

/** Examples are checked against their schema, by its type and by a test. */
export const jsonContent = <S extends z.ZodType>(schema: S, example: z.input<S>) => ({
  'application/json': { schema, example },
});

/** A required JSON body. */
export const jsonBody = <S extends z.ZodType>(schema: S, example: z.input<S>) => ({
  required: true as const,
  content: jsonContent(schema, example),
});

/** A JSON response. */
export const jsonResponse = <S extends z.ZodType>(description: string, schema: S, example: z.input<S>) => ({
  description,
  content: jsonContent(schema, example),
});

/** An operation for keys with this scope; changes by administrators are recorded. The response types are inferred from the schemas. */
export const route = <const R extends Operation>(
  app: OpenAPIHono<Env>,
  context: RouteContext,
  scope: Scope,
  config: R,
  handler: Handler<R>,
): void => {
  const isChange = scope === 'admin' && config.method !== 'get';
  const middleware = [
    requireScope(context, scope),
    ...(isChange ? [audited(context, config.operationId)] : []),
  ];
  app.openapi(createRoute({ ...described(scope, config), middleware }), handler as never);
};

/** An operation for everybody. */
export const openRoute = <const R extends Operation>(
  app: OpenAPIHono<Env>,
  config: R,
  handler: Handler<R>,
): void => {
  const { errors, ...open }: Operation = config;
  const all = ['403 address-not-allowed', ...errors, '500 internal-error'] as const;
  const responses = { ...errorResponses(all), ...open.responses };
  app.openapi(createRoute({ ...open, security: [], responses }), handler as never);
};

/** @throws HttpProblem 404 */
const groupOf = async (groups: Pick<GroupsStore, 'get'>, groupId: string): Promise<Group> => {
  const group = await groups.get(groupId);
  if (!group) throw groupNotFound(groupId);
  return group;
};

/** An operation on one group, whose path has a `groupId`. Responds with 404 when the group does not exist. */
export const groupRoute = <const R extends Operation>(
  app: OpenAPIHono<Env>,
  context: RouteContext,
  scope: Scope,
  config: R,
  handler: (request: Request<R>, group: Group) => ReturnType<Handler<R>>,
): void =>
  route(app, context, scope, config, (async (request: Request<R>) => {
    const group = await groupOf(context.groups, request.req.param('groupId' as never));
    return handler(request, group);
  }) as never);
