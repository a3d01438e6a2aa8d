/** What the bus hears of connections. `eventId` is stable: an event may come twice, with the same one. */

import { explainClose, isPlanned } from '../groups/close-reasons.ts';
import type { BusEvent } from '../platform/bus.ts';
import { HOUR_MS, isoTime } from '../platform/clock.ts';
import { sha256 } from '../platform/ids.ts';
import type { Connection } from './connection.ts';

const event = (
  detailType: string,
  groupId: string,
  identity: readonly (string | number)[],
  detail: Record<string, unknown>,
): BusEvent => ({
  detailType,
  detail: { eventId: sha256(JSON.stringify([detailType, groupId, ...identity])), groupId, ...detail },
});

type Admitted = Connection & { readonly groupId: string };

export const wasAdmitted = (connection: Connection): connection is Admitted =>
  connection.groupId !== undefined;

const described = ({ connectionId, endpointId, sourceIp }: Connection) => ({
  connectionId,
  endpointId,
  sourceIp,
});

export const connectionOpened = (connection: Admitted): BusEvent =>
  event('Connection Opened', connection.groupId, [connection.connectionId], {
    ...described(connection),
    at: isoTime(connection.admittedAt ?? connection.connectedAt),
  });

/** `planned`: somebody here wanted it, or it was due; nothing is wrong. */
export const connectionClosed = (connection: Admitted): BusEvent =>
  event('Connection Closed', connection.groupId, [connection.connectionId], {
    ...described(connection),
    at: isoTime(connection.closedAt ?? connection.connectedAt),
    planned: isPlanned(connection),
    closeCode: connection.closeCode,
    closeReason: connection.closeReason,
    explanation: explainClose(connection),
  });

export interface Refused {
  readonly groupId: string;
  readonly endpointId: string;
  readonly connectionId: string;
  readonly sourceIp: string;
  readonly reason: string;
}

export const connectionRejected = ({ groupId, ...refused }: Refused, now: number): BusEvent =>
  event('Connection Rejected', groupId, [refused.connectionId, refused.reason], {
    ...refused,
    at: isoTime(now),
  });

/** Told once an hour while it lasts; told again within it (the bus did not say that it took it), it is the same event. */
export const tokenShared = (
  groupId: string,
  endpointId: string,
  addresses: readonly string[],
  now: number,
): BusEvent =>
  event('Token Shared', groupId, [endpointId, Math.floor(now / HOUR_MS)], {
    endpointId,
    addresses,
    at: isoTime(now),
  });

export const tokenExpiring = (groupId: string, endpointId: string, expiresAt: number): BusEvent =>
  event('Token Expiring', groupId, [endpointId, expiresAt], { endpointId, expiresAt: isoTime(expiresAt) });
