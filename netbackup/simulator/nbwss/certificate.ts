import { X509Certificate } from 'node:crypto';
import { DetailsError } from '../../wire/endpoint-details.ts';
import { type HandshakeError, readHandshake } from '../../wire/handshake.ts';
import type { StoredCertificate } from './endpoint-store.ts';

/** A server's certificate as NetBackup shows it for approval (EPT-5). */
export interface ServerCertificate extends StoredCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: string;
  readonly validFrom: string;
  readonly validTo: string;
}

/** Fetches the certificate of the server behind a `wss://` URL. Rejects with DetailsError (ERR-3, ERR-9). */
export type FetchCertificate = (url: string) => Promise<ServerCertificate>;

const TIMEOUT_MS = 15_000;

/** Reads the certificate over TLS without verification: the administrator decides. */
export const fetchCertificate: FetchCertificate = async (url) => {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const server = { host, port: Number(port || 443), timeoutMs: TIMEOUT_MS };
  try {
    const raw = await readHandshake(server, (socket) => socket.getPeerCertificate().raw);
    return toServerCertificate(new X509Certificate(raw));
  } catch (error) {
    const { isConnected, message } = error as HandshakeError;
    throw isConnected ? new DetailsError('noSsl', message) : new DetailsError('noConnection', '', host);
  }
};

/** Parses a PEM certificate. Throws an error of node:crypto. */
export function parseCertificate(pem: string): ServerCertificate {
  return toServerCertificate(new X509Certificate(pem));
}

function toServerCertificate(certificate: X509Certificate): ServerCertificate {
  const { subject, issuer, serialNumber, validFrom, validTo, fingerprint256 } = certificate;
  return {
    pem: certificate.toString(),
    fingerprint: fingerprint256,
    subject,
    issuer,
    serialNumber,
    validFrom,
    validTo,
  };
}
