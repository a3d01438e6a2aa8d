import type { CloseReason } from '../groups/close-reasons.ts';
import type { EndedSession, Session } from '../groups/group.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import type { Bus } from '../platform/bus/bus.ts';
import { tryToPublish } from '../platform/bus/try-to-publish.ts';
import { type Clock, HOUR_MS } from '../platform/clock.ts';
import type { Gateway } from '../platform/gateway/gateway.ts';
import type { Log } from '../platform/logger.ts';
import { connectionClosed, connectionOpened, hasGroup } from './bus-events.ts';
import type { Connection } from './connection.ts';
import type { ConnectionsStore } from './connections-store.ts';

export interface CloseContext {
  readonly groups: GroupsStore;
  readonly connections: ConnectionsStore;
  readonly gateway: Gateway;
  readonly clock: Clock;
  readonly log: Log;
}

/** A connection that has ended, and whether it was its group's session. */
export interface Ended {
  readonly connection: Connection;
  readonly wasSession: boolean;
}

/** The record of a session's end; values that are not known are left out. */
const endOf = (
  session: Session,
  endedAt: number,
  { closeCode, closeReason, closing }: Pick<Connection, 'closeCode' | 'closeReason' | 'closing'>,
): EndedSession => ({
  connectionId: session.connectionId,
  endpointId: session.endpointId,
  since: session.since,
  endedAt,
  ...(closeCode === undefined ? {} : { closeCode }),
  ...(closeReason === undefined ? {} : { closeReason }),
  ...(closing === undefined ? {} : { closing }),
});

/** RFC 6455: the gateway did not carry a message. A NOTIFICATION comes again as it is, and blocks what follows (NOT-4, NOT-8). */
const MESSAGE_TOO_BIG = 1009;

/**
 * Records that a connection has ended, whoever found out (`$disconnect`, a 410, the sweep), and takes the session from its
 * group if it was that connection's. Safe to call again: the second call finishes what a crash left of the first.
 */
export const endConnection = async (
  context: Omit<CloseContext, 'gateway'>,
  connectionId: string,
  end: Pick<Connection, 'closeCode' | 'closeReason'>,
): Promise<Ended | undefined> => {
  const closed = await context.connections.close(connectionId, { closedAt: context.clock(), ...end });
  const connection = closed.ok ? closed.item : closed.existing;
  if (!connection) return undefined;
  const { groupId, closing, closeCode, closeReason } = connection;
  const session = groupId ? (await context.groups.get(groupId))?.session : undefined;
  const endedAt = connection.closedAt ?? context.clock();
  const wasSession =
    groupId !== undefined &&
    session?.connectionId === connectionId &&
    (await context.groups.endSession(groupId, endOf(session, endedAt, connection)));
  if (closed.ok || wasSession) {
    const detail = { connectionId, groupId, wasSession, closing, closeCode, closeReason };
    context.log.info('connection-closed', detail);
    if (closeCode === MESSAGE_TOO_BIG) context.log.warn('message-too-large', { connectionId, groupId });
  }
  return { connection, wasSession };
};

/** An end that the bus would not take is told again by the sweep, but not for ever. */
const TELL_FOR_MS = HOUR_MS;

/** What follows from an end, besides the group's session: in this order, each safe to repeat. */
export const settleEnd = async (
  context: Omit<CloseContext, 'gateway'> & { readonly bus: Bus },
  connection: Connection,
  /** For the commands that it carried. */
  lost: (groupId: string, connection: Connection) => Promise<void>,
): Promise<void> => {
  if (hasGroup(connection)) {
    await lost(connection.groupId, connection);
    // Nobody tells the beginning of what has ended any more.
    const opened = connection.untold ? [connectionOpened(connection)] : [];
    const told = await tryToPublish(context, [...opened, connectionClosed(connection)]);
    const giveUpAt = (connection.closedAt ?? 0) + TELL_FOR_MS;
    if (!told && context.clock() < giveUpAt) return;
  }
  await context.connections.settled(connection.connectionId);
};

/**
 * Closes a connection from this side, saying why first. `$disconnect` or the next sweep records the end.
 * @param only `unheard`: unless it has become a session meanwhile
 */
export const closeConnection = async (
  context: CloseContext,
  connectionId: string,
  reason: CloseReason,
  only?: 'unheard',
): Promise<void> => {
  if (!(await context.connections.closing(connectionId, reason, only))) return;
  const closed = await context.gateway.close(connectionId);
  if (!closed) await endConnection(context, connectionId, { closeReason: 'already gone' });
};

/** The same, where it is not the point: should it fail, the sweep closes the connection within a minute. */
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
 * Ends a group's session at once and closes its connection, if `concerns` it. The group loses it first: from then on no
 * command goes there, and presence does not claim it.
 * @returns the session that was ended
 */
export const closeSession = async (
  context: CloseContext,
  groupId: string,
  reason: CloseReason,
  concerns: (session: Session) => boolean = () => true,
): Promise<Session | undefined> => {
  const session = (await context.groups.get(groupId))?.session;
  if (!session || !concerns(session)) return undefined;
  const { connectionId } = session;
  // First, so that no CONNECT on this connection can claim the session anew.
  await context.connections.closing(connectionId, reason);
  await context.groups.endSession(groupId, endOf(session, context.clock(), { closing: reason }));
  context.log.info('session-closed', { groupId, connectionId, closing: reason });
  await tryToClose(context, connectionId, reason);
  return session;
};

/**
 * The same for an endpoint that lets nobody in any more. A domain that was away already is not missed from now on either,
 * as one is not that is sent away.
 */
export const revokeSession = async (
  context: CloseContext,
  groupId: string,
  endpointId: string,
  reason: CloseReason,
): Promise<void> => {
  await closeSession(context, groupId, reason, (session) => session.endpointId === endpointId);
  await context.groups.expectNobody(groupId);
};
