/** The token in the endpoint's details (EPT-1), which NetBackup presents in its CONNECT REQUEST (CON-1). */
import { sameDigest, secret, sha256 } from '../platform/ids.ts';

/** Recognisable, so that secret scanners and people can tell what leaked. */
const PREFIX = 'nbwss_';
const SHAPE = /^nbwss_([0-9a-z]{16})\.[A-Za-z0-9_-]{43}$/;

/** What is kept of a token (I-6: its hash, never the token). Times are epoch ms. */
export interface StoredToken {
  readonly hash: string;
  readonly createdAt: number;
  readonly expiresAt?: number;
}

/** A new token of an endpoint: the text that is shown once, and what to store. */
export const createToken = (endpointId: string, now: number): { token: string; stored: StoredToken } => {
  const token = `${PREFIX}${endpointId}.${secret()}`;
  return { token, stored: { hash: sha256(token), createdAt: now } };
};

/** The endpoint that a token names, or undefined when it is no token of ours. */
export const endpointIdOf = (token: string): string | undefined => SHAPE.exec(token)?.[1];

/** The stored token that this one is, compared in constant time. */
export const findToken = (stored: readonly StoredToken[], token: string): StoredToken | undefined => {
  const hash = sha256(token);
  // Every entry is compared, so that the time does not tell which one matched.
  return stored.filter((candidate) => sameDigest(candidate.hash, hash))[0];
};
