import type { RejectionReason } from '../platform/bus/enumerations.ts';
import type { GatewayKind } from '../platform/gateway/kinds.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { type Invitation, type InvitationState, invitationState } from './invitation.ts';
import { findToken, type StoredToken, tokenIdOf } from './token.ts';

/** An endpoint as stored: its details for NetBackup, and its tokens. Times are epoch ms. */
export interface Endpoint {
  readonly endpointId: string;
  readonly groupId: string;
  readonly priority: number;
  readonly hostName: string;
  readonly url: string;
  /**
   * The gateway whose host its details name. Absent: API Gateway, as in every endpoint older than the relay. Its tokens are valid at
   * both gateways: NetBackup's details alone decide where it connects.
   */
  readonly gateway?: GatewayKind;
  readonly enabled: boolean;
  /** Oldest first. */
  readonly tokens: readonly StoredToken[];
  readonly invitations?: readonly Invitation[];
  /** Set until the event about the newest token's expiry is published: the key of the index that the sweep reads. */
  readonly expiryShard?: typeof EXPIRY_SHARD;
  readonly tokenExpiresAt?: number;
  /** Incremented by each change that affects who may connect: a CONNECT succeeds only with the version that it read. */
  readonly version: number;
  readonly createdAt: number;
}

export const gatewayOf = ({ gateway }: Pick<Endpoint, 'gateway'>): GatewayKind => gateway ?? 'api-gateway';

/** The only partition of the index `expiring`: there are few endpoints, and most of their tokens do not expire. */
export const EXPIRY_SHARD = 'expiring';

/** Exactly the five fields of EPT-1. */
export interface EndpointDetails {
  readonly token: string;
  readonly priority: number;
  readonly groupId: string;
  readonly hostName: string;
  readonly url: string;
}

export const detailsOf = (endpoint: Endpoint, token: string): EndpointDetails => ({
  token,
  priority: endpoint.priority,
  groupId: endpoint.groupId,
  hostName: endpoint.hostName,
  url: endpoint.url,
});

const isLive = ({ expiresAt }: StoredToken, now: number): boolean =>
  expiresAt === undefined || expiresAt > now;

/** The stored token, if it is valid now, or the reason why it is not (CON-2, CON-3). */
export const checkToken = (
  endpoint: Endpoint | undefined,
  token: string,
  now: number,
): StoredToken | RejectionReason => {
  if (!endpoint) return 'unknown-endpoint';
  const stored = findToken(endpoint.tokens, token);
  if (!stored) return 'wrong-token';
  if (!isLive(stored, now)) return 'expired-token';
  return endpoint.enabled ? stored : 'endpoint-disabled';
};

/** Whether a session with this token may continue. */
export const isTokenValid = (endpoint: Endpoint | undefined, tokenId: string, now: number): boolean =>
  endpoint?.enabled === true &&
  endpoint.tokens.some((token) => tokenIdOf(token) === tokenId && isLive(token, now));

/** Whether NetBackup could connect with its details. */
export const mayConnect = ({ enabled, tokens }: Pick<Endpoint, 'enabled' | 'tokens'>, now: number): boolean =>
  enabled && tokens.some((token) => isLive(token, now));

/** Whether this is the newest token and has expired: NetBackup has no valid token to reconnect. */
export const hasNewestExpired = (endpoint: Endpoint | undefined, tokenId: string, now: number): boolean => {
  const newest = endpoint?.enabled === true ? endpoint.tokens.at(-1) : undefined;
  return newest !== undefined && tokenIdOf(newest) === tokenId && !isLive(newest, now);
};

/** The state of an invitation that was read ends with its token: another read would restore a token that a rotation ended. */
export const currentInvitationState = (
  { tokens }: Pick<Endpoint, 'tokens'>,
  invitation: Invitation,
  now: number,
): InvitationState => {
  const state = invitationState(invitation, now);
  const hasToken = tokens.some(
    (token) => token.invitationId === invitation.invitationId && isLive(token, now),
  );
  return state === 'open' && invitation.reads > 0 && !hasToken ? 'expired' : state;
};

/** The number of older tokens that are kept with a new one. */
const MAX_OLDER = 4;

type TokenFields = Partial<Pick<Endpoint, 'tokens' | 'invitations' | 'expiryShard' | 'tokenExpiresAt'>>;
/** A change to an endpoint, for an update. */
export interface EndpointChange {
  readonly set: TokenFields & Partial<Pick<Endpoint, 'priority' | 'enabled' | 'hostName' | 'url'>>;
  readonly remove?: readonly (keyof Endpoint)[];
}

/** Replaces the tokens, and schedules the event about the expiry of the newest one. */
export const tokensChange = (tokens: readonly StoredToken[]): EndpointChange => {
  const tokenExpiresAt = tokens.at(-1)?.expiresAt;
  return tokenExpiresAt === undefined
    ? { set: { tokens }, remove: ['expiryShard', 'tokenExpiresAt'] }
    : { set: { tokens, tokenExpiresAt, expiryShard: EXPIRY_SHARD } };
};

/** Adds a token. The older ones are valid until `olderUntil` (epoch ms), or until the new one has connected. */
export const withToken = (
  endpoint: Endpoint,
  stored: StoredToken,
  now: number,
  olderUntil = Number.POSITIVE_INFINITY,
): StoredToken[] => {
  // A repeated call adds nothing.
  const others = endpoint.tokens.filter(({ hash }) => hash !== stored.hash);
  const older = others.map((token) => {
    const expiresAt = Math.min(token.expiresAt ?? Number.POSITIVE_INFINITY, olderUntil);
    return Number.isFinite(expiresAt) ? { ...token, expiresAt } : token;
  });
  const live = older.filter((token) => isLive(token, now));
  // A connected domain uses the oldest token, so the oldest of the unused ones are removed.
  return [...live.slice(0, 1), ...live.slice(1).slice(1 - MAX_OLDER), stored];
};

/**
 * The change by a token's first CONNECT: the older tokens and its invitation end. Undefined when they already have.
 */
export const firstConnectChange = (
  endpoint: Endpoint,
  { hash, invitationId }: StoredToken,
  now: number,
): EndpointChange | undefined => {
  const index = endpoint.tokens.findIndex((token) => token.hash === hash);
  const invitations = (endpoint.invitations ?? []).map((invitation) =>
    invitation.invitationId === invitationId && invitation.usedAt === undefined
      ? { ...invitation, usedAt: now }
      : invitation,
  );
  const isFirstUse = invitations.some((invitation, at) => invitation !== endpoint.invitations?.[at]);
  if (index <= 0 && !isFirstUse) return undefined;
  const tokens = endpoint.tokens.slice(Math.max(index, 0));
  return { set: omitUndefined({ tokens, invitations: isFirstUse ? invitations : undefined }) };
};
