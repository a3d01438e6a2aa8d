/** The events about connections. */

import { explainClose, isPlanned } from '../groups/close-reasons.ts';
import { type BusEvent, event, eventIdOf } from '../platform/bus/bus.ts';
import type { RejectionReason } from '../platform/bus/enumerations.ts';
import { isoTime } from '../platform/clock.ts';
import type { Connection } from './connection.ts';

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
