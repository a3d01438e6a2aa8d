/** The token in the endpoint's details (EPT-1), which NetBackup sends in its CONNECT REQUEST (CON-1). */
import { hkdfSync } from 'node:crypto';
import { sameDigest, secret, sha256 } from '../platform/ids.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';

/** Lets secret scanners recognise a leaked token. */
const PREFIX = 'nbwss_';
const SHAPE = /^nbwss_([0-9a-z]{16})\.[A-Za-z0-9_-]{43}$/;

/** A token as stored (I-6: its hash, never the token). Times are epoch ms. */
export interface StoredToken {
  readonly hash: string;
  readonly createdAt: number;
  /** Its own expiry, or the end of the overlap with a newer token. */
  readonly expiresAt?: number;
  /** The invitation from which it was read. */
  readonly invitationId?: string;
}

const tokenOf = (endpointId: string, secretPart: string): string => `${PREFIX}${endpointId}.${secretPart}`;

/** A new token of an endpoint: the text, which is shown once, and the stored form. */
export const createToken = (
  endpointId: string,
  now: number,
  expiresAt?: number,
): { token: string; stored: StoredToken } => {
  const token = tokenOf(endpointId, secret());
  return {
    token,
    stored: omitUndefined({ hash: sha256(token), createdAt: now, expiresAt }),
  };
};

/**
 * The token of an invitation: derived from the secret in its URL, so that it cannot be derived from stored data, and is the
 * same for each read.
 * @param invitationSecret 256 random bits, base64url
 */
export const derivedToken = (endpointId: string, invitationSecret: string): string => {
  const bits = hkdfSync('sha256', Buffer.from(invitationSecret, 'base64url'), endpointId, 'nbwss token', 32);
  return tokenOf(endpointId, Buffer.from(bits).toString('base64url'));
};

/** Identifies a token in lists and logs: a part of its hash. */
export const tokenIdOf = ({ hash }: Pick<StoredToken, 'hash'>): string => hash.slice(0, 16);

/** The endpoint that a token names, or undefined when it does not have the format of a token. */
export const endpointIdOf = (token: string): string | undefined => SHAPE.exec(token)?.[1];

/** The stored form of a token, compared in constant time. */
export const findToken = (stored: readonly StoredToken[], token: string): StoredToken | undefined => {
  const hash = sha256(token);
  // Each entry is compared, so that the time does not depend on which one matches.
  return stored.filter((candidate) => sameDigest(candidate.hash, hash))[0];
};
