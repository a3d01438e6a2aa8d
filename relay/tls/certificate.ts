import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { jsonOf } from '../json.ts';

/** A server's certificate with the certificates of its issuers, and its private key without a passphrase; both as PEM. */
export interface CertificateAndKey {
  readonly cert: string;
  readonly key: string;
}

/** A certificate that cannot be used. The message is one sentence, without any part of what was read. */
export class CertificateError extends Error {
  override readonly name = 'CertificateError';
}

const CERTIFICATES = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;
const PRIVATE_KEY = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[\s\S]+?-----END \1PRIVATE KEY-----/;

/**
 * Reads a secret's text: the certificates and the key as PEM, one after the other in any order, or JSON with the members
 * `certificate` (the chain) and `privateKey`.
 * @throws CertificateError
 */
export function certificateFromText(text: string): CertificateAndKey {
  const parsed = text.trimStart().startsWith('{') ? jsonOf(text) : undefined;
  const { certificate = text, privateKey = text } = (parsed ?? {}) as Record<string, unknown>;
  return certificateFrom(String(certificate), String(privateKey));
}

/**
 * Checks that the key belongs to the first certificate.
 * @param key PEM, which may be encrypted with `passphrase`; each text may contain more than its part
 * @throws CertificateError
 */
export function certificateFrom(certificate: string, key: string, passphrase?: string): CertificateAndKey {
  const chain = certificate.match(CERTIFICATES);
  if (!chain?.[0]) throw new CertificateError('There is no certificate in PEM form.');
  const [keyPem] = PRIVATE_KEY.exec(key) ?? [];
  if (!keyPem) throw new CertificateError('There is no private key in PEM form.');
  // Messages of OpenSSL say where parsing failed, which does not help a reader.
  const leaf = orError(() => new X509Certificate(chain[0]), 'The first certificate cannot be parsed.');
  const privateKey = orError(
    () => createPrivateKey(passphrase === undefined ? keyPem : { key: keyPem, passphrase }),
    'The private key cannot be parsed, or is encrypted.',
  );
  if (!leaf.checkPrivateKey(privateKey))
    throw new CertificateError('The private key does not belong to the first certificate.');
  return { cert: `${chain.join('\n')}\n`, key: pemOf(privateKey) };
}

/** When the certificate expires, epoch ms. */
export const expiryOf = ({ cert }: CertificateAndKey): number =>
  Date.parse(new X509Certificate(cert).validTo);

const pemOf = (key: KeyObject): string => key.export({ type: 'pkcs8', format: 'pem' }) as string;

function orError<T>(read: () => T, message: string): T {
  try {
    return read();
  } catch {
    throw new CertificateError(message);
  }
}
