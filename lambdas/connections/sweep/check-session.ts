/** The check of a session, once a minute: its token, its lifetime, its heartbeat. */
import { type Endpoint, hasNewestExpired, isTokenValid } from '../../endpoints/endpoint.ts';
import type { Group, Session } from '../../groups/group.ts';
import { HOUR_MS, MINUTE_MS } from '../../platform/clock.ts';
import type { CloseReason } from '../../platform/gateway/close-codes.ts';
import { limitsOf } from '../../platform/gateway/kinds.ts';
import { type CloseContext, closeConnection, type FinishContext, finishClose } from '../close.ts';
import type { Connection } from '../connection.ts';
import type { OpenConnection } from '../connections-store.ts';
import { nextHeartbeatStep, sendHeartbeat } from '../heartbeat.ts';
import { publishOpened } from '../publish-opened.ts';

export interface CheckSessionContext extends CloseContext, FinishContext {
  readonly heartbeatMinutes: number;
  /** Whether a command is under way on a group's connection. */
  readonly isBusy: (groupId: string) => Promise<boolean>;
  /** When a group's latest notification arrived (epoch ms). */
  readonly lastNotification: (groupId: string) => Promise<number | undefined>;
  /** Sends the queued commands of a group. */
  readonly flush: (groupId: string) => Promise<void>;
}

/** API Gateway closes a connection after 2 h. The sweep closes it earlier: when no command is under way, or at the latest time. */
const LIFETIME_MS = HOUR_MS + 50 * MINUTE_MS;
const MAX_LIFETIME_MS = HOUR_MS + 58 * MINUTE_MS;
/** After this time, the function that claimed the session was interrupted before it sent the CONNECT RESPONSE. */
const MAX_CLAIM_MS = MINUTE_MS;

/** Whether a connection that has a limited life is older than this. */
const isOlderThan = (
  { connectionId, connectedAt }: Pick<Connection, 'connectionId' | 'connectedAt'>,
  ms: number,
  now: number,
): boolean => limitsOf(connectionId).hasLifetime && now - connectedAt > ms;

/** Why an authenticated connection must be closed, for reasons other than its traffic. */
const closingReason = (
  { connectionId, connectedAt }: Pick<Connection, 'connectionId' | 'connectedAt'>,
  session: Session | undefined,
  endpoint: Endpoint | undefined,
  now: number,
): CloseReason | undefined => {
  if (session?.connectionId !== connectionId) return 'not-the-session';
  // Revoking a token closes its connection immediately, unless that was interrupted.
  if (!isTokenValid(endpoint, session.tokenId, now)) {
    return hasNewestExpired(endpoint, session.tokenId, now) ? 'token-expired' : 'token-ended';
  }
  if (!session.ready && now - session.since > MAX_CLAIM_MS) return 'unanswered';
  return isOlderThan({ connectionId, connectedAt }, MAX_LIFETIME_MS, now) ? 'lifetime' : undefined;
};

/** Closes a connection. If it was already closed, no `$disconnect` follows, so the close is completed here. */
export const closeAndFinish = async (
  context: CheckSessionContext,
  connectionId: string,
  reason: CloseReason,
  unless?: 'authenticated',
): Promise<void> => {
  await closeConnection(context, connectionId, reason, unless);
  const after = await context.connections.get(connectionId);
  if (after?.state === 'CLOSED') await finishClose(context, connectionId, { closeReason: 'already closed' });
};

const checkHeartbeat = async (
  context: CheckSessionContext,
  group: Group,
  session: Session,
  activeAt: number,
) => {
  const { groupId } = group;
  const { connectionId } = session;
  const now = context.clock();
  const heartbeatMs = context.heartbeatMinutes * MINUTE_MS;
  let receivedAt = Math.max(session.since, group.lastSeen ?? 0);
  if (now - receivedAt < heartbeatMs) return;
  receivedAt = Math.max(receivedAt, (await context.lastNotification(groupId)) ?? 0);
  const pending = (await context.connections.get(connectionId))?.heartbeat;
  const isBusy = pending !== undefined && (await context.isBusy(groupId));
  const step = nextHeartbeatStep({ now, receivedAt, activeAt, pending, heartbeatMs, isBusy });
  if (step === 'close') return closeAndFinish(context, connectionId, 'no-heartbeat');
  if (step === 'resend' && pending) await context.connections.endHeartbeat(connectionId, pending.commandId);
  if (step !== 'wait') await sendHeartbeat(context, connectionId);
};

/** Checks one connection of the session lane. */
export const checkSession = async (
  context: CheckSessionContext,
  connection: OpenConnection,
  group: Group | undefined,
  endpoint: Endpoint | undefined,
): Promise<void> => {
  const { connectionId } = connection;
  if (connection.state === 'CLOSED') return finishClose(context, connectionId, { closeReason: 'closed' });
  const session = group?.session;
  const now = context.clock();
  const reason = closingReason(connection, session, endpoint, now);
  if (reason || !group || !session) {
    return closeAndFinish(context, connectionId, reason ?? 'not-the-session');
  }
  const activeAt = await context.gateway.lastActiveAt(connectionId);
  if (activeAt === undefined)
    return finishClose(context, connectionId, { closeReason: 'found closed by the sweep' });
  if (connection.eventPending && session.ready) {
    const opened = await context.connections.get(connectionId);
    if (opened) await publishOpened(context, opened);
  }
  if (isOlderThan(connection, LIFETIME_MS, now) && !(await context.isBusy(group.groupId))) {
    return closeAndFinish(context, connectionId, 'lifetime');
  }
  if (session.ready) await context.flush(group.groupId);
  return checkHeartbeat(context, group, session, activeAt);
};
