/** A server group (contract GRP): a NetBackup domain, with at most one session (I-5). */

import type { CloseReason } from '../platform/gateway/close-codes.ts';
import type { GatewayKind } from '../platform/gateway/kinds.ts';
import type { Sealed } from '../platform/vault.ts';
import type { ProblemKind } from '../problems/kinds.ts';
import type { TargetRule, VerdictRule } from './backup-rules.ts';
import type { Takeover } from './takeover.ts';

/** The authenticated connection of a group. `ready`: its CONNECT RESPONSE was sent, so commands may follow (I-4). */
export interface Session {
  readonly connectionId: string;
  /** Epoch ms, by the gateway's clock. */
  readonly connectedAt: number;
  readonly endpointId: string;
  /** Which of the endpoint's tokens authenticated it. */
  readonly tokenId: string;
  readonly sourceIp: string;
  readonly ready: boolean;
  /** Epoch ms of its CONNECT. */
  readonly since: number;
  /** Until then (epoch ms) it is reserved for one command. */
  readonly reservedUntil?: number;
  /** Names the write that reserved it: the SDK may repeat that. */
  readonly reservedBy?: string;
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

/** The last rejected CONNECT that named the group's endpoint. */
export interface Rejection {
  readonly at: number;
  readonly reason: string;
  readonly sourceIp: string;
}

/** The partition of the index `down`: groups that should be connected and are not. */
export const DOWN_SHARD = 'down';

/** The partition of the index `marked`: groups that the sweep reviews every minute. */
export const MARK_SHARD = 'marked';

/** Something that may become a problem, as a function saw it; the sweep judges it. Times are epoch ms. */
export interface Evidence {
  readonly since: number;
  readonly last: number;
  readonly count: number;
}

/** The attributes of a group that contain evidence. */
export type EvidenceName = 'credentialRefused' | 'tooLarge';

/** A NetBackup API key, encrypted (I-6), and who stored it. */
export interface StoredCredential extends Sealed {
  /** Epoch ms. This and `storedBy` are absent for a key that an older version stored. */
  readonly storedAt?: number;
  /** The id of the caller's API key. */
  readonly storedBy?: string;
}

/** Short name, full name, aliases. Only the first ones are stored, so that responses cannot cause a write for each request. */
export const MAX_PRIMARY_HOSTS = 8;

export interface Group {
  readonly groupId: string;
  /** The partition of the index `all`. `deleting`: its data is being removed. */
  readonly kind: 'group' | 'deleting';
  readonly description?: string;
  /** The source addresses from which its domain may connect; all when absent or empty. */
  readonly allowedCidrs?: readonly string[];
  /** The primary's time zone, from the tz database: it decides what the primary's local times are in UTC (TRAP-2). */
  readonly timeZone?: string;
  /** Chosen by people, to filter groups and lists over groups. */
  readonly labels?: Readonly<Record<string, string>>;
  readonly createdAt: number;
  /** Incremented by each change of `session`, or of the conditions of a CONNECT. */
  readonly epoch: number;
  readonly session?: Session;
  readonly lastSession?: EndedSession;
  readonly lastRejection?: Rejection;
  /** Set while it has no session and NetBackup should reconnect: the key of the index `down`, which the sweep reads. */
  readonly downShard?: typeof DOWN_SHARD;
  readonly downSince?: number;
  /** The latest takeovers, to detect two domains with the same token. */
  readonly takeovers?: readonly Takeover[];
  readonly tokenShared?: { readonly at: number; readonly addresses: readonly string[] };
  /** Its endpoint at API Gateway: one host name, one endpoint (EPT-4). */
  readonly endpointId?: string;
  /** Its endpoint at the relay, which has another host name. */
  readonly relayEndpointId?: string;
  /** The duration of the last heartbeat with a response. */
  readonly roundTripMs?: number;
  readonly netbackupApiVersion?: string;
  /** Epoch ms of the last response to a heartbeat or a command, to the minute. */
  readonly lastSeen?: number;
  /** Rules on what exit statuses mean in this group; they precede those of the deployment. */
  readonly verdicts?: readonly VerdictRule[];
  /** How old the last good backup of a client under a policy may be, in hours. */
  readonly targetHours?: number;
  /** Targets by client and policy; they precede `targetHours`. */
  readonly targets?: readonly TargetRule[];
  /** What notifications have shown of the primary's UTC offset (TRAP-2), packed by `reports`. */
  readonly utcOffsetEvidence?: string;
  /** Host names of the primary in its responses' links, {@link MAX_PRIMARY_HOSTS} at most. */
  readonly primaryHosts?: readonly string[];
  /** The NetBackup API key that replaces the caller's. Never shown. */
  readonly netbackupCredential?: StoredCredential;
  /** Set while something is or may be wrong: the key of the index `marked`. */
  readonly markShard?: typeof MARK_SHARD;
  /** The kinds of problems that the latest review found. */
  readonly wrong?: readonly ProblemKind[];
  /** Since when NetBackup answers 401 to the stored API key. */
  readonly credentialRefused?: Evidence;
  /** Closes of its connections because of a notification that was too large, since a notification last arrived. */
  readonly tooLarge?: Evidence;
  /** Epoch ms; set while the group is being deleted. */
  readonly deletingSince?: number;
}

/** The attribute that holds the endpoint of each gateway. */
export const ENDPOINT_ATTRIBUTES = {
  'api-gateway': 'endpointId',
  relay: 'relayEndpointId',
} as const satisfies Readonly<Record<GatewayKind, keyof Group>>;

/** Its endpoints, that of API Gateway first. */
export const endpointIdsOf = (group: Pick<Group, 'endpointId' | 'relayEndpointId'>): string[] =>
  [group.endpointId, group.relayEndpointId].filter((id) => id !== undefined);

type Opened = Pick<Session, 'connectedAt' | 'connectionId'>;

/**
 * Whether `left` is the newer connection, by the gateway's clock; equal times are ordered by id, so that the result is unique (I-5).
 * With two gateways there are two clocks, but NetBackup dials again only after it has lost its connection (CON-6).
 */
export const isNewer = (left: Opened, right: Opened): boolean =>
  left.connectedAt === right.connectedAt
    ? left.connectionId > right.connectionId
    : left.connectedAt > right.connectedAt;
