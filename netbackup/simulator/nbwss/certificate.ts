import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { DetailsError } from '../../wire/endpoint-details.ts';
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
export const fetchCertificate: FetchCertificate = (url) => {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    let isConnected = false;
    const fail = (why: string): void => {
      socket.destroy();
      reject(isConnected ? new DetailsError('noSsl', why) : new DetailsError('noConnection', '', host));
    };
    const socket = connect({
      host,
      port: Number(port || 443),
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
    });
    socket.setTimeout(TIMEOUT_MS, () => fail('no response'));
    socket.once('connect', () => {
      isConnected = true;
    });
    socket.once('error', (error) => fail(error.message));
    socket.once('close', () => fail('the server closed the connection'));
    socket.once('secureConnect', () => {
      const { raw } = socket.getPeerCertificate();
      socket.removeAllListeners('close');
      socket.destroy();
      resolve(toServerCertificate(new X509Certificate(raw)));
    });
  });
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
