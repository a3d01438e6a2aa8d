/** Invitations: a URL from which NetBackup reads the endpoint details (EPT-2). */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { KnownCertificate } from '../../endpoints/certificate/certificate.ts';
import { type InvitationsContext, invite, readInvitation } from '../../endpoints/invitations.ts';
import { currentAddress } from '../../endpoints/web-socket-urls.ts';
import type { GroupsStore } from '../../groups/groups-store.ts';
import { HOUR_S, isoTime } from '../../platform/clock.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { type Env, sourceIpOf } from '../app.ts';
import type { Rejections } from '../rejections.ts';
import { groupRoute, jsonContent, jsonResponse, openRoute, type RouteContext } from '../route.ts';
import { certificateSchema, certificateView } from './certificate-view.ts';
import { DETAILS, INVITATION } from './endpoint-examples.ts';
import { detailsSchema } from './endpoint-view.ts';
import { endpointNotFound, endpointParams, findEndpoint } from './endpoints-routes.ts';

export interface InvitationsRoutesContext extends InvitationsContext, RouteContext {
  readonly groups: GroupsStore;
  readonly apiUrl: string;
  readonly rejections: Pick<Rejections, 'count'>;
  readonly certificateOf: (hostName: string) => Promise<KnownCertificate | undefined>;
}

const invitationSchema = z
  .object({
    invitationId: z.string(),
    url: z.string().openapi({ description: 'Shown only once. Anyone who has it can read the token.' }),
    expiresAt: z.iso.datetime(),
    certificate: certificateSchema.optional(),
  })
  .openapi('Invitation');
const requestSchema = z
  .strictObject({
    validFor: z
      .int()
      .min(60)
      .max(7 * 24 * HOUR_S)
      .default(HOUR_S)
      .openapi({ description: 'Seconds for which the URL can be read.' }),
  })
  .openapi('InvitationRequest');

export const invitationsRoutes = (app: OpenAPIHono<Env>, context: InvitationsRoutesContext): void => {
  const { endpoints, webSocketUrls, apiUrl, certificateOf } = context;

  groupRoute(
    app,
    context,
    'admin',
    {
      method: 'post',
      path: '/v1/groups/{groupId}/endpoints/{endpointId}/invitations',
      operationId: 'createInvitation',
      tags: ['Endpoints'],
      summary: 'Create a URL from which NetBackup reads the endpoint details',
      errors: ['404 endpoint-not-found', '422 gateway-not-deployed'],
      request: { params: endpointParams, body: { content: jsonContent(requestSchema, { validFor: 3600 }) } },
      responses: {
        201: jsonResponse(
          'A URL that returns the endpoint details with its own token. The URL ends when it expires, or when that token has connected or ended.',
          invitationSchema,
          INVITATION,
        ),
      },
    },
    async (request) => {
      const { groupId, endpointId } = request.req.valid('param');
      // Without a body there is no validation, and there are no defaults.
      const { validFor } = requestSchema.parse(request.req.valid('json') ?? {});
      const endpoint = await findEndpoint(endpoints, groupId, endpointId);
      // The host that the details will name when they are read.
      const { hostName } = currentAddress(webSocketUrls, endpoint);
      const created = await invite(context, endpointId, validFor * 1000);
      if (!created) throw endpointNotFound(endpointId);
      const { invitationId, expiresAt } = created.invitation;
      // NetBackup reads it over HTTPS only (EPT-2); the API of a local deployment is called over HTTP too.
      const url = `${apiUrl.replace(/^http:/, 'https:')}/invitations/${created.path}`;
      const view = {
        invitationId,
        url,
        expiresAt: isoTime(expiresAt),
        ...certificateView(await certificateOf(hostName)),
      };
      return request.json(view, 201);
    },
  );

  openRoute(
    app,
    {
      method: 'get',
      path: '/invitations/{invitation}',
      operationId: 'readInvitation',
      tags: ['Endpoints'],
      summary: 'The endpoint details, for NetBackup',
      description: 'For NetBackup: an HTTPS GET without credentials. The path is the secret.',
      errors: [
        '404 invitation-not-found',
        '410 invitation-ended',
        '422 gateway-not-deployed',
        '429 invitation-read-too-often',
      ],
      request: { params: z.object({ invitation: z.string() }) },
      responses: {
        200: {
          ...jsonResponse('The five fields of EPT-1.', detailsSchema, DETAILS),
          headers: z.object({ 'cache-control': z.literal('no-store') }),
        },
      },
    },
    async (request) => {
      const { invitation } = request.req.valid('param');
      const sourceIp = sourceIpOf(request) ?? 'unknown';
      const details = await readInvitation(context, invitation, sourceIp).catch((error: unknown) => {
        if (error instanceof HttpProblem && error.status === 404) context.rejections.count('invitation');
        throw error;
      });
      return request.json(details, 200);
    },
  );
};
