import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect, type DetailedPeerCertificate, rootCertificates } from 'node:tls';
import { type Finding, finding } from './finding.ts';

/** What a server showed of itself, whether or not anybody would trust it. */
export interface Shown {
  readonly certificate: X509Certificate;
  /** Whether the server sent more than its own certificate, or the trusted ones completed the chain. */
  readonly hasIssuer: boolean;
  /** OpenSSL's code for why the chain is not trusted; undefined when it is. */
  readonly untrusted?: string;
}

/** Gets a server's certificate over TLS. Rejects with the Error that the handshake ended in. */
export function fetchShown(
  { host, port }: { readonly host: string; readonly port: number },
  trusted: readonly string[],
  timeoutMs: number,
): Promise<Shown> {
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port,
      ca: trusted.length > 0 ? [...trusted] : [...rootCertificates],
      allowPartialTrustChain: true,
      rejectUnauthorized: false,
      // Names are judged apart, so that one reason does not hide the other.
      checkServerIdentity: () => undefined,
      ...(isIP(host) === 0 && { servername: host }),
    });
    const fail = (error: Error): void => {
      socket.destroy();
      reject(error);
    };
    socket.setTimeout(timeoutMs, () => fail(new Error(`no answer within ${Math.round(timeoutMs / 1000)} s`)));
    socket.once('error', fail);
    socket.once('close', () => fail(new Error('the server closed the connection')));
    socket.once('secureConnect', () => {
      const peer: DetailedPeerCertificate = socket.getPeerCertificate(true);
      const error = socket.authorizationError as Error | string | null | undefined;
      socket.destroy();
      resolve({
        certificate: new X509Certificate(peer.raw),
        hasIssuer: peer.issuerCertificate !== undefined && peer.issuerCertificate !== peer,
        ...(error && { untrusted: String((error as NodeJS.ErrnoException).code ?? error) }),
      });
    });
  });
}

/** Certificates are replaced well before; later than this somebody forgot. */
const SOON_DAYS = 30;
const DAY_MS = 86_400_000;

/** Judges a certificate as NetBackup will show and use it (EPT-5). Pure. */
export function judgeCertificate(shown: Shown, host: string, now: number): Finding[] {
  const { certificate } = shown;
  return [
    finding('certificate-shown', {
      fingerprint: certificate.fingerprint256,
      subject: oneLine(certificate.subject),
      issuer: oneLine(certificate.issuer),
      validFrom: iso(certificate.validFrom),
      validTo: iso(certificate.validTo),
    }),
    judgeTime(certificate, now),
    ...judgeName(certificate, host),
    ...judgeTrust(shown),
  ];
}

function judgeTime({ validFrom, validTo }: X509Certificate, now: number): Finding {
  if (now < Date.parse(validFrom)) return finding('certificate-not-yet-valid', { validFrom: iso(validFrom) });
  const days = Math.floor((Date.parse(validTo) - now) / DAY_MS);
  if (days < 0) return finding('certificate-expired', { validTo: iso(validTo) });
  return days < SOON_DAYS
    ? finding('certificate-expires-soon', { days, validTo: iso(validTo) })
    : finding('certificate-valid', { days });
}

function judgeName(certificate: X509Certificate, host: string): Finding[] {
  const fits = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  if (fits !== undefined) return [];
  const names = certificate.subjectAltName ?? oneLine(certificate.subject);
  return [finding('certificate-wrong-name', { host, names })];
}

/** Says nothing where the time is what is wrong: OpenSSL gives one reason, and that one is told already. */
const TOLD_ELSEWHERE = ['CERT_HAS_EXPIRED', 'CERT_NOT_YET_VALID'];
const NO_ISSUER = ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY'];

function judgeTrust({ certificate, hasIssuer, untrusted }: Shown): Finding[] {
  if (untrusted === undefined) return [finding('certificate-trusted', {})];
  if (TOLD_ELSEWHERE.includes(untrusted)) return [];
  if (certificate.checkIssued(certificate)) return [finding('certificate-self-signed', {})];
  return NO_ISSUER.includes(untrusted) && !hasIssuer
    ? [finding('certificate-chain-incomplete', { issuer: oneLine(certificate.issuer) })]
    : [finding('certificate-untrusted', { reason: untrusted })];
}

const oneLine = (name: string): string => name.split('\n').join(', ');
const iso = (date: string): string => new Date(date).toISOString();
