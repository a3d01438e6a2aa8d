/** `/v1/groups/{groupId}/endpoints`: what is handed to NetBackup's administrator (contract EPT). */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type CloseContext, revokeSession } from '../../connections/close.ts';
import { createEndpoint } from '../../endpoints/create-endpoint.ts';
import { deleteEndpoint } from '../../endpoints/delete-endpoint.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import type { EndpointsStore } from '../../endpoints/endpoints-store.ts';
import { DAY_MS } from '../../platform/clock.ts';
import { Problem } from '../../platform/errors.ts';
import { type Env, groupParams, problems, requireScope, unknownGroup } from '../app.ts';
import { pageSchema } from '../cursors.ts';
import type { KeysStore } from '../keys-store.ts';
import {
  detailsHeaders,
  detailsSchema,
  endpointSchema,
  endpointView,
  portQuerySchema,
  withPort,
} from './endpoint-view.ts';

export interface EndpointsContext extends CloseContext {
  readonly keys: KeysStore;
  readonly endpoints: EndpointsStore;
  /** `wss://host[:port]/stage`, this deployment's. */
  readonly webSocketUrl: string;
  readonly apiUrl: string;
}

export const endpointParams = groupParams.extend({ endpointId: z.string().min(1).max(64) });
const prioritySchema = z.int().min(0).max(1_000_000).openapi({ description: 'Lower is higher.' });
/** Days after which a token ends, if it shall. */
export const validDaysSchema = z
  .int()
  .min(1)
  .max(3650)
  .optional()
  .openapi({ description: 'Days for which the token is valid; for ever if not given.' });

/** @throws Problem 404 when the endpoint is none of the group's (I-13) */
export const findEndpoint = async (
  endpoints: Pick<EndpointsStore, 'get'>,
  groupId: string,
  endpointId: string,
): Promise<Endpoint> => {
  const endpoint = await endpoints.get(endpointId);
  if (endpoint?.groupId === groupId) return endpoint;
  throw endpointNotFound(endpointId);
};

export const endpointNotFound = (endpointId: string) =>
  new Problem(404, 'endpoint-not-found', `The group has no endpoint ${JSON.stringify(endpointId)}.`);

const endpointAnswer = { content: { 'application/json': { schema: endpointSchema } } };

export const endpointsRoutes = (app: OpenAPIHono<Env>, context: EndpointsContext): void => {
  const { keys, groups, endpoints, apiUrl, clock } = context;
  const mustExist = async (groupId: string): Promise<void> => {
    if (!(await groups.get(groupId))) throw unknownGroup(groupId);
  };

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/groups/{groupId}/endpoints',
      middleware: requireScope(keys, 'admin'),
      request: {
        params: groupParams,
        query: portQuerySchema,
        body: {
          required: true,
          content: {
            'application/json': {
              schema: z.strictObject({ priority: prioritySchema, tokenValidDays: validDaysSchema }),
            },
          },
        },
      },
      responses: {
        201: {
          description: 'The endpoint details, as a file for NetBackup.',
          content: { 'application/json': { schema: detailsSchema } },
        },
        ...problems(409),
      },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const { priority, tokenValidDays } = request.req.valid('json');
      await mustExist(groupId);
      const now = clock();
      const tokenExpiresAt = tokenValidDays === undefined ? undefined : now + tokenValidDays * DAY_MS;
      const created = await createEndpoint(context, groupId, priority, now, tokenExpiresAt);
      if (!created) {
        throw new Problem(
          409,
          'endpoint-exists',
          'The group has an endpoint on this host, and NetBackup stores a host name only once per domain (its error: the entity already exists). For a new token use POST …/endpoints/{endpointId}/token; for a second endpoint, another deployment.',
        );
      }
      return request.json(withPort(created.details, request.req.valid('query').port), 201, {
        location: `${apiUrl}/v1/groups/${groupId}/endpoints/${created.endpoint.endpointId}`,
        ...detailsHeaders(groupId),
      });
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/endpoints',
      middleware: requireScope(keys, 'read'),
      request: { params: groupParams },
      responses: {
        200: {
          description: 'The endpoints of the group on this deployment.',
          content: { 'application/json': { schema: pageSchema(endpointSchema) } },
        },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      await mustExist(groupId);
      const found = await endpoints.ofGroup(groupId);
      return request.json({ items: found.map((endpoint) => endpointView(endpoint, clock())) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/endpoints/{endpointId}',
      middleware: requireScope(keys, 'read'),
      request: { params: endpointParams },
      responses: { 200: { description: 'The endpoint.', ...endpointAnswer }, ...problems() },
    }),
    async (request) => {
      const { groupId, endpointId } = request.req.valid('param');
      await mustExist(groupId);
      return request.json(endpointView(await findEndpoint(endpoints, groupId, endpointId), clock()), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'patch',
      path: '/v1/groups/{groupId}/endpoints/{endpointId}',
      middleware: requireScope(keys, 'admin'),
      request: {
        params: endpointParams,
        body: {
          required: true,
          content: {
            'application/json': {
              schema: z.strictObject({
                priority: prioritySchema.optional().openapi({
                  description:
                    'Lower is higher. NetBackup learns of it with the next details that it is given.',
                }),
                enabled: z
                  .boolean()
                  .optional()
                  .openapi({ description: 'false closes the connection, and lets none in.' }),
              }),
            },
          },
        },
      },
      responses: { 200: { description: 'The endpoint as it is now.', ...endpointAnswer }, ...problems() },
    }),
    async (request) => {
      const { groupId, endpointId } = request.req.valid('param');
      const { priority, enabled } = request.req.valid('json');
      await mustExist(groupId);
      await findEndpoint(endpoints, groupId, endpointId);
      const set = {
        ...(priority === undefined ? {} : { priority }),
        ...(enabled === undefined ? {} : { enabled }),
      };
      const endpoint = await endpoints.revise(endpointId, () => ({ set }));
      if (!endpoint) throw endpointNotFound(endpointId);
      if (!endpoint.enabled) await revokeSession(context, groupId, endpointId, 'endpoint-disabled');
      return request.json(endpointView(endpoint, clock()), 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/groups/{groupId}/endpoints/{endpointId}',
      middleware: requireScope(keys, 'admin'),
      request: { params: endpointParams },
      responses: {
        204: { description: 'Deleted, with its tokens and invitations. Its connection is closed.' },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId, endpointId } = request.req.valid('param');
      await mustExist(groupId);
      await findEndpoint(endpoints, groupId, endpointId);
      if (!(await deleteEndpoint(context, { groupId, endpointId }))) throw endpointNotFound(endpointId);
      await revokeSession(context, groupId, endpointId, 'endpoint-deleted');
      return request.body(null, 204);
    },
  );
};
