/** `/v1/groups/{groupId}/endpoints`: the endpoint details for NetBackup's administrator (contract EPT). */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { CloseContext } from '../../connections/close.ts';
import { revokeSession } from '../../connections/revoke.ts';
import type { KnownCertificate } from '../../endpoints/certificate/certificate.ts';
import { createEndpoint } from '../../endpoints/create-endpoint.ts';
import { deleteEndpoint } from '../../endpoints/delete-endpoint.ts';
import type { Endpoint } from '../../endpoints/endpoint.ts';
import type { EndpointsStore } from '../../endpoints/endpoints-store.ts';
import { defaultGateway, gatewaysOf, type WebSocketUrls } from '../../endpoints/web-socket-urls.ts';
import { DAY_MS } from '../../platform/clock.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type Env, groupParams } from '../app.ts';
import { pageSchema } from '../cursors.ts';
import { groupRoute, jsonBody, jsonResponse, type RouteContext } from '../route.ts';
import { DETAILS, ENDPOINT } from './endpoint-examples.ts';
import {
  detailsHeaders,
  detailsSchema,
  endpointSchema,
  endpointView,
  gatewaySchema,
  portQuerySchema,
  withPort,
} from './endpoint-view.ts';

export interface EndpointsContext extends CloseContext, Omit<RouteContext, 'groups'> {
  readonly endpoints: EndpointsStore;
  readonly certificateOf: (hostName: string) => Promise<KnownCertificate | undefined>;
  readonly webSocketUrls: WebSocketUrls;
  readonly apiUrl: string;
}

export const endpointParams = groupParams.extend({ endpointId: z.string().min(1).max(64) });
const prioritySchema = z.int().min(0).max(1_000_000).openapi({ description: 'Lower is higher.' });
export const validDaysSchema = z
  .int()
  .min(1)
  .max(3650)
  .optional()
  .openapi({ description: 'Days for which the token is valid; absent: without limit.' });

/** @throws HttpProblem 404 when the group has no such endpoint (I-13) */
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
  new HttpProblem(404, 'endpoint-not-found', `The group has no endpoint ${JSON.stringify(endpointId)}.`);

