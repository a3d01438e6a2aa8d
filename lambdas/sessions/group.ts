/** A NetBackup domain as seen from here: one server group (contract GRP), with at most one live session (I-5). */

import type { Closing } from './connection.ts';

/** The one connection that counts for a group. `ready` once its CONNECT RESPONSE went out: commands may follow (I-4). */
export interface Session {
  readonly connectionId: string;
  /** Epoch ms, the gateway's. */
  readonly connectedAt: number;
  readonly endpointId: string;
  readonly ready: boolean;
  /** Epoch ms of the CONNECT that was admitted. */
  readonly since: number;
}

/** How the last session ended. */
export interface EndedSession {
  readonly connectionId: string;
  readonly endpointId: string;
  readonly since: number;
  readonly endedAt: number;
  readonly closeCode?: number;
  readonly closeReason?: string;
  /** Why this side closed it, when it did. */
  readonly closing?: Closing;
}

export interface Group {
  readonly groupId: string;
  /** The same for each: the partition of the index that lists all groups. */
  readonly kind: 'group';
  readonly description?: string;
  readonly createdAt: number;
  /** Raised by each change to `session`. */
  readonly epoch: number;
  readonly session?: Session;
  readonly lastSession?: EndedSession;
  /** The endpoint of this deployment: one host name, one endpoint (EPT-4). */
  readonly endpointId?: string;
  /** Of the last answered heartbeat. */
  readonly roundTripMs?: number;
  readonly netbackupApiVersion?: string;
  /** Epoch ms of the last answered heartbeat. */
  readonly lastSeen?: number;
}

type Moment = Pick<Session, 'connectedAt' | 'connectionId'>;

/** Which of two connections is the newer one, by the gateway's clock; ties by id, so that everybody decides alike (I-5). */
export const isNewer = (left: Moment, right: Moment): boolean =>
  left.connectedAt === right.connectedAt
    ? left.connectionId > right.connectionId
    : left.connectedAt > right.connectedAt;
