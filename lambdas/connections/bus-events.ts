/** The events about connections and tokens. `eventId` is stable: an event may be published twice, with the same one. */

import { explainClose, isPlanned } from '../groups/close-reasons.ts';
import { type BusEvent, event } from '../platform/bus/bus.ts';
import type { RejectionReason } from '../platform/bus/enumerations.ts';
import { HOUR_MS, isoTime } from '../platform/clock.ts';
import { sha256 } from '../platform/ids.ts';
import type { Connection } from './connection.ts';

const eventIdOf = (...identity: readonly (string | number)[]): string => sha256(JSON.stringify(identity));

type GroupConnection = Connection & { readonly groupId: string };

/** Whether a connection became the session of a group. */
export const hasGroup = (connection: Connection): connection is GroupConnection =>
  connection.groupId !== undefined;

const connectionFields = ({ groupId, connectionId, endpointId, sourceIp }: GroupConnection) => ({
  groupId,
  connectionId,
  endpointId,
  sourceIp,
});

export const connectionOpened = (connection: GroupConnection): BusEvent =>
  event('Connection Opened', {
    eventId: eventIdOf('Connection Opened', connection.groupId, connection.connectionId),
    ...connectionFields(connection),
    at: isoTime(connection.authenticatedAt ?? connection.connectedAt),
  });

/** `planned`: this side closed it on purpose, or its time was up. */
export const connectionClosed = (connection: GroupConnection): BusEvent =>
  event('Connection Closed', {
    eventId: eventIdOf('Connection Closed', connection.groupId, connection.connectionId),
    ...connectionFields(connection),
    at: isoTime(connection.closedAt ?? connection.connectedAt),
    planned: isPlanned(connection),
    closeCode: connection.closeCode,
    closeReason: connection.closeReason,
    explanation: explainClose(connection),
  });

export interface Rejection {
  readonly groupId: string;
  readonly endpointId: string;
  readonly connectionId: string;
  readonly sourceIp: string;
  readonly reason: RejectionReason;
}

export const connectionRejected = (rejection: Rejection, now: number): BusEvent => {
  const { groupId, connectionId, reason } = rejection;
  const eventId = eventIdOf('Connection Rejected', groupId, connectionId, reason);
  return event('Connection Rejected', { eventId, ...rejection, at: isoTime(now) });
};

/** One event an hour while it lasts: published again within the hour, it has the same `eventId`. */
export const tokenShared = (
  groupId: string,
  endpointId: string,
  addresses: readonly string[],
  now: number,
): BusEvent => {
  const eventId = eventIdOf('Token Shared', groupId, endpointId, Math.floor(now / HOUR_MS));
  return event('Token Shared', { eventId, groupId, endpointId, addresses, at: isoTime(now) });
};

export const tokenExpiring = (groupId: string, endpointId: string, expiresAt: number): BusEvent => {
  const eventId = eventIdOf('Token Expiring', groupId, endpointId, expiresAt);
  return event('Token Expiring', { eventId, groupId, endpointId, expiresAt: isoTime(expiresAt) });
};
