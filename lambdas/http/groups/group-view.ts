/** How a group is shown: whether it is connected, since when, and why not. */
import { z } from '@hono/zod-openapi';
import { explainRejection } from '../../connections/rejection-reasons.ts';
import { explainClose, isPlanned } from '../../groups/close-reasons.ts';
import type { Group } from '../../groups/group.ts';
import { isoTime } from '../../platform/clock.ts';

const time = z.iso.datetime();
export const groupSchema = z
  .object({
    groupId: z.string(),
    description: z.string().optional(),
    allowedCidrs: z.array(z.string()).optional(),
    createdAt: time,
    endpointId: z.string().optional(),
    session: z.object({
      connected: z.boolean(),
      state: z.enum(['connected', 'connecting', 'disconnected', 'never-connected']),
      since: time
        .optional()
        .openapi({ description: 'When the present session began, or when the last one ended.' }),
      lastSeen: time.optional().openapi({
        description:
          'When NetBackup last proved that it was there: by CONNECT, a notification, or an answer (to the minute).',
      }),
      endpointId: z.string().optional(),
      sourceIp: z.string().optional(),
      closeCode: z
        .int()
        .optional()
        .openapi({ description: 'Of the last session; WebSocket close code as the gateway reported it.' }),
      closeReason: z.string().optional().openapi({ description: 'Why the last session ended, in words.' }),
      closePlanned: z
        .boolean()
        .optional()
        .openapi({ description: 'The last session ended because somebody here wanted it, or it was due.' }),
    }),
    lastNotificationAt: time.optional(),
    lastRejection: z
      .object({ at: time, reason: z.string(), explanation: z.string(), sourceIp: z.string() })
      .optional()
      .openapi({ description: "The last CONNECT with a token of this group's endpoint that was refused." }),
    tokenShared: z
      .object({ at: time, addresses: z.array(z.string()) })
      .optional()
      .openapi({ description: 'Two domains seem to connect with one token, from these addresses.' }),
    netbackupApiVersion: z.string().optional(),
    roundTripMs: z.number().optional(),
    utcOffsetSeconds: z
      .int()
      .optional()
      .openapi({ description: "The primary's UTC offset, learned from what it reports." }),
  })
  .openapi('Group');

/** `{ name: ISO time }`, or nothing where the time is not known. */
const optionalTime = <K extends string>(name: K, ms: number | undefined) =>
  (ms === undefined ? {} : { [name]: isoTime(ms) }) as { [name in K]?: string };

const latest = (...times: (number | undefined)[]): number | undefined => {
  const known = times.filter((ms) => ms !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
};

const lastCloseView = ({ lastSession }: Group) =>
  lastSession === undefined
    ? {}
    : {
        ...(lastSession.closeCode === undefined ? {} : { closeCode: lastSession.closeCode }),
        closeReason: explainClose(lastSession),
        closePlanned: isPlanned(lastSession),
      };

/** Presence says no more than is known: `connected` once NetBackup was told so, `lastSeen` as of the last proof. */
const sessionView = (group: Group, lastNotificationAt: number | undefined) => {
  const { session, lastSession, lastSeen } = group;
  const seen = latest(session?.since, lastSession?.since, lastSeen, lastNotificationAt);
  if (session) {
    return {
      connected: session.ready,
      state: session.ready ? ('connected' as const) : ('connecting' as const),
      since: isoTime(session.since),
      ...optionalTime('lastSeen', seen),
      endpointId: session.endpointId,
      sourceIp: session.sourceIp,
      ...lastCloseView(group),
    };
  }
  if (!lastSession) return { connected: false, state: 'never-connected' as const };
  return {
    connected: false,
    state: 'disconnected' as const,
    since: isoTime(lastSession.endedAt),
    ...optionalTime('lastSeen', seen),
    endpointId: lastSession.endpointId,
    ...lastCloseView(group),
  };
};

/** @param lastNotificationAt epoch ms, from the journal */
export const groupView = (group: Group, lastNotificationAt?: number): z.infer<typeof groupSchema> => {
  const { lastRejection, tokenShared } = group;
  const utcOffsetSeconds = group.utcOffsets?.at(-1)?.seconds;
  return {
    groupId: group.groupId,
    createdAt: isoTime(group.createdAt),
    session: sessionView(group, lastNotificationAt),
    ...optionalTime('lastNotificationAt', lastNotificationAt),
    ...(group.description === undefined ? {} : { description: group.description }),
    ...(group.allowedCidrs === undefined ? {} : { allowedCidrs: [...group.allowedCidrs] }),
    ...(group.endpointId === undefined ? {} : { endpointId: group.endpointId }),
    ...(group.netbackupApiVersion === undefined ? {} : { netbackupApiVersion: group.netbackupApiVersion }),
    ...(group.roundTripMs === undefined ? {} : { roundTripMs: group.roundTripMs }),
    ...(utcOffsetSeconds === undefined ? {} : { utcOffsetSeconds }),
    ...(lastRejection === undefined
      ? {}
      : {
          lastRejection: {
            at: isoTime(lastRejection.at),
            reason: lastRejection.reason,
            explanation: explainRejection(lastRejection.reason),
            sourceIp: lastRejection.sourceIp,
          },
        }),
    ...(tokenShared === undefined
      ? {}
      : { tokenShared: { at: isoTime(tokenShared.at), addresses: [...tokenShared.addresses] } }),
  };
};
