/** Certificates that this machine makes, and the one that a local endpoint shows to NetBackup. */
import { createPrivateKey, KeyObject, X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
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

export const DAY_MS = 86_400_000;
const ALWAYS = ['localhost', '127.0.0.1', '::1'];

export const RSA = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: new Uint8Array([1, 0, 1]),
  modulusLength: 2048,
};
/** Every client of the last ten years takes it, and a key is made at once. */
export const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

interface Wanted {
  readonly commonName: string;
  readonly algorithm: typeof RSA | typeof ECDSA;
  /** From yesterday on: clocks differ. */
  readonly days: number;
  /** Names and addresses of a server. Without them it is for an authority, which signs servers and no further authorities. */
  readonly names?: readonly string[];
  /** The signer, with a key of the same algorithm; without one it signs itself, and is its own trust anchor. */
  readonly issuer?: KeyPair;
}

const importKey = (pem: string, algorithm: Wanted['algorithm']) => {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' });
  return crypto.subtle.importKey('pkcs8', new Uint8Array(der), algorithm, false, ['sign']);
};

/** A certificate with every extension that strict verifiers ask for (RFC 5280, 4.2.1). */
export const makeCertificate = async (wanted: Wanted): Promise<KeyPair> => {
  // Takes a third of a second, and is not needed at every start.
  const x509 = await import('@peculiar/x509');
  const { algorithm, names, issuer } = wanted;
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const signer = issuer && new x509.X509Certificate(issuer.cert);
  const signingKey = issuer && (await importKey(issuer.key, algorithm));
  const subject = [{ CN: [wanted.commonName] }];
  const notBefore = new Date(Date.now() - DAY_MS);
  const { digitalSignature, keyEncipherment, keyCertSign, cRLSign } = x509.KeyUsageFlags;
  const ofServer = digitalSignature | (algorithm === RSA ? keyEncipherment : 0) | (issuer ? 0 : keyCertSign);
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: signer?.subject ?? subject,
    notBefore,
    notAfter: new Date(notBefore.getTime() + wanted.days * DAY_MS),
    signingAlgorithm: algorithm,
    signingKey: signingKey ?? keys.privateKey,
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(!issuer, names ? undefined : 0, true),
      new x509.KeyUsagesExtension(names ? ofServer : keyCertSign | cRLSign, true),
      ...(names
        ? [
            new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
            new x509.SubjectAlternativeNameExtension(
              names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value })),
            ),
          ]
        : []),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(signer ?? keys.publicKey),
    ],
  });
  const key = KeyObject.from(keys.privateKey).export({ type: 'pkcs8', format: 'pem' }) as string;
  return { cert: `${certificate.toString('pem')}\n`, key };
};

/** Whether a certificate and its key belong together and last for so many days more. */
export const isUsable = ({ cert, key }: KeyPair, days: number): boolean => {
  try {
    const parsed = new X509Certificate(cert);
    const lasts = Date.parse(parsed.validTo) > Date.now() + days * DAY_MS;
    return lasts && parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
};

const isNamed = (cert: string, names: readonly string[]): boolean => {
  const parsed = new X509Certificate(cert);
  return names.every((name) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)));
};

/**
 * A certificate for `hostNames` and this machine, kept in `dir` (the key readable by its owner only). It is made anew
 * when it lacks a name or has less than a week to go: who stored it (as NetBackup does) need not approve it again.
 */
export const loadOrCreateCertificate = async (
  dir: string,
  hostNames: readonly string[],
): Promise<TlsFiles> => {
  const names = [...new Set([...hostNames, ...ALWAYS])];
  const caFile = path.join(dir, 'tls-certificate.pem');
  const keyFile = path.join(dir, 'tls-key.pem');
  const [cert, key] = await Promise.all(
    [caFile, keyFile].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  const stored = { cert: cert ?? '', key: key ?? '' };
  if (isUsable(stored, 7) && isNamed(stored.cert, names)) return { ...stored, caFile };
  // Some verifiers take no more than 825 days.
  const made = await makeCertificate({
    commonName: names[0] ?? 'localhost',
    algorithm: RSA,
    days: 825,
    names,
  });
  await mkdir(dir, { recursive: true });
  await writeSecret(keyFile, made.key);
  await writeFile(caFile, made.cert);
  return { ...made, caFile };
};
