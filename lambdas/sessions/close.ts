import type { Clock } from '../platform/clock.ts';
import type { Gateway } from '../platform/gateway/gateway.ts';
import type { Log } from '../platform/logger.ts';
import type { Closing, Connection } from './connection.ts';
import type { ConnectionsStore } from './connections-store.ts';
import type { GroupsStore } from './groups-store.ts';

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
  const wasSession =
    groupId !== undefined &&
    session?.connectionId === connectionId &&
    (await context.groups.endSession(groupId, {
      connectionId,
      endpointId: session.endpointId,
      since: session.since,
      endedAt: connection.closedAt ?? context.clock(),
      ...(closeCode === undefined ? {} : { closeCode }),
      ...(closeReason === undefined ? {} : { closeReason }),
      ...(closing === undefined ? {} : { closing }),
    }));
  if (closed.ok || wasSession) {
    context.log.info('connection-closed', {
      connectionId,
      groupId,
      wasSession,
      closing,
      closeCode,
      closeReason,
    });
  }
  return { connection, wasSession };
};

/** Closes a connection from this side, saying why first. `$disconnect` or the next sweep records the end. */
export const closeConnection = async (
  context: CloseContext,
  connectionId: string,
  reason: Closing,
): Promise<void> => {
  await context.connections.closing(connectionId, reason);
  const closed = await context.gateway.close(connectionId);
  if (!closed) await endConnection(context, connectionId, { closeReason: 'already gone' });
};
