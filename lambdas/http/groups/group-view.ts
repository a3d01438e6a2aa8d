/** The view of a group: whether it is connected, since when, and why not. */
import { z } from '@hono/zod-openapi';
import { explainRejection } from '../../connections/rejection-reasons.ts';
import { CLOSE_REASONS, explainClose, isPlanned } from '../../groups/close-reasons.ts';
import { endpointIdsOf, type Group } from '../../groups/group.ts';
import { isoTime } from '../../platform/clock.ts';
import { GATEWAY_KINDS, gatewayKindOf } from '../../platform/gateway/kinds.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { OFFSET_SOURCES, offsetView } from '../../reports/primary-time/offset-view.ts';

const time = z.iso.datetime();
export const groupSchema = z
  .object({
    groupId: z.string(),
    description: z.string().optional(),
    allowedCidrs: z.array(z.string()).optional(),
    verdicts: z.array(z.looseObject({})).optional(),
    targetHours: z.int().optional(),
    targets: z.array(z.looseObject({})).optional(),
    timeZone: z.string().optional(),
    labels: z.record(z.string(), z.string()).optional(),
    createdAt: time,
    endpointId: z.string().optional().openapi({
      description: 'The id of its endpoint; if it has one at each gateway, that of API Gateway.',
    }),
    relayEndpointId: z.string().optional().openapi({ description: 'The id of its endpoint at the relay.' }),
    session: z.object({
      connected: z.boolean(),
      state: z.enum(['connected', 'connecting', 'disconnected', 'never-connected']),
      since: time
        .optional()
        .openapi({ description: 'When the current session began, or when the last one ended.' }),
      lastSeen: time.optional().openapi({
        description:
          'When NetBackup was last active: CONNECT, a notification, or a response (to the minute).',
      }),
      endpointId: z.string().optional(),
      gateway: z
        .enum(GATEWAY_KINDS)
        .optional()
        .openapi({ description: 'The gateway that has the connection, or had the last one.' }),
      sourceIp: z.string().optional(),
      closeCode: z.int().optional().openapi({
        description: 'The WebSocket close code of the last session, as the gateway reported it.',
      }),
      closeReason: z.string().optional().openapi({ description: 'Why the last session ended.' }),
      closedFor: z
        .enum(CLOSE_REASONS)
        .optional()
        .openapi({ description: 'Why this side closed the last session; absent if it did not.' }),
      closePlanned: z.boolean().optional().openapi({
        description: 'This side ended the last session on purpose, or at the end of its lifetime.',
      }),
    }),
    lastNotificationAt: time.optional(),
    lastRejection: z
      .object({ at: time, reason: z.string(), explanation: z.string(), sourceIp: z.string() })
      .optional()
      .openapi({ description: "The last rejected CONNECT with a token of this group's endpoint." }),
    tokenShared: z
      .object({ at: time, addresses: z.array(z.string()) })
      .optional()
      .openapi({ description: 'Two domains seem to use the same token, from these addresses.' }),
    netbackupApiVersion: z.string().optional(),
    roundTripMs: z.number().optional(),
    utcOffset: z
      .object({
        seconds: z.int().optional().openapi({
          description:
            "What NetBackup's startTime and createdTime are ahead of UTC now: 18 000 in New York in winter, -3 600 in Berlin.",
        }),
        source: z.enum(OFFSET_SOURCES).openapi({
          description:
            'configured: of timeZone; learned: from a job and its image; estimated: from bounds; unknown: times are not converted.',
        }),
        warning: z
          .string()
          .optional()
          .openapi({ description: 'timeZone is contradicted by a job and its image.' }),
      })
      .openapi({ description: "The primary's UTC offset." }),
    utcOffsetSeconds: z.int().optional().openapi({ description: 'The seconds of utcOffset.' }),
  })
  .openapi('Group');

const optionalTime = (ms: number | undefined) => (ms === undefined ? undefined : isoTime(ms));

const latest = (...times: (number | undefined)[]): number | undefined => {
  const known = times.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};

const lastCloseView = ({ lastSession }: Group) =>
  lastSession === undefined
    ? {}
    : {
        ...omitUndefined({ closeCode: lastSession.closeCode, closedFor: lastSession.closing }),
        closeReason: explainClose(lastSession),
        closePlanned: isPlanned(lastSession),
      };

/** `connected` only after the CONNECT RESPONSE was sent; `lastSeen` is the time of the last activity. */
const sessionView = (group: Group, lastNotificationAt: number | undefined) => {
  const { session, lastSession, lastSeen } = group;
  const seen = latest(session?.since, lastSession?.since, lastSeen, lastNotificationAt);
  if (session) {
    return {
      connected: session.ready,
      state: session.ready ? ('connected' as const) : ('connecting' as const),
      since: isoTime(session.since),
      ...omitUndefined({ lastSeen: optionalTime(seen) }),
      endpointId: session.endpointId,
      gateway: gatewayKindOf(session.connectionId),
      sourceIp: session.sourceIp,
      ...lastCloseView(group),
    };
  }
  if (!lastSession) return { connected: false, state: 'never-connected' as const };
  return {
    connected: false,
    state: 'disconnected' as const,
    since: isoTime(lastSession.endedAt),
    ...omitUndefined({ lastSeen: optionalTime(seen) }),
    endpointId: lastSession.endpointId,
    gateway: gatewayKindOf(lastSession.connectionId),
    ...lastCloseView(group),
  };
};

/** @param now epoch ms; @param lastNotificationAt epoch ms, from the journal */
export const groupView = (
  group: Group,
  now: number,
  lastNotificationAt?: number,
): z.infer<typeof groupSchema> => {
  const { groupId, description, allowedCidrs, timeZone, netbackupApiVersion, roundTripMs } = group;
  const { labels, lastRejection, tokenShared } = group;
  const utcOffset = offsetView(group, now);
  return omitUndefined({
    groupId,
    createdAt: isoTime(group.createdAt),
    session: sessionView(group, lastNotificationAt),
    lastNotificationAt: optionalTime(lastNotificationAt),
    description,
    allowedCidrs: allowedCidrs && [...allowedCidrs],
    verdicts: group.verdicts?.map((rule) => ({ ...rule })),
    targetHours: group.targetHours,
    targets: group.targets?.map((rule) => ({ ...rule })),
    timeZone,
    // DynamoDB keeps no order.
    labels: labels && Object.fromEntries(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))),
    endpointId: endpointIdsOf(group)[0],
    relayEndpointId: group.relayEndpointId,
    netbackupApiVersion,
    roundTripMs,
    utcOffset,
    utcOffsetSeconds: utcOffset.seconds,
    lastRejection: lastRejection && {
      at: isoTime(lastRejection.at),
      reason: lastRejection.reason,
      explanation: explainRejection(lastRejection.reason),
      sourceIp: lastRejection.sourceIp,
    },
    tokenShared: tokenShared && { at: isoTime(tokenShared.at), addresses: [...tokenShared.addresses] },
  });
};
