import type { EndedSession, Session } from '../groups/group.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import type { Bus } from '../platform/bus/bus.ts';
import { tryToPublish } from '../platform/bus/try-to-publish.ts';
import { type Clock, HOUR_MS } from '../platform/clock.ts';
import type { CloseReason } from '../platform/gateway/close-codes.ts';
import type { Gateway } from '../platform/gateway/gateway.ts';
import type { Log } from '../platform/logger.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { CLOSE_MESSAGE_TOO_BIG } from '../protocol/limits.ts';
import { connectionClosed, connectionOpened, hasGroup } from './bus-events.ts';
import type { Connection } from './connection.ts';
import type { ConnectionsStore } from './connections-store.ts';
import { recordMessageTooLarge } from './too-large.ts';

export interface CloseContext {
  readonly groups: GroupsStore;
  readonly connections: ConnectionsStore;
  readonly gateway: Gateway;
  readonly clock: Clock;
  readonly log: Log;
}
export interface FinishContext extends Omit<CloseContext, 'gateway'> {
  readonly bus: Bus;
  /**
   * Ends or repeats the commands that were under way on a closed connection. `response-too-large`: after a 1009 the message
   * that was too large was probably the response to one of them; `handled-before`: they do not show it any more.
   */
  readonly onConnectionLost: (
    groupId: string,
    connection: Connection,
  ) => Promise<'response-too-large' | 'handled-before' | undefined>;
}

type CloseFrame = Pick<Connection, 'closeCode' | 'closeReason'>;

const endedSession = (
  { connectionId, endpointId, since }: Session,
  endedAt: number,
  { closeCode, closeReason, closing }: Pick<Connection, 'closeCode' | 'closeReason' | 'closing'>,
): EndedSession =>
  omitUndefined({ connectionId, endpointId, since, endedAt, closeCode, closeReason, closing });

/**
 * Records that a connection was closed, as reported by `$disconnect`, a 410 or the sweep, and ends the group's session if it was
 * this connection. A repeated call completes an interrupted one. Undefined when the connection was never opened.
 */
export const recordClose = async (
  { connections, groups, clock, log }: Omit<CloseContext, 'gateway'>,
  connectionId: string,
  end: CloseFrame,
): Promise<{ readonly connection: Connection; readonly wasSession: boolean } | undefined> => {
  const closed = await connections.close(connectionId, { closedAt: clock(), ...end });
  const connection = closed.ok ? closed.item : closed.existing;
  if (!connection) return undefined;
  const { groupId, closing, closeCode, closeReason } = connection;
  const session = groupId ? (await groups.get(groupId))?.session : undefined;
  const endedAt = connection.closedAt ?? clock();
  const wasSession =
    groupId !== undefined &&
    session?.connectionId === connectionId &&
    (await groups.endSession(groupId, endedSession(session, endedAt, connection)));
  if (closed.ok || wasSession) {
    const detail = { connectionId, groupId, wasSession, closing, closeCode, closeReason };
    log.info('connection-closed', detail);
    // A NOTIFICATION that is too large is sent again unchanged, and blocks the later ones (NOT-4, NOT-8).
    if (closeCode === CLOSE_MESSAGE_TOO_BIG) log.warn('message-too-large', { connectionId, groupId });
  }
  return { connection, wasSession };
};

/** The sweep publishes a close until the bus accepts it, but no longer than this. */
const PUBLISH_FOR_MS = HOUR_MS;

/** Records a close, and does what follows from it, in an order in which each step can be repeated. */
export const finishClose = async (
  context: FinishContext,
  connectionId: string,
  end: CloseFrame,
): Promise<void> => {
  const connection = (await recordClose(context, connectionId, end))?.connection;
  if (!connection) return;
  if (hasGroup(connection)) {
    const cause = await context.onConnectionLost(connection.groupId, connection);
    if (connection.closeCode === CLOSE_MESSAGE_TOO_BIG && cause === undefined)
      await recordMessageTooLarge(context.groups, connection.groupId, connection.closedAt ?? context.clock());
    // For a closed connection the sweep does not publish Connection Opened.
    const opened = connection.eventPending ? [connectionOpened(connection)] : [];
    const isPublished = await tryToPublish(context, [...opened, connectionClosed(connection)]);
    const publishUntil = (connection.closedAt ?? 0) + PUBLISH_FOR_MS;
    if (!isPublished && context.clock() < publishUntil) return;
  }
  await context.connections.removeFromOpen(connectionId);
};

/** Records the reason and closes a connection. `$disconnect` or the next sweep records the close. */
export const closeConnection = async (
  context: CloseContext,
  connectionId: string,
  reason: CloseReason,
  unless?: 'authenticated',
): Promise<void> => {
  if (!(await context.connections.markClosing(connectionId, reason, unless))) return;
  const closed = await context.gateway.close(connectionId, reason);
  if (!closed) await recordClose(context, connectionId, { closeReason: 'already closed' });
};

/** Logs an error instead of throwing it: the sweep closes the connection within a minute. */
export const tryToClose = async (
  context: CloseContext,
  connectionId: string,
  reason: CloseReason,
): Promise<void> => {
  try {
    await closeConnection(context, connectionId, reason);
  } catch (error) {
    context.log.error('close-failed', error, { connectionId, reason });
  }
};

/**
 * Ends a group's session at once and closes its connection, if `mustClose`. The session ends first: from then on no command is
 * sent on it, and the group is not shown as connected.
 * @param reconnects whether NetBackup should connect again, if `reason` does not decide it
 * @returns the session that was ended
 */
export const closeSession = async (
  context: CloseContext,
  groupId: string,
  reason: CloseReason,
  mustClose: (session: Session) => boolean = () => true,
  reconnects?: boolean,
): Promise<Session | undefined> => {
  const session = (await context.groups.get(groupId))?.session;
  if (!session || !mustClose(session)) return undefined;
  const { connectionId } = session;
  // First, so that no CONNECT on this connection can claim the session again.
  await context.connections.markClosing(connectionId, reason);
  const ended = endedSession(session, context.clock(), { closing: reason });
  await context.groups.endSession(groupId, ended, reconnects);
  context.log.info('session-closed', { groupId, connectionId, closing: reason });
  await tryToClose(context, connectionId, reason);
  return session;
};
