import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { readHandshake } from '../wire/handshake.ts';
import { trusting } from '../wire/trust.ts';
import { type Finding, finding } from './finding.ts';

/** The certificate that a server presented, trusted or not. */
export interface ServerCertificate {
  readonly certificate: X509Certificate;
  /** Whether the server sent more than its own certificate, or the trusted ones completed the chain. */
  readonly hasIssuer: boolean;
  /** OpenSSL's error code if the chain is not trusted. */
  readonly trustError?: string;
}

/** Reads a server's certificate over TLS. Rejects with the Error of the handshake. */
export function fetchServerCertificate(
  address: { readonly host: string; readonly port: number },
  trusted: readonly string[],
  timeoutMs: number,
): Promise<ServerCertificate> {
  return readHandshake({ ...address, ...trusting(trusted), timeoutMs }, (socket) => {
    const peer = socket.getPeerCertificate(true);
    const error = socket.authorizationError as Error | string | null | undefined;
    return {
      certificate: new X509Certificate(peer.raw),
      hasIssuer: peer.issuerCertificate !== undefined && peer.issuerCertificate !== peer,
      ...(error && { trustError: String((error as NodeJS.ErrnoException).code ?? error) }),
    };
  });
}

/** Automatic renewal happens earlier than this. */
const EXPIRES_SOON_DAYS = 30;
const DAY_MS = 86_400_000;

/** Checks a certificate as NetBackup will show and use it (EPT-5). Pure. */
export function checkCertificate(server: ServerCertificate, host: string, now: number): Finding[] {
  const { certificate } = server;
  return [
    finding('certificate-shown', {
      fingerprint: certificate.fingerprint256,
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      validFrom: iso(certificate.validFrom),
      validTo: iso(certificate.validTo),
    }),
    checkValidity(certificate, now),
    ...checkName(certificate, host),
    ...checkTrust(server),
  ];
}

/** Compares the certificate with the one that its provider names: a proxy in between could have replaced it. Pure. */
export function compareFingerprint(
  { certificate }: ServerCertificate,
  expected: string | undefined,
): Finding {
  const { fingerprint256 } = certificate;
  if (expected === undefined) return finding('certificate-not-known', {});
  return expected === fingerprint256
    ? finding('certificate-as-expected', {})
    : finding('certificate-differs', { expected, fingerprint: fingerprint256 });
}

function checkValidity({ validFrom, validTo }: X509Certificate, now: number): Finding {
  if (now < Date.parse(validFrom)) return finding('certificate-not-yet-valid', { validFrom: iso(validFrom) });
  const days = Math.floor((Date.parse(validTo) - now) / DAY_MS);
  if (days < 0) return finding('certificate-expired', { validTo: iso(validTo) });
  return days < EXPIRES_SOON_DAYS
    ? finding('certificate-expires-soon', { days, validTo: iso(validTo) })
    : finding('certificate-valid', { days });
}

function checkName(certificate: X509Certificate, host: string): Finding[] {
  const match = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  if (match !== undefined) return [];
  const names = certificate.subjectAltName ?? oneLine(certificate.subject);
  return [finding('certificate-wrong-name', { host, names })];
}

/** Reported by `checkValidity`. */
const VALIDITY_ERRORS = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];
const NO_ISSUER = ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'];

function checkTrust({ certificate, hasIssuer, trustError }: ServerCertificate): Finding[] {
  if (trustError === undefined) return [finding('certificate-trusted', {})];
  if (VALIDITY_ERRORS.includes(trustError)) return [];
  if (certificate.checkIssued(certificate)) return [finding('certificate-self-signed', {})];
  return NO_ISSUER.includes(trustError) && !hasIssuer
    ? [finding('certificate-chain-incomplete', { issuer: oneLine(certificate.issuer) })]
    : [finding('certificate-untrusted', { reason: trustError })];
}

const oneLine = (name: string): string => name.split('\n').join(', ');
const iso = (date: string): string => new Date(date).toISOString();
