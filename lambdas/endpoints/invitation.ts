/** An invitation: a URL from which NetBackup reads the endpoint's details (EPT-2). Pure. */
import { MINUTE_MS } from '../platform/clock.ts';
import { publicId, sameDigest, secret, sha256 } from '../platform/ids.ts';
import { sameNetwork } from '../platform/network.ts';

/** Times are epoch ms. */
export interface Invitation {
  readonly invitationId: string;
  /** The hash of the secret in the URL: neither the URL nor the token can be derived from it. */
  readonly secretHash: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** The number of reads, and the latest of them, oldest first. */
  readonly reads: number;
  readonly lastReads: readonly Read[];
  /** When its token connected for the first time. */
  readonly usedAt?: number;
}

export interface Read {
  readonly at: number;
  readonly sourceIp: string;
}

export type InvitationState = 'open' | 'used' | 'expired';

/** The most invitations of an endpoint, ended ones included. */
const MAX_INVITATIONS = 10;
const MAX_LAST_READS = 20;
/** The most reads of one address. NetBackup reads it once or twice. */
const MAX_READS_PER_MINUTE = 10;

const SHAPE = /^([0-9a-z]{16})\.([A-Za-z0-9_-]{43})$/;

/** The last segment of the URL. */
export const invitationPath = (endpointId: string, invitationSecret: string): string =>
  `${endpointId}.${invitationSecret}`;

/** The endpoint and the secret in a URL's last segment, or undefined when it does not have that format. */
export const parseInvitationPath = (text: string): { endpointId: string; secret: string } | undefined => {
  const [, endpointId, invitationSecret] = SHAPE.exec(text) ?? [];
  return endpointId && invitationSecret ? { endpointId, secret: invitationSecret } : undefined;
};

export const createInvitation = (
  now: number,
  expiresAt: number,
): { secret: string; invitation: Invitation } => {
  const invitationSecret = secret();
  return {
    secret: invitationSecret,
    invitation: {
      invitationId: publicId(),
      secretHash: sha256(invitationSecret),
      createdAt: now,
      expiresAt,
      reads: 0,
      lastReads: [],
    },
  };
};

/** Adds or replaces an invitation. */
export const withInvitation = (invitations: readonly Invitation[], added: Invitation): Invitation[] =>
  [...invitations.filter(({ invitationId }) => invitationId !== added.invitationId), added].slice(
    -MAX_INVITATIONS,
  );

/** Compares with each of them, in constant time. */
export const findInvitation = (
  invitations: readonly Invitation[],
  invitationSecret: string,
): Invitation | undefined => {
  const hash = sha256(invitationSecret);
  return invitations.filter(({ secretHash }) => sameDigest(secretHash, hash))[0];
};

export const invitationState = ({ usedAt, expiresAt }: Invitation, now: number): InvitationState =>
  usedAt !== undefined ? 'used' : expiresAt <= now ? 'expired' : 'open';

/** Ends open invitations, so that they can no longer be read. */
export const expireInvitations = (invitations: readonly Invitation[], now: number): Invitation[] =>
  invitations.map((invitation) => ({ ...invitation, expiresAt: Math.min(invitation.expiresAt, now) }));

const readsOfLastMinute = ({ lastReads }: Invitation, now: number): readonly Read[] =>
  lastReads.filter(({ at }) => now - at < MINUTE_MS);

/** The limit is for each address, so that no other reader of the URL keeps NetBackup from it. */
export const isReadTooOften = (invitation: Invitation, now: number, sourceIp: string): boolean =>
  readsOfLastMinute(invitation, now).filter((read) => sameNetwork(read.sourceIp, sourceIp)).length >=
  MAX_READS_PER_MINUTE;

/**
 * Whether another read is recorded. After 20 reads in a minute, from several addresses, more are answered without a write:
 * a write would delay a CONNECT of the same endpoint, and replace reads that count for their address.
 */
export const isReadRecorded = (invitation: Invitation, now: number): boolean =>
  readsOfLastMinute(invitation, now).length < MAX_LAST_READS;

/** Whether another address has read it, and this one has not. */
export const isSecondAddress = ({ lastReads }: Invitation, sourceIp: string): boolean =>
  lastReads.length > 0 && lastReads.every((read) => !sameNetwork(read.sourceIp, sourceIp));

export const withRead = (invitation: Invitation, read: Read): Invitation => ({
  ...invitation,
  reads: invitation.reads + 1,
  lastReads: [...invitation.lastReads, read].slice(-MAX_LAST_READS),
});
