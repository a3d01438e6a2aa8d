/** A NetBackup domain as seen from here: one server group (contract GRP), with at most one live session (I-5). */

import type { Sealed } from '../platform/vault.ts';
import type { CloseReason } from './close-reasons.ts';
import type { Takeover } from './takeover.ts';

/** The one connection that counts for a group. `ready` once its CONNECT RESPONSE went out: commands may follow (I-4). */
export interface Session {
  readonly connectionId: string;
  /** Epoch ms, the gateway's. */
  readonly connectedAt: number;
  readonly endpointId: string;
  /** Under which of the endpoint's tokens it was admitted. */
  readonly tokenId: string;
  readonly sourceIp: string;
  readonly ready: boolean;
  /** Epoch ms of the CONNECT that was admitted. */
  readonly since: number;
  /** Until then (epoch ms) one command has the connection to itself. */
  readonly reservedUntil?: number;
}

export const isReserved = ({ reservedUntil }: Session, now: number): boolean =>
  reservedUntil !== undefined && reservedUntil > now;

/** How the last session ended. */
export interface EndedSession {
  readonly connectionId: string;
  readonly endpointId: string;
  readonly since: number;
  readonly endedAt: number;
  readonly closeCode?: number;
  readonly closeReason?: string;
  /** Why this side closed it, when it did. */
  readonly closing?: CloseReason;
}

/** The last CONNECT with a token of the group's endpoint that was refused. */
export interface Rejection {
  readonly at: number;
  readonly reason: string;
  readonly sourceIp: string;
  /** Since when the same reason has been told on the bus. */
  readonly toldAt: number;
}

/** The partition of the index of groups that should be connected and are not. */
export const DOWN_SHARD = 'down';

/** A NetBackup API key, encrypted (I-6), and who left it here. */
export interface StoredCredential extends Sealed {
  /** Epoch ms. Absent, as `storedBy`, of one that was stored before these were kept. */
  readonly storedAt?: number;
  /** The id of the API key under which it was stored. */
  readonly storedBy?: string;
}
/** Short name, full name, aliases; the first ones are kept, so that no answer can have a write made for each request. */
export const MAX_PRIMARY_HOSTS = 8;

export interface Group {
  readonly groupId: string;
  /** The partition of the index that lists all groups, and of the one that lists those whose data are being removed. */
  readonly kind: 'group' | 'deleting';
  readonly description?: string;
  /** From where its domain may connect; everywhere when absent or empty. */
  readonly allowedCidrs?: readonly string[];
  readonly createdAt: number;
  /** Raised by each change to `session`, or to who may become it. */
  readonly epoch: number;
  readonly session?: Session;
  readonly lastSession?: EndedSession;
  readonly lastRejection?: Rejection;
  /** While it is without a session that should come back by itself: the key of the index that the sweep reads. */
  readonly downShard?: typeof DOWN_SHARD;
  readonly downSince?: number;
  /** The latest, for recognising two domains with one token. */
  readonly takeovers?: readonly Takeover[];
  readonly tokenShared?: { readonly at: number; readonly addresses: readonly string[] };
  /** The endpoint of this deployment: one host name, one endpoint (EPT-4). */
  readonly endpointId?: string;
  /** Of the last answered heartbeat. */
  readonly roundTripMs?: number;
  readonly netbackupApiVersion?: string;
  /** Epoch ms of the last answer to a heartbeat or a command, to the minute. */
  readonly lastSeen?: number;
  /** The primary's UTC offset, learned from its notifications (TRAP-2): from when on (epoch seconds), how many seconds. */
  readonly utcOffsets?: readonly {
    readonly from: number;
    readonly seconds: number;
    /** To be replaced by what says more. */
    readonly rough?: true;
  }[];
  /** Names under which its answers link to the primary itself, {@link MAX_PRIMARY_HOSTS} at most. */
  readonly primaryHosts?: readonly string[];
  /** The API key that is put in place of ours. Never shown. */
  readonly netbackupCredential?: StoredCredential;
  /** Of a group that is being deleted: since when. */
  readonly deletingSince?: number;
}

type Moment = Pick<Session, 'connectedAt' | 'connectionId'>;

/** Which of two connections is the newer one, by the gateway's clock; ties by id, so that everybody decides alike (I-5). */
export const isNewer = (left: Moment, right: Moment): boolean =>
  left.connectedAt === right.connectedAt
    ? left.connectionId > right.connectionId
    : left.connectedAt > right.connectedAt;
