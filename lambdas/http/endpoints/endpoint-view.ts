/** The view of an endpoint. It never contains a token or the URL of an invitation. */
import { z } from '@hono/zod-openapi';
import type { KnownCertificate } from '../../endpoints/certificate/certificate.ts';
import {
  currentInvitationState,
  type Endpoint,
  type EndpointDetails,
  gatewayOf,
} from '../../endpoints/endpoint.ts';
import type { Invitation } from '../../endpoints/invitation.ts';
import { type StoredToken, tokenIdOf } from '../../endpoints/token.ts';
import { isoTime } from '../../platform/clock.ts';
import { GATEWAY_KINDS } from '../../platform/gateway/kinds.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { certificateSchema, certificateView } from './certificate-view.ts';

const time = z.iso.datetime();

export const detailsSchema = z
  .object({
    token: z.string(),
    priority: z.int(),
    groupId: z.string(),
    hostName: z.string(),
    url: z.string(),
  })
  .openapi('EndpointDetails', {
    description: 'Exactly what NetBackup reads (EPT-1). The token is shown only once.',
  });

export const gatewaySchema = z.enum(GATEWAY_KINDS);

export const endpointSchema = z
  .object({
    endpointId: z.string(),
    groupId: z.string(),
    priority: z.int(),
    hostName: z.string(),
    url: z.string(),
    gateway: gatewaySchema.openapi({ description: 'The gateway whose host its details name.' }),
    enabled: z.boolean(),
    createdAt: time,
    certificate: certificateSchema.optional(),
    tokens: z.array(z.object({ tokenId: z.string(), createdAt: time, expiresAt: time.optional() })).openapi({
      description: 'The valid tokens, oldest first. When the newest connects, the others end.',
    }),
    invitations: z.array(
      z.object({
        invitationId: z.string(),
        state: z.enum(['open', 'used', 'expired']),
        createdAt: time,
        expiresAt: time,
        reads: z.int(),
        lastReads: z.array(z.object({ at: time, sourceIp: z.string() })),
      }),
    ),
  })
  .openapi('Endpoint');

const tokenView = (token: StoredToken) => ({
  tokenId: tokenIdOf(token),
  createdAt: isoTime(token.createdAt),
  ...omitUndefined({ expiresAt: token.expiresAt === undefined ? undefined : isoTime(token.expiresAt) }),
});

const invitationView = (endpoint: Endpoint, invitation: Invitation, now: number) => ({
  invitationId: invitation.invitationId,
  state: currentInvitationState(endpoint, invitation, now),
  createdAt: isoTime(invitation.createdAt),
  expiresAt: isoTime(invitation.expiresAt),
  reads: invitation.reads,
  lastReads: invitation.lastReads.map(({ at, sourceIp }) => ({ at: isoTime(at), sourceIp })),
});

export const endpointView = (
  endpoint: Endpoint,
  known: KnownCertificate | undefined,
  now: number,
): z.infer<typeof endpointSchema> => {
  const { endpointId, groupId, priority, hostName, url, enabled, createdAt, tokens, invitations } = endpoint;
  return {
    endpointId,
    groupId,
    priority,
    hostName,
    url,
    gateway: gatewayOf(endpoint),
    enabled,
    createdAt: isoTime(createdAt),
    // The certificate of the host for which the endpoint was created, or last had its details read.
    ...(known?.host === hostName ? certificateView(known) : {}),
    tokens: tokens.filter(({ expiresAt }) => expiresAt === undefined || expiresAt > now).map(tokenView),
    invitations: (invitations ?? []).map((invitation) => invitationView(endpoint, invitation, now)),
  };
};

/** `?port=omit`: the URL without the default port (EPT-3 allows both). */
export const portQuerySchema = z.strictObject({
  port: z.enum(['keep', 'omit']).default('keep').openapi({ description: 'omit: the url without :443.' }),
});

export const withPort = (details: EndpointDetails, port: 'keep' | 'omit'): EndpointDetails =>
  port === 'omit' ? { ...details, url: details.url.replace(/:443\//, '/') } : details;

/** The headers of a response that is a file with a token. */
export const detailsHeaders = (groupId: string): Record<string, string> => ({
  'content-disposition': `attachment; filename="${groupId}-endpoint.json"`,
});
