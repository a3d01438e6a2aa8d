import { createHash, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import type { Certificate } from './certificate.ts';

/** The time limit for name resolution, connection and handshake together. */
const TIMEOUT_MS = 10_000;

/** The certificate behind a `wss://` URL. */
export type ReadCertificate = (url: string) => Promise<Certificate>;

/** @param raw DER */
const certificateOf = (raw: Buffer): Certificate => {
  const { fingerprint256, publicKey, issuer, validFrom, validTo } = new X509Certificate(raw);
  const key = publicKey.export({ type: 'spki', format: 'der' });
  return {
    fingerprint: fingerprint256,
    keyHash: createHash('sha256').update(key).digest('hex'),
    issuer: issuer.split('\n').join(', '),
    validFrom: Date.parse(validFrom),
    validTo: Date.parse(validTo),
  };
};

/**
 * Reads the certificate that a server presents, trusted or not: NetBackup's administrator approves it, no authority.
 * @throws Error when there is none within ten seconds
 */
export const readCertificate: ReadCertificate = (url) => {
  const { hostname, port } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(port || 443),
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
    });
    const end = (done: () => void): void => {
      clearTimeout(timer);
      socket.destroy();
      done();
    };
    const fail = (error: Error): void => end(() => reject(error));
    const timer = setTimeout(
      () => fail(new Error(`No certificate within ${TIMEOUT_MS / 1000} s.`)),
      TIMEOUT_MS,
    );
    // Also emitted when the server closes the connection during the handshake.
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      const { raw } = socket.getPeerCertificate();
      end(() => resolve(certificateOf(raw)));
    });
  });
};
