/** `/v1/audit` and `/v1/groups/{groupId}/audit`: who changed what. */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type Env, groupParams, keyOf } from '../app.ts';
import { CURSOR, cursors, pageQuerySchema, pageSchema, placeSchema } from '../cursors.ts';
import { problemOf } from '../errors.ts';
import { limitParameter } from '../query-parameters.ts';
import { seesAll } from '../rights.ts';
import { jsonResponse, type RouteContext, route } from '../route.ts';
import { AUDIT_EVENT } from './audit-examples.ts';
import type { AuditEvent, AuditStore } from './audit-store.ts';

export interface AuditRoutesContext extends RouteContext {
  readonly audit: AuditStore;
}

const MAX_EVENTS = 200;

const eventSchema = z
  .object({
    at: z.iso.datetime(),
    trackingId: z
      .string()
      .openapi({ description: 'The id of the request; also in the error that the caller got, if any.' }),
    keyId: z
      .string()
      .openapi({ description: 'The id of the API key, or `oidc:` and the name of the person.' }),
    action: z.string().openapi({ description: 'An operationId of this document.', example: 'deleteGroup' }),
    path: z.string(),
    groupId: z.string().optional(),
    sourceIp: z.string().optional(),
    status: z.int().openapi({ description: 'Of the response.' }),
  })
  .openapi('AuditEvent');

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
const query = pageQuerySchema.extend({ limit: limitParameter(MAX_EVENTS, 50) }).strict();

const view = ({ at, trackingId, keyId, action, path, groupId, sourceIp, status }: AuditEvent) => ({
  at: isoTime(at),
  trackingId,
  keyId,
  action,
  path,
  ...omitUndefined({ groupId, sourceIp }),
  status,
});

const DESCRIPTION = 'Requests that need the scope admin, except for reads, the latest first.';

export const auditRoutes = (app: OpenAPIHono<Env>, context: AuditRoutesContext): void => {
  const { audit } = context;

  route(
    app,
    context,
    'admin',
    {
      method: 'get',
      path: '/v1/audit',
      operationId: 'listAuditEvents',
      tags: ['Keys'],
      summary: 'Who changed what',
      errors: ['403 all-groups-needed'],
      request: { query },
      responses: {
        200: jsonResponse(`${DESCRIPTION} Only for keys that see all groups.`, pageSchema(eventSchema), {
          items: [AUDIT_EVENT],
          cursor: CURSOR,
        }),
      },
    },
    async (request) => {
      // Keys without all groups use the lists of their groups.
      if (!seesAll(keyOf(request))) throw problemOf('403 all-groups-needed');
      const { limit, cursor } = request.req.valid('query');
      const list = cursors(['audit'], {}, { month, entry: placeSchema.optional() });
      const page = await audit.list(limit, list.decode(cursor));
      return request.json(list.page(page.items.map(view), page.lastKey), 200);
    },
  );

  route(
    app,
    context,
    'admin',
    {
      method: 'get',
      path: '/v1/groups/{groupId}/audit',
      operationId: 'listAuditEventsOfGroup',
      tags: ['Keys'],
      summary: 'Who changed what in a group',
      errors: [],
      request: { params: groupParams, query },
      responses: {
        200: jsonResponse(`${DESCRIPTION} Those of a deleted group are kept.`, pageSchema(eventSchema), {
          items: [AUDIT_EVENT],
          cursor: CURSOR,
        }),
      },
    },
    async (request) => {
      const { groupId } = request.req.valid('param');
      const { limit, cursor } = request.req.valid('query');
      const list = cursors(['audit', groupId], { groupId }, { month, entry: placeSchema });
      const page = await audit.listOfGroup(groupId, limit, list.decode(cursor));
      return request.json(list.page(page.items.map(view), page.lastKey), 200);
    },
  );
};
