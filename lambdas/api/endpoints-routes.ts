/** `/v1/groups/{groupId}/endpoints`: what is handed to NetBackup's administrator (contract EPT). */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type CreateEndpointContext, createEndpoint } from '../endpoints/create-endpoint.ts';
import type { Endpoint } from '../endpoints/endpoint.ts';
import { type Clock, isoTime } from '../platform/clock.ts';
import { Problem } from '../platform/errors.ts';
import { type Env, groupIdSchema, problems, requireScope, unknownGroup } from './app.ts';
import type { KeysStore } from './keys.ts';
import { pageSchema } from './paging.ts';

export interface EndpointsContext extends CreateEndpointContext {
  readonly keys: KeysStore;
  readonly apiUrl: string;
  readonly clock: Clock;
}

const detailsSchema = z
  .object({
    token: z.string(),
    priority: z.int(),
    groupId: z.string(),
    hostName: z.string(),
    url: z.string(),
  })
  .openapi('EndpointDetails', {
    description: 'Exactly what NetBackup reads (EPT-1). The token is shown this once.',
  });

const endpointSchema = z
  .object({
    endpointId: z.string(),
    groupId: z.string(),
    priority: z.int(),
    hostName: z.string(),
    url: z.string(),
    enabled: z.boolean(),
    createdAt: z.iso.datetime(),
  })
  .openapi('Endpoint');

const endpointView = ({ endpointId, groupId, priority, hostName, url, enabled, createdAt }: Endpoint) => ({
  endpointId,
  groupId,
  priority,
  hostName,
  url,
  enabled,
  createdAt: isoTime(createdAt),
});

const params = z.object({ groupId: groupIdSchema });

export const endpointsRoutes = (app: OpenAPIHono<Env>, context: EndpointsContext): void => {
  const { keys, groups, endpoints, apiUrl, clock } = context;

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/groups/{groupId}/endpoints',
      middleware: requireScope(keys, 'admin'),
      request: {
        params,
        body: {
          required: true,
          content: {
            'application/json': {
              schema: z.object({
                priority: z.int().min(0).max(1_000_000).openapi({ description: 'Lower is higher.' }),
              }),
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
      const { priority } = request.req.valid('json');
      if (!(await groups.get(groupId))) throw unknownGroup(groupId);
      const created = await createEndpoint(context, groupId, priority, clock());
      if (!created) {
        throw new Problem(
          409,
          'endpoint-exists',
          'The group has an endpoint on this host, and NetBackup stores a host name only once per domain (its error: the entity already exists).',
        );
      }
      return request.json(created.details, 201, {
        location: `${apiUrl}/v1/groups/${groupId}/endpoints/${created.endpoint.endpointId}`,
        'content-disposition': `attachment; filename="${groupId}-endpoint.json"`,
        'cache-control': 'no-store',
      });
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/endpoints',
      middleware: requireScope(keys, 'read'),
      request: { params },
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
      if (!(await groups.get(groupId))) throw unknownGroup(groupId);
      return request.json({ items: (await endpoints.ofGroup(groupId)).map(endpointView) }, 200);
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/endpoints/{endpointId}',
      middleware: requireScope(keys, 'read'),
      request: { params: z.object({ groupId: groupIdSchema, endpointId: z.string().max(64) }) },
      responses: {
        200: { description: 'The endpoint.', content: { 'application/json': { schema: endpointSchema } } },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId, endpointId } = request.req.valid('param');
      const endpoint = await endpoints.get(endpointId);
      if (endpoint?.groupId !== groupId) {
        throw new Problem(
          404,
          'endpoint-not-found',
          `The group has no endpoint ${JSON.stringify(endpointId)}.`,
        );
      }
      return request.json(endpointView(endpoint), 200);
    },
  );
};
