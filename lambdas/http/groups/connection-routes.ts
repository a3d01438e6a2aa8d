/** `/v1/groups/{groupId}/connection`: the WebSocket connection of a domain. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { type CloseContext, closeSession } from '../../connections/close.ts';
import { isoTime } from '../../platform/clock.ts';
import { type Env, groupParams } from '../app.ts';
import { problemOf } from '../errors.ts';
import { groupRoute, jsonResponse, type RouteContext } from '../route.ts';
import { CLOSED_CONNECTION } from './group-examples.ts';

export interface ConnectionContext extends CloseContext, Omit<RouteContext, 'groups'> {}

const closedSchema = z
  .object({ groupId: z.string(), connectionId: z.string(), since: z.iso.datetime() })
  .openapi('ClosedConnection');

export const connectionRoutes = (app: OpenAPIHono<Env>, context: ConnectionContext): void => {
  groupRoute(
    app,
    context,
    'admin',
    {
      method: 'delete',
      path: '/v1/groups/{groupId}/connection',
      operationId: 'closeConnection',
      tags: ['Groups'],
      summary: 'Close the connection of a group',
      description:
        'Closes the connection. NetBackup connects again at its next connection run (60 s), to the reachable endpoint of the highest priority: this moves it back from a less preferred endpoint (GRP-2).',
      errors: ['409 not-connected'],
      request: { params: groupParams },
      responses: {
        200: jsonResponse('The connection that was closed.', closedSchema, CLOSED_CONNECTION),
      },
    },
    async (request, { groupId }) => {
      const closed = await closeSession(context, groupId, 'operator');
      if (!closed) throw problemOf('409 not-connected');
      const { connectionId, since } = closed;
      return request.json({ groupId, connectionId, since: isoTime(since) }, 200);
    },
  );
};
