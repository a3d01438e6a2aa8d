import { createPrivateKey, X509Certificate } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import path from 'node:path';
import { writeSecret } from './secret-file.ts';

export interface TlsFiles {
  /** PEM. */
  readonly cert: string;
  readonly key: string;
  /** The certificate's own path: it is its own trust anchor. */
  readonly caFile: string;
}

const DAY_MS = 86_400_000;
const ALWAYS = ['localhost', '127.0.0.1', '::1'];

/**
 * A certificate for `hostNames` and this machine, kept in `dir` (the key readable by its owner only). It is made anew
 * when it lacks a name or has less than a week to go: who stored it (as NetBackup does) need not approve it again.
 */
export async function loadOrCreateCertificate(dir: string, hostNames: readonly string[]): Promise<TlsFiles> {
  const names = [...new Set([...hostNames, ...ALWAYS])];
  const caFile = path.join(dir, 'tls-certificate.pem');
  const keyFile = path.join(dir, 'tls-key.pem');
  const stored = await Promise.all([readFile(caFile, 'utf8'), readFile(keyFile, 'utf8')]).catch(() => null);
  if (stored && serves(stored[0], stored[1], names)) return { cert: stored[0], key: stored[1], caFile };
  const { cert, key } = await create(names);
  await mkdir(dir, { recursive: true });
  await writeSecret(keyFile, key);
  await writeFile(caFile, cert);
  return { cert, key, caFile };
}

function serves(cert: string, key: string, names: readonly string[]): boolean {
  try {
    const parsed = new X509Certificate(cert);
    const lasts = Date.parse(parsed.validTo) > Date.now() + 7 * DAY_MS;
    const named = names.every((name) => (isIP(name) ? parsed.checkIP(name) : parsed.checkHost(name)));
    return lasts && named && parsed.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false;
  }
}

/** RSA 2048 with SHA-256 and every extension that strict verifiers ask of a trust anchor (RFC 5280, 4.2.1). */
async function create(names: readonly string[]): Promise<{ cert: string; key: string }> {
  // Needed once in two years: not loaded at every start.
  const x509 = await import('@peculiar/x509');
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const keys = await crypto.subtle.generateKey(
    { ...algorithm, publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 },
    true,
    ['sign', 'verify'],
  );
  const { digitalSignature, keyEncipherment, keyCertSign } = x509.KeyUsageFlags;
  const notBefore = new Date(Date.now() - DAY_MS);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${names[0]}`,
    notBefore,
    // Some verifiers take no more than 825 days.
    notAfter: new Date(notBefore.getTime() + 825 * DAY_MS),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(digitalSignature | keyEncipherment | keyCertSign, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? 'ip' : 'dns', value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  const key = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' });
  return {
    cert: `${certificate.toString('pem')}\n`,
    key: key.export({ type: 'pkcs8', format: 'pem' }) as string,
  };
}
