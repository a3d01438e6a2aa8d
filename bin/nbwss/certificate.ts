/** Creates certificates, and keeps the TLS certificate of a local endpoint. */
import { createPrivateKey, KeyObject, X509Certificate } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { DAY_MS } from '../../lambdas/platform/clock.ts';
import { createPrivateFolder, isOnlyOwnerWriting } from './private-folder.ts';
import { writeSecret } from './secret-file.ts';

/** Both as PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface TlsFiles extends KeyPair {
  /** The certificate's own path: it is its own trust anchor. */
  readonly caFile: string;
}

const ALWAYS = ['localhost', '127.0.0.1', '::1'];

const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};
/** Supported by every current client; a key is generated immediately. */
export const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

interface CertificateRequest {
  readonly commonName: string;
  readonly algorithm: typeof RSA | typeof ECDSA;
  /** Valid from yesterday on, because clocks differ. */
  readonly days: number;
  /** Names and addresses of a server. Without them: a certificate authority that signs servers, not other authorities. */
  readonly names?: readonly string[];
  /** The issuer, with a key of the same algorithm. Without one the certificate is self-signed. */
  readonly issuer?: KeyPair;
}

const importKey = (pem: string, algorithm: CertificateRequest['algorithm']) => {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return crypto.subtle.importKey('pkcs8', new Uint8Array(der), algorithm, false, ['sign']);
};

/** A certificate with every extension that strict verifiers require (RFC 5280, 4.2.1). */
export const makeCertificate = async (request: CertificateRequest): Promise<KeyPair> => {
  // Loaded on demand: it takes a third of a second. x509 needs the Reflect polyfill first.
  await import('reflect-metadata');
  const x509 = await import('@peculiar/x509');
  const { algorithm, names, issuer } = request;
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const issuerCertificate = issuer && new x509.X509Certificate(issuer.cert);
  const signingKey = issuer && (await importKey(issuer.key, algorithm));
  const subject = [{ CN: [request.commonName] }];
  const notBefore = new Date(Date.now() - DAY_MS);
  const { digitalSignature, keyEncipherment, keyCertSign, cRLSign } = x509.KeyUsageFlags;
  const serverUsage =
    digitalSignature | (algorithm === RSA ? keyEncipherment : 0) | (issuer ? 0 : keyCertSign);
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: issuerCertificate?.subject ?? subject,
    notBefore,
    notAfter: new Date(notBefore.getTime() + request.days * DAY_MS),
    signingAlgorithm: algorithm,
    signingKey: signingKey ?? keys.privateKey,
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(!issuer, names ? undefined : 0, true),
      new x509.KeyUsagesExtension(names ? serverUsage : keyCertSign | cRLSign, true),
      ...(names
        ? [
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
            new x509.SubjectAlternativeNameExtension(
              names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value })),
            ),
          ]
        : []),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuerCertificate ?? keys.publicKey),
    ],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }) as string;
  return { cert: `${certificate.toString('pem')}\n`, key };
};

/** Whether a certificate matches its key and stays valid for at least `days`. */
export const isUsable = ({ cert, key }: KeyPair, days: number): boolean => {
  try {
    const parsed = new X509Certificate(cert);
    const lasts = Date.parse(parsed.validTo) > Date.now() + days * DAY_MS;
    return lasts && parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
};

const coversNames = (cert: string, names: readonly string[]): boolean => {
  const parsed = new X509Certificate(cert);
  return names.every((name) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)));
};

/** Empty when the file cannot be read, or another user could have written it: that user would know the key. */
const readOwn = async (file: string): Promise<string> => {
  const found = await stat(file).catch(() => undefined);
  return found && isOnlyOwnerWriting(found) ? readFile(file, 'utf8').catch(() => '') : '';
};

/**
 * A certificate for `hostNames` and this machine, stored in `dir` (the key readable by its owner only). It is replaced
 * only when it lacks a name or expires within a week, because NetBackup's administrator must approve a new one.
 */
export const loadOrCreateCertificate = async (
  dir: string,
  hostNames: readonly string[],
): Promise<TlsFiles> => {
  const names = [...new Set([...hostNames, ...ALWAYS])];
  const caFile = path.join(dir, 'tls-certificate.pem');
  const keyFile = path.join(dir, 'tls-key.pem');
  const [cert, key] = await Promise.all([caFile, keyFile].map(readOwn));
  const stored = { cert: cert ?? '', key: key ?? '' };
  if (isUsable(stored, 7) && coversNames(stored.cert, names)) return { ...stored, caFile };
  // Some verifiers reject more than 825 days.
  const created = await makeCertificate({
    commonName: names[0] ?? 'localhost',
    algorithm: RSA,
    days: 825,
    names,
  });
  await createPrivateFolder(dir);
  await writeSecret(keyFile, created.key);
  await writeFile(caFile, created.cert);
  return { ...created, caFile };
};
