/** `…/endpoints/{endpointId}/token`: rotating and revoking tokens (CON-1, CON-5). */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { closeSessionOf, revokeSession } from '../../connections/revoke.ts';
import { detailsOf, isTokenValid, tokensChange, withToken } from '../../endpoints/endpoint.ts';
import { expireInvitations } from '../../endpoints/invitation.ts';
import { createToken } from '../../endpoints/token.ts';
import { currentAddress } from '../../endpoints/web-socket-urls.ts';
import { DAY_MS } from '../../platform/clock.ts';
import type { Env } from '../app.ts';
import { groupRoute, jsonContent, jsonResponse } from '../route.ts';
import { DETAILS } from './endpoint-examples.ts';
import { detailsHeaders, detailsSchema, portQuerySchema, withPort } from './endpoint-view.ts';
import {
  type EndpointsContext,
  endpointNotFound,
  endpointParams,
  findEndpoint,
  validDaysSchema,
} from './endpoints-routes.ts';

/** Seconds for which the older tokens stay valid after a rotation: a day to pass the new token on. */
const DEFAULT_OVERLAP_S = 86_400;
const MAX_OVERLAP_S = 30 * 86_400;

const rotationSchema = z
  .strictObject({
    overlap: z.int().min(0).max(MAX_OVERLAP_S).default(DEFAULT_OVERLAP_S).openapi({
      description:
        'Seconds for which the older token stays valid, unless the new one connects before. 0 ends it, and its connection, immediately.',
    }),
    validDays: validDaysSchema,
  })
  .openapi('TokenRotation');

export const tokensRoutes = (app: OpenAPIHono<Env>, context: EndpointsContext): void => {
  const { endpoints, webSocketUrls, clock } = context;

  groupRoute(
    app,
    context,
    'admin',
    {
      method: 'post',
      path: '/v1/groups/{groupId}/endpoints/{endpointId}/token',
      operationId: 'rotateToken',
      tags: ['Endpoints'],
      summary: 'Create a new token',
      errors: ['404 endpoint-not-found', '422 gateway-not-deployed'],
      request: {
        params: endpointParams,
        query: portQuerySchema,
        body: { content: jsonContent(rotationSchema, { overlap: 86_400, validDays: 365 }) },
      },
      responses: {
        201: jsonResponse(
          'The details with a new token, which is valid immediately. NetBackup stores a host name once: delete the endpoint there, then add it with these details (CON-5).',
          detailsSchema,
          DETAILS,
        ),
      },
    },
    async (request) => {
      const { groupId, endpointId } = request.req.valid('param');
      // Without a body there is no validation, and there are no defaults.
      const { overlap, validDays } = rotationSchema.parse(request.req.valid('json') ?? {});
      await findEndpoint(endpoints, groupId, endpointId);
      const now = clock();
      const expiresAt = validDays === undefined ? undefined : now + validDays * DAY_MS;
      const { token, stored } = createToken(endpointId, now, expiresAt);
      const endpoint = await endpoints.revise(endpointId, (current) => {
        const change = tokensChange(withToken(current, stored, now, now + overlap * 1000));
        return { ...change, set: { ...change.set, ...currentAddress(webSocketUrls, current) } };
      });
      if (!endpoint) throw endpointNotFound(endpointId);
      await closeSessionOf(
        context,
        endpoint,
        'token-ended',
        ({ tokenId }) => !isTokenValid(endpoint, tokenId, now),
      );
      const details = withPort(detailsOf(endpoint, token), request.req.valid('query').port);
      return request.json(details, 201, detailsHeaders(groupId));
    },
  );

  groupRoute(
    app,
    context,
    'admin',
    {
      method: 'delete',
      path: '/v1/groups/{groupId}/endpoints/{endpointId}/token',
      operationId: 'revokeTokens',
      tags: ['Endpoints'],
      summary: 'Revoke tokens',
      errors: ['404 endpoint-not-found'],
      request: { params: endpointParams },
      responses: {
        204: {
          description:
            'Every token of the endpoint is revoked, every open invitation ends, and the connection is closed. NetBackup cannot connect until there is a new token.',
        },
      },
    },
    async (request) => {
      const { groupId, endpointId } = request.req.valid('param');
      await findEndpoint(endpoints, groupId, endpointId);
      const now = clock();
      const endpoint = await endpoints.revise(endpointId, ({ invitations }) => {
        const { set, remove = [] } = tokensChange([]);
        return { set: { ...set, invitations: expireInvitations(invitations ?? [], now) }, remove };
      });
      if (!endpoint) throw endpointNotFound(endpointId);
      await revokeSession(context, endpoint, 'token-ended');
      return request.body(null, 204);
    },
  );
};
