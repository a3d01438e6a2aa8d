import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { DetailsError } from '../../wire/endpoint-details.ts';
import type { StoredCertificate } from './endpoint-store.ts';

/** What NetBackup shows of a server's certificate, for approval (EPT-5). */
export interface ShownCertificate extends StoredCertificate {
  readonly subject: string;
  readonly issuer: string;
  readonly serialNumber: string;
  readonly validFrom: string;
  readonly validTo: string;
}

/** Fetches the certificate of the server behind a `wss://` URL. Rejects with DetailsError (ERR-3, ERR-9). */
export type FetchCertificate = (url: string) => Promise<ShownCertificate>;

const TIMEOUT_MS = 15_000;

/** Fetches it over TLS; whether anybody would trust it does not matter here: a person decides. */
export const fetchCertificate: FetchCertificate = (url) => {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    let isReached = false;
    const fail = (why: string): void => {
      socket.destroy();
      reject(
        isReached
          ? new DetailsError('ERR-9', `Failed to setup SSL security: ${why}`)
          : new DetailsError('ERR-3', `Unable to establish connection with host: ${host}`),
      );
    };
    const socket = connect({
      host,
      port: Number(port || 443),
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
    });
    socket.setTimeout(TIMEOUT_MS, () => fail('no answer'));
    socket.once('connect', () => {
      isReached = true;
    });
    socket.once('error', (error) => fail(error.message));
    socket.once('close', () => fail('the server closed the connection'));
    socket.once('secureConnect', () => {
      const { raw } = socket.getPeerCertificate();
      socket.removeAllListeners('close');
      socket.destroy();
      resolve(toShown(new X509Certificate(raw)));
    });
  });
};

/** Reads a PEM certificate. Throws what node:crypto throws for anything else. */
export function readCertificate(pem: string): ShownCertificate {
  return toShown(new X509Certificate(pem));
}

function toShown(certificate: X509Certificate): ShownCertificate {
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
