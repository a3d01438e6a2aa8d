/** Invitations: a URL that NetBackup reads the endpoint's details from (EPT-2). */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { type InviteContext, invite, readInvitation } from '../../endpoints/invite.ts';
import type { GroupsStore } from '../../groups/groups-store.ts';
import { isoTime } from '../../platform/clock.ts';
import { type Env, problemAnswers, problems, requireScope, unknownGroup } from '../app.ts';
import type { KeysStore } from '../keys-store.ts';
import { detailsSchema } from './endpoint-view.ts';
import { endpointNotFound, endpointParams, findEndpoint } from './endpoints-routes.ts';

export interface InvitationsContext extends InviteContext {
  readonly keys: KeysStore;
  readonly groups: GroupsStore;
  readonly apiUrl: string;
}

const HOUR_S = 3600;
const invitationSchema = z
  .object({
    invitationId: z.string(),
    url: z.string().openapi({ description: 'Shown this once. Whoever has it can read the token.' }),
    expiresAt: z.iso.datetime(),
  })
  .openapi('Invitation');
const wishSchema = z
  .strictObject({
    validFor: z
      .int()
      .min(60)
      .max(7 * 24 * HOUR_S)
      .default(HOUR_S)
      .openapi({ description: 'Seconds for which the URL can be read.' }),
  })
  .openapi('InvitationRequest');

export const invitationsRoutes = (app: OpenAPIHono<Env>, context: InvitationsContext): void => {
  const { keys, groups, endpoints, apiUrl } = context;

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/groups/{groupId}/endpoints/{endpointId}/invitations',
      middleware: requireScope(keys, 'admin'),
      request: {
        params: endpointParams,
        body: { content: { 'application/json': { schema: wishSchema } } },
      },
      responses: {
        201: {
          description:
            'A URL that answers the details, with a token of its own, until it expires, or that token has connected or ended.',
          content: { 'application/json': { schema: invitationSchema } },
        },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId, endpointId } = request.req.valid('param');
      // Without a body nothing is validated, and nothing gets its default.
      const { validFor } = wishSchema.parse(request.req.valid('json') ?? {});
      if (!(await groups.get(groupId))) throw unknownGroup(groupId);
      await findEndpoint(endpoints, groupId, endpointId);
      const made = await invite(context, endpointId, validFor * 1000);
      if (!made) throw endpointNotFound(endpointId);
      const { invitationId, expiresAt } = made.invitation;
      const url = `${apiUrl}/invitations/${made.path}`;
      return request.json({ invitationId, url, expiresAt: isoTime(expiresAt) }, 201, {
        'cache-control': 'no-store',
      });
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/invitations/{invitation}',
      description: 'For NetBackup: an HTTPS GET without credentials. The path is the secret.',
      security: [],
      request: { params: z.object({ invitation: z.string() }) },
      responses: {
        200: {
          description: 'The five fields of EPT-1.',
          headers: z.object({ 'cache-control': z.literal('no-store') }),
          content: { 'application/json': { schema: detailsSchema } },
        },
        ...problemAnswers(404, 410, 429),
      },
    }),
    async (request) => {
      const { invitation } = request.req.valid('param');
      const sourceIp = request.env.requestContext?.http?.sourceIp ?? 'unknown';
      request.header('cache-control', 'no-store');
      return request.json(await readInvitation(context, invitation, sourceIp), 200);
    },
  );
};
