/** A WebSocket connection from its handshake to a while after its end. Times are epoch ms. */
import type { CloseReason } from '../groups/close-reasons.ts';

export type ConnectionState = 'PENDING' | 'AUTHENTICATED' | 'REJECTED' | 'CLOSED';

export interface Connection {
  readonly connectionId: string;
  readonly state: ConnectionState;
  readonly connectedAt: number;
  readonly sourceIp: string;
  readonly userAgent?: string;
  /** There until its end has been dealt with: the partition of the sparse index that the sweep reads. */
  readonly openShard?: string;
  readonly groupId?: string;
  readonly endpointId?: string;
  /** When it became its group's session. */
  readonly admittedAt?: number;
  /** That it became a session has not reached the bus yet. */
  readonly untold?: boolean;
  /** The heartbeat that waits for its answer. */
  readonly heartbeat?: { readonly commandId: string; readonly sentAt: number };
  /** Why we are closing it, when it is our doing. The first reason stays. */
  readonly closing?: CloseReason;
  readonly closedAt?: number;
  readonly closeCode?: number;
  readonly closeReason?: string;
  /** Epoch seconds, for DynamoDB's TTL. */
  readonly expiresAt: number;
}

/**
 * Who the sweep sees to first: sessions have partitions of their own, so that no flood of connections that never say who
 * they are keeps a session from its heartbeat.
 */
export type Lane = 'session' | 'pending';

/** How many partitions a lane has: a reconnect storm of 500 a second fits one partition's 1 000 writes a second only barely. */
const SHARDS = 4;
export const shardsOf = (lane: Lane): string[] =>
  Array.from({ length: SHARDS }, (_, index) => `${lane}-${index}`);

/** The partition of a connection: any spread that depends on the id alone. */
export const openShardOf = (lane: Lane, connectionId: string): string => {
  const sum = [...connectionId].reduce((total, character) => total + character.charCodeAt(0), 0);
  return `${lane}-${sum % SHARDS}`;
};

/** How long a connection is remembered. It lives 2 h at most. */
export const REMEMBERED_DAYS = 7;
