/** An invitation: a URL from which NetBackup reads the endpoint's details by itself (EPT-2). Pure. */
import { publicId, sameDigest, secret, sha256 } from '../platform/ids.ts';

/** Times are epoch ms. */
export interface Invitation {
  readonly invitationId: string;
  /** Of the secret in the URL: neither the URL nor the token can be made from it. */
  readonly secretHash: string;
  readonly createdAt: number;
  readonly expiresAt: number;
  /** How often it was read, and the latest reads, oldest first. */
  readonly reads: number;
  readonly lastReads: readonly Read[];
  /** When its token connected first. */
  readonly usedAt?: number;
}

export interface Read {
  readonly at: number;
  readonly sourceIp: string;
}

export type InvitationState = 'open' | 'used' | 'expired';

/** How many invitations an endpoint keeps, ended ones included. */
const MAX_KEPT = 10;
const READS_KEPT = 20;
/** NetBackup reads it once or twice; whoever reads it more often than that a minute is asked to wait. */
const READS_A_MINUTE = 10;
const MINUTE_MS = 60_000;

const SHAPE = /^([0-9a-z]{16})\.([A-Za-z0-9_-]{43})$/;

/** The last part of the URL, which holds all that is needed to read it. */
export const invitationPath = (endpointId: string, invitationSecret: string): string =>
  `${endpointId}.${invitationSecret}`;

/** The endpoint and the secret that a URL's last part names, or undefined when it is none of ours. */
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

/** A repeated call finds its own work done. */
export const withInvitation = (invitations: readonly Invitation[], added: Invitation): Invitation[] =>
  [...invitations.filter(({ invitationId }) => invitationId !== added.invitationId), added].slice(-MAX_KEPT);

/** Compared in constant time, each of them. */
export const findInvitation = (
  invitations: readonly Invitation[],
  invitationSecret: string,
): Invitation | undefined => {
  const hash = sha256(invitationSecret);
  return invitations.filter(({ secretHash }) => sameDigest(secretHash, hash))[0];
};

export const invitationState = ({ usedAt, expiresAt }: Invitation, now: number): InvitationState =>
  usedAt !== undefined ? 'used' : expiresAt <= now ? 'expired' : 'open';

/** Ends what is open: nobody can read it any more. */
export const withdrawn = (invitations: readonly Invitation[], now: number): Invitation[] =>
  invitations.map((invitation) => ({ ...invitation, expiresAt: Math.min(invitation.expiresAt, now) }));

export const isReadTooOften = ({ lastReads }: Invitation, now: number): boolean =>
  lastReads.filter(({ at }) => now - at < MINUTE_MS).length >= READS_A_MINUTE;

/** An address that has not read it before, while another has. */
export const isSecondAddress = ({ lastReads }: Invitation, sourceIp: string): boolean =>
  lastReads.length > 0 && lastReads.every((read) => read.sourceIp !== sourceIp);

export const withRead = (invitation: Invitation, read: Read): Invitation => ({
  ...invitation,
  reads: invitation.reads + 1,
  lastReads: [...invitation.lastReads, read].slice(-READS_KEPT),
});