export const endpointsRoutes = (app: OpenAPIHono<Env>, context: EndpointsContext): void => {
  const { endpoints, certificateOf, webSocketUrls, apiUrl, clock } = context;
  const viewOf = async (endpoint: Endpoint) =>
    endpointView(endpoint, await certificateOf(endpoint.hostName), clock());

  groupRoute(
    app,
    context,
    'admin',
    {
      method: 'post',
      path: '/v1/groups/{groupId}/endpoints',
      operationId: 'createEndpoint',
      tags: ['Endpoints'],
      summary: 'Create an endpoint with its first token',
      errors: ['409 endpoint-exists', '422 gateway-not-deployed'],
      request: {
        params: groupParams,
        query: portQuerySchema,
        body: jsonBody(
          z.strictObject({
            priority: prioritySchema,
            tokenValidDays: validDaysSchema,
            gateway: gatewaySchema.optional().openapi({
              description:
                'The gateway to which NetBackup connects; absent: the only gateway of the deployment, else api-gateway. A group may have one endpoint at each.',
            }),
          }),
          { priority: 1, tokenValidDays: 365 },
        ),
      },
      responses: {
        201: jsonResponse('The endpoint details, as a file for NetBackup.', detailsSchema, DETAILS),
      },
    },
    async (request, { groupId }) => {
      const { priority, tokenValidDays, gateway = defaultGateway(webSocketUrls) } = request.req.valid('json');
      const now = clock();
      const tokenExpiresAt = tokenValidDays === undefined ? undefined : now + tokenValidDays * DAY_MS;
      const created = await createEndpoint(context, { groupId, priority, gateway, tokenExpiresAt }, now);
      if (!created) {
        throw new HttpProblem(
          409,
          'endpoint-exists',
          'The group has an endpoint on this host, and NetBackup stores a host name only once per domain (its error: the entity already exists). For a new token use POST …/endpoints/{endpointId}/token; for a second endpoint, the other gateway or another deployment.',
        );
      }
      return request.json(withPort(created.details, request.req.valid('query').port), 201, {
        location: `${apiUrl}/v1/groups/${groupId}/endpoints/${created.endpoint.endpointId}`,
        ...detailsHeaders(groupId),
      });
    },
  );

  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/endpoints',
      operationId: 'listEndpoints',
      tags: ['Endpoints'],
      summary: 'Endpoints of a group',
      errors: [],
      request: { params: groupParams },
      responses: {
        200: jsonResponse(
          'The endpoints of the group on this deployment.',
          pageSchema(endpointSchema).extend({
            gateways: z.array(gatewaySchema).openapi({
              description: 'The gateways of the deployment: a group may have an endpoint at each.',
            }),
          }),
          { items: [ENDPOINT], gateways: ['api-gateway'] },
        ),
      },
    },
    async (request, { groupId }) => {
      const found = await endpoints.ofGroup(groupId);
      const items = await Promise.all(found.map(viewOf));
      return request.json({ items, gateways: gatewaysOf(webSocketUrls) }, 200);
    },
  );

  groupRoute(
    app,
    context,
    'read',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/endpoints/{endpointId}',
      operationId: 'getEndpoint',
      tags: ['Endpoints'],
      summary: 'One endpoint',
      errors: ['404 endpoint-not-found'],
      request: { params: endpointParams },
      responses: { 200: jsonResponse('The endpoint.', endpointSchema, ENDPOINT) },
    },
    async (request) => {
      const { groupId, endpointId } = request.req.valid('param');
      return request.json(await viewOf(await findEndpoint(endpoints, groupId, endpointId)), 200);
    },
  );

  groupRoute(
    app,
    context,
    'admin',
    {
      method: 'patch',
      path: '/v1/groups/{groupId}/endpoints/{endpointId}',
      operationId: 'updateEndpoint',
      tags: ['Endpoints'],
      summary: 'Change an endpoint',
      errors: ['404 endpoint-not-found'],
      request: {
        params: endpointParams,
        body: jsonBody(
          z.strictObject({
            priority: prioritySchema.optional().openapi({
              description:
                'A lower number is a higher priority. NetBackup reads it only with new endpoint details.',
            }),
            enabled: z
              .boolean()
              .optional()
              .openapi({ description: 'false closes the connection and rejects new ones.' }),
          }),
          { enabled: true },
        ),
      },
      responses: { 200: jsonResponse('The changed endpoint.', endpointSchema, ENDPOINT) },
    },
    async (request) => {
      const { groupId, endpointId } = request.req.valid('param');
      const { priority, enabled } = request.req.valid('json');
      await findEndpoint(endpoints, groupId, endpointId);
      const endpoint = await endpoints.revise(endpointId, () => ({
        set: omitUndefined({ priority, enabled }),
      }));
      if (!endpoint) throw endpointNotFound(endpointId);
      if (!endpoint.enabled) await revokeSession(context, endpoint, 'endpoint-disabled');
      return request.json(await viewOf(endpoint), 200);
    },
  );

  groupRoute(
    app,
    context,
    'admin',
    {
      method: 'delete',
      path: '/v1/groups/{groupId}/endpoints/{endpointId}',
      operationId: 'deleteEndpoint',
      tags: ['Endpoints'],
      summary: 'Delete an endpoint',
      errors: ['404 endpoint-not-found'],
      request: { params: endpointParams },
      responses: {
        204: {
          description: 'The endpoint is deleted, with its tokens and invitations. Its connection is closed.',
        },
      },
    },
    async (request) => {
      const { groupId, endpointId } = request.req.valid('param');
      const endpoint = await findEndpoint(endpoints, groupId, endpointId);
      if (!(await deleteEndpoint(context, endpoint))) throw endpointNotFound(endpointId);
      await revokeSession(context, endpoint, 'endpoint-deleted');
      return request.body(null, 204);
    },
  );
};
