/** `/v1/groups/{groupId}/connection`: the WebSocket connection of a domain. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type CloseContext, closeSession } from '../../connections/close.ts';
import { isoTime } from '../../platform/clock.ts';
import { Problem } from '../../platform/errors.ts';
import { type Env, groupParams, problems, requireScope, unknownGroup } from '../app.ts';
import type { KeysStore } from '../keys-store.ts';

export interface ConnectionContext extends CloseContext {
  readonly keys: KeysStore;
}

const closedSchema = z
  .object({ groupId: z.string(), connectionId: z.string(), since: z.iso.datetime() })
  .openapi('ClosedConnection');

export const connectionRoutes = (app: OpenAPIHono<Env>, context: ConnectionContext): void => {
  const { keys, groups } = context;

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/groups/{groupId}/connection',
      description:
        'Closes the connection. NetBackup connects again at its next connection run (60 s), to the endpoint of the highest priority that it reaches: so this brings it back from a less preferred one (GRP-2).',
      middleware: requireScope(keys, 'admin'),
      request: { params: groupParams },
      responses: {
        200: {
          description: 'The connection that was closed.',
          content: { 'application/json': { schema: closedSchema } },
        },
        ...problems(409),
      },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      if (!(await groups.get(groupId))) throw unknownGroup(groupId);
      const closed = await closeSession(context, groupId, 'operator');
      if (!closed) throw new Problem(409, 'not-connected', 'The group has no connection.');
      const { connectionId, since } = closed;
      return request.json({ groupId, connectionId, since: isoTime(since) }, 200);
    },
  );
};
