import { type Invitation, type InvitationState, invitationState } from './invitation.ts';
import { findToken, type StoredToken, tokenIdOf } from './token.ts';

/** An endpoint as stored: what NetBackup was told, and which tokens it may present. Times are epoch ms. */
export interface Endpoint {
  readonly endpointId: string;
  readonly groupId: string;
  readonly priority: number;
  readonly hostName: string;
  readonly url: string;
  readonly enabled: boolean;
  /** Oldest first. */
  readonly tokens: readonly StoredToken[];
  readonly invitations?: readonly Invitation[];
  /** Of the newest token, while nobody has been warned of it: the key of the index that the sweep reads. */
  readonly expiryShard?: typeof EXPIRY_SHARD;
  readonly tokenExpiresAt?: number;
  /** Raised by every change that decides who may connect: a CONNECT is admitted only under the version that it read. */
  readonly version: number;
  readonly createdAt: number;
}

/** The partition of the index of tokens that expire: endpoints are few, and most of their tokens never do. */
export const EXPIRY_SHARD = 'expiring';

/** The five fields of EPT-1, exactly. */
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

export type Refusal = 'unknown-endpoint' | 'endpoint-disabled' | 'wrong-token' | 'expired-token';

const isLive = ({ expiresAt }: StoredToken, now: number): boolean =>
  expiresAt === undefined || expiresAt > now;

/** The token that admits to this endpoint now, or why none does (CON-2, CON-3). */
export const admits = (endpoint: Endpoint | undefined, token: string, now: number): StoredToken | Refusal => {
  if (!endpoint) return 'unknown-endpoint';
  const stored = findToken(endpoint.tokens, token);
  if (!stored) return 'wrong-token';
  if (!isLive(stored, now)) return 'expired-token';
  return endpoint.enabled ? stored : 'endpoint-disabled';
};

/** Whether a session that this token admitted may go on. */
export const stillAdmits = (endpoint: Endpoint | undefined, tokenId: string, now: number): boolean =>
  endpoint?.enabled === true &&
  endpoint.tokens.some((token) => tokenIdOf(token) === tokenId && isLive(token, now));

/** Whether this token has run out while it was the newest: nobody ended it, and there is none to come back with. */
export const hasRunOut = (endpoint: Endpoint | undefined, tokenId: string, now: number): boolean => {
  const newest = endpoint?.enabled === true ? endpoint.tokens.at(-1) : undefined;
  return newest !== undefined && tokenIdOf(newest) === tokenId && !isLive(newest, now);
};

/** One that was read ends with its token: read again, it would bring back what a rotation has ended. */
export const stateOf = (
  { tokens }: Pick<Endpoint, 'tokens'>,
  invitation: Invitation,
  now: number,
): InvitationState => {
  const state = invitationState(invitation, now);
  const own = tokens.some((token) => token.invitationId === invitation.invitationId && isLive(token, now));
  return state === 'open' && invitation.reads > 0 && !own ? 'expired' : state;
};

/** How many tokens are kept beside a new one. */
const MAX_OLDER = 4;

type TokenFields = Partial<Pick<Endpoint, 'tokens' | 'invitations' | 'expiryShard' | 'tokenExpiresAt'>>;
/** A change to an endpoint, as an update takes it. */
export interface EndpointChange {
  readonly set: TokenFields & Partial<Pick<Endpoint, 'priority' | 'enabled'>>;
  readonly remove?: readonly (keyof Endpoint)[];
}

/** The change that leaves exactly these tokens, and warns in time of the newest one's expiry. */
export const tokensChange = (tokens: readonly StoredToken[]): EndpointChange => {
  const tokenExpiresAt = tokens.at(-1)?.expiresAt;
  return tokenExpiresAt === undefined
    ? { set: { tokens }, remove: ['expiryShard', 'tokenExpiresAt'] }
    : { set: { tokens, tokenExpiresAt, expiryShard: EXPIRY_SHARD } };
};

/** The tokens with a new one. The older ones go on until `olderUntil` (epoch ms), or until the new one has connected. */
export const withToken = (
  endpoint: Endpoint,
  stored: StoredToken,
  now: number,
  olderUntil = Number.POSITIVE_INFINITY,
): StoredToken[] => {
  // A repeated call finds its own work done.
  const others = endpoint.tokens.filter(({ hash }) => hash !== stored.hash);
  const older = others.map((token) => {
    const expiresAt = Math.min(token.expiresAt ?? Number.POSITIVE_INFINITY, olderUntil);
    return Number.isFinite(expiresAt) ? { ...token, expiresAt } : token;
  });
  const live = older.filter((token) => isLive(token, now));
  // Under the oldest the domain is connected, if it is: those that nobody has used make room.
  return [...live.slice(0, 1), ...live.slice(1).slice(1 - MAX_OLDER), stored];
};

/**
 * What a token's CONNECT changes: the older tokens end, and so does the invitation that it came by. Undefined when that
 * is nothing, as for all but a token's first.
 */
export const admittedChange = (
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
  const used = invitations.some((invitation, at) => invitation !== endpoint.invitations?.[at]);
  if (index <= 0 && !used) return undefined;
  return { set: { tokens: endpoint.tokens.slice(Math.max(index, 0)), ...(used ? { invitations } : {}) } };
};
