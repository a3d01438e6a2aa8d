import { readFileSync } from 'node:fs';
import tls from 'node:tls';

/** The usual files with a system's CA certificates: Debian and Alpine, Red Hat, SUSE, macOS. */
const SYSTEM_FILES: readonly string[] = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * PEM texts of the certificates that this machine trusts: those of Node.js, of `NODE_EXTRA_CA_CERTS`, and of the system
 * (`SSL_CERT_FILE`, or the usual files, and the system's own store where Node.js can read it). What cannot be read is left
 * out, as Node.js and OpenSSL do.
 */
export function machineCertificates(
  { NODE_EXTRA_CA_CERTS: extra, SSL_CERT_FILE: system }: NodeJS.ProcessEnv,
  systemFiles = SYSTEM_FILES,
): string[] {
  const files = [extra, ...(system ? [system] : systemFiles)].filter((file) => file !== undefined);
  // Since Node.js 22.15. The store of macOS and Windows is not a file.
  const stored = tls.getCACertificates?.('system') ?? [];
  return [...tls.rootCertificates, ...files.flatMap(readIfPossible), ...stored];
}

function readIfPossible(file: string): string[] {
  try {
    return [readFileSync(file, 'utf8')];
  } catch {
    return [];
  }
}

/** Codes of OpenSSL's verification when the issuer of a certificate is not trusted. */
const UNTRUSTED = [
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
];

/** The reason why a connection failed, with what helps if the server's certificate is not trusted. */
export const failureReason = ({ message, code = '' }: NodeJS.ErrnoException): string =>
  UNTRUSTED.includes(code) ? `${message}: specify the CA that issued it with --ca` : message;

/** Creating a context with all of a machine's certificates takes 0.1 s. */
const contexts = new Map<string, tls.SecureContext>();
const MAX_CONTEXTS = 20;
let machine: readonly string[] | undefined;

/** The given PEM certificates; if there are none, those that this machine trusts. */
export function trustedOrMachine(trusted: readonly string[]): readonly string[] {
  if (trusted.length > 0) return trusted;
  machine ??= machineCertificates(process.env);
  return machine;
}

/** TLS options of a client that trusts these PEM certificates; without any, what this machine trusts. */
export function trusting(trusted: readonly string[]): { readonly secureContext: tls.SecureContext } {
  const ca = [...trustedOrMachine(trusted)];
  const key = ca.join('\n');
  // A certificate that is trusted itself needs no issuer.
  const secureContext = contexts.get(key) ?? tls.createSecureContext({ ca, allowPartialTrustChain: true });
  const [oldest] = contexts.keys();
  if (!contexts.has(key) && contexts.size >= MAX_CONTEXTS && oldest !== undefined) contexts.delete(oldest);
  contexts.set(key, secureContext);
  return { secureContext };
}
