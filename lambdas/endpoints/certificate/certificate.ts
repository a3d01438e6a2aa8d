/** The certificate of the host in endpoint details, which NetBackup stores (EPT-5). Pure rules; times are epoch ms. */
import { DAY_MS } from '../../platform/clock.ts';

export interface Certificate {
  /** SHA-256 of the certificate, as NetBackup and browsers show it: `AB:CD:…`. */
  readonly fingerprint: string;
  /** SHA-256 of its public key, hex. */
  readonly keyHash: string;
  /** The issuer, in one line. */
  readonly issuer: string;
  readonly validFrom: number;
  readonly validTo: number;
}

/** What the deployment knows about the certificate of its host. */
export interface KnownCertificate {
  readonly host: string;
  /** When a function last claimed a check. */
  readonly checkedAt: number;
  /** Which invocation claimed it; absent in items of earlier versions. */
  readonly claim?: string;
  /** Absent until it has been read once. */
  readonly certificate?: Certificate;
  /** When it was last read. */
  readonly readAt?: number;
  /** When the event about its expiry was last published. */
  readonly warnedAt?: number;
  /** When a different certificate was last seen; absent once that is no longer a problem. */
  readonly changedAt?: number;
}

export interface CertificateChange {
  readonly previous: Certificate;
  /** Whether the key is different: a renewal may keep it. */
  readonly isKeyNew: boolean;
}

/** What has changed. Undefined for the first certificate, and for the same one. */
export const changeOf = (
  { certificate: previous }: Pick<KnownCertificate, 'certificate'>,
  seen: Certificate,
): CertificateChange | undefined =>
  previous && previous.fingerprint !== seen.fingerprint
    ? { previous, isKeyNew: previous.keyHash !== seen.keyHash }
    : undefined;

/** Whether it expires soon. Also true once it has expired. */
export const isExpiring = ({ validTo }: Certificate, now: number, warningDays: number): boolean =>
  validTo - now < warningDays * DAY_MS;

/** Whole days until it expires; negative once it has expired. */
export const daysLeft = ({ validTo }: Certificate, now: number): number =>
  Math.floor((validTo - now) / DAY_MS);

/** The event about the expiry of one certificate is published once a day. */
export const isWarningDue = (
  { certificate, warnedAt }: Pick<KnownCertificate, 'certificate' | 'warnedAt'>,
  seen: Certificate,
  now: number,
): boolean =>
  warnedAt === undefined || certificate?.fingerprint !== seen.fingerprint || now - warnedAt >= DAY_MS;
