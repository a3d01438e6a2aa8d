/** A WebSocket connection, from its handshake to some days after its close. Times are epoch ms. */
import type { CloseReason } from '../platform/gateway/close-codes.ts';

export type ConnectionState = 'PENDING' | 'AUTHENTICATED' | 'REJECTED' | 'CLOSED';

export interface Connection {
  readonly connectionId: string;
  readonly state: ConnectionState;
  readonly connectedAt: number;
  readonly sourceIp: string;
  readonly userAgent?: string;
  /** The partition of the sparse index `open`, which the sweep reads; removed after its close was completed. */
  readonly openShard?: string;
  readonly groupId?: string;
  readonly endpointId?: string;
  /** When it became its group's session. */
  readonly authenticatedAt?: number;
  /** Connection Opened has not been published. */
  readonly eventPending?: boolean;
  /** The heartbeat without a response. */
  readonly heartbeat?: { readonly commandId: string; readonly sentAt: number };
  /** Why this side closes it. The first reason is kept. */
  readonly closing?: CloseReason;
  readonly closedAt?: number;
  readonly closeCode?: number;
  readonly closeReason?: string;
  /** Epoch seconds, for DynamoDB's TTL. Absent of a session at the relay, which may last longer than any fixed time. */
  readonly expiresAt?: number;
}

/**
 * Sessions have their own partitions of the index `open`, so that the sweep checks them even when there are very many
 * unauthenticated connections.
 */
export type Lane = 'session' | 'pending';

/** The partitions of a lane: 500 reconnects a second are close to the limit of one partition, 1 000 writes a second. */
const SHARDS = 4;
export const shardsOf = (lane: Lane): string[] =>
  Array.from({ length: SHARDS }, (_, index) => `${lane}-${index}`);

/** The partition of a connection; it depends on the id alone. */
export const openShardOf = (lane: Lane, connectionId: string): string => {
  const sum = [...connectionId].reduce((total, character) => total + character.charCodeAt(0), 0);
  return `${lane}-${sum % SHARDS}`;
};

/** How long a connection is stored. At API Gateway it is open for two hours at most; at the relay it counts from the close. */
export const RETENTION_DAYS = 7;
