/** The token in the endpoint's details (EPT-1), which NetBackup presents in its CONNECT REQUEST (CON-1). */
import { hkdfSync } from 'node:crypto';
import { sameDigest, secret, sha256 } from '../platform/ids.ts';

/** Recognisable, so that secret scanners and people can tell what leaked. */
const PREFIX = 'nbwss_';
const SHAPE = /^nbwss_([0-9a-z]{16})\.[A-Za-z0-9_-]{43}$/;

/** What is kept of a token (I-6: its hash, never the token). Times are epoch ms. */
export interface StoredToken {
  readonly hash: string;
  readonly createdAt: number;
  /** Its own expiry, or the end of the overlap once another has been made. */
  readonly expiresAt?: number;
  /** The invitation that handed it out. */
  readonly invitationId?: string;
}

const tokenOf = (endpointId: string, secretPart: string): string => `${PREFIX}${endpointId}.${secretPart}`;

/** A new token of an endpoint: the text that is shown once, and what to store. */
export const createToken = (
  endpointId: string,
  now: number,
  expiresAt?: number,
): { token: string; stored: StoredToken } => {
  const token = tokenOf(endpointId, secret());
  return {
    token,
    stored: { hash: sha256(token), createdAt: now, ...(expiresAt === undefined ? {} : { expiresAt }) },
  };
};

/**
 * The token that an invitation hands out: derived from the secret in the invitation's URL, so that nothing that is stored
 * could make it again, and the same however often the URL is read.
 * @param invitationSecret 256 random bits, base64url
 */
export const derivedToken = (endpointId: string, invitationSecret: string): string => {
  const bits = hkdfSync('sha256', Buffer.from(invitationSecret, 'base64url'), endpointId, 'nbwss token', 32);
  return tokenOf(endpointId, Buffer.from(bits).toString('base64url'));
};

/** Names a token in lists and logs. Part of its hash: tells nothing about the token. */
export const tokenIdOf = ({ hash }: Pick<StoredToken, 'hash'>): string => hash.slice(0, 16);

/** The endpoint that a token names, or undefined when it is no token of ours. */
export const endpointIdOf = (token: string): string | undefined => SHAPE.exec(token)?.[1];

/** The stored token that this one is, compared in constant time. */
export const findToken = (stored: readonly StoredToken[], token: string): StoredToken | undefined => {
  const hash = sha256(token);
  // Every entry is compared, so that the time does not tell which one matched.
  return stored.filter((candidate) => sameDigest(candidate.hash, hash))[0];
};
