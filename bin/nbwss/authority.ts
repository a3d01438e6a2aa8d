/** The tunnel's own certificate authority: installed in clients once, while what it signs lives for days only. */
import { createPrivateKey, randomUUID, type webcrypto, X509Certificate } from 'node:crypto';
import { chmod, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeSecret } from './secret-file.ts';

export interface Leaf {
  /** PEM: the certificate, and the authority's behind it. */
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** PEM, and the file that holds it. */
  readonly certificate: string;
  readonly file: string;
  /** A certificate for these names and addresses, from yesterday for {@link LEAF_DAYS}. */
  sign(names: readonly string[]): Promise<Leaf>;
}

const DAY_MS = 86_400_000;
const AUTHORITY_DAYS = 3650;
export const LEAF_DAYS = 14;
/** Every client of the last ten years takes it, and a key is made at once. */
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

// Not loaded before it is needed: it takes a third of a second.
const library = () => import('@peculiar/x509');
const newKeys = () => crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const pemOf = async (key: webcrypto.CryptoKey): Promise<string> => {
  const der = Buffer.from(await crypto.subtle.exportKey('pkcs8', key));
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }).export({
    type: 'pkcs8',
    format: 'pem',
  }) as string;
};

const validFor = (days: number) => {
  const notBefore = new Date(Date.now() - DAY_MS);
  return { notBefore, notAfter: new Date(notBefore.getTime() + days * DAY_MS) };
};

/** Key and certificate in one text: one file holds both, so that they always belong together. */
const create = async (): Promise<string> => {
  const x509 = await library();
  const keys = await newKeys();
  const { keyCertSign, cRLSign } = x509.KeyUsageFlags;
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [`nbwss tunnel on ${hostname()}`] }],
    ...validFor(AUTHORITY_DAYS),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [
      // It signs servers, and no further authorities.
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(keyCertSign | cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return `${await pemOf(keys.privateKey)}${certificate.toString('pem')}\n`;
};

const certificateIn = (text: string): string =>
  `${/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/.exec(text)?.[0] ?? ''}\n`;

const isUsable = (text: string): boolean => {
  try {
    const certificate = new X509Certificate(certificateIn(text));
    const lasts = Date.parse(certificate.validTo) > Date.now() + LEAF_DAYS * DAY_MS;
    return lasts && certificate.checkPrivateKey(createPrivateKey(text));
  } catch {
    return false;
  }
};

/** What is stored, or a new one; of two tunnels that start at the same time both use the first one's. */
const load = async (file: string): Promise<string> => {
  const stored = await readFile(file, 'utf8').catch(() => undefined);
  if (stored !== undefined && isUsable(stored)) return stored;
  if (stored !== undefined) await rm(file, { force: true });
  const draft = `${file}.${randomUUID()}`;
  await writeSecret(draft, await create());
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return readFile(file, 'utf8');
};

/** The authority of this folder, which is made readable by its owner only. */
export const authorityIn = async (dir: string): Promise<Authority> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await chmod(dir, 0o700);
  const text = await load(join(dir, 'authority-key.pem'));
  const certificate = certificateIn(text);
  const file = join(dir, 'ca-certificate.pem');
  await writeFile(file, certificate);
  return { certificate, file, sign: (names) => sign(text, certificate, names) };
};

const sign = async (authority: string, caCertificate: string, names: readonly string[]): Promise<Leaf> => {
  const x509 = await library();
  const issuer = new x509.X509Certificate(caCertificate);
  const der = createPrivateKey(authority).export({ type: 'pkcs8', format: 'der' });
  const signingKey = await crypto.subtle.importKey('pkcs8', new Uint8Array(der), ALGORITHM, false, ['sign']);
  const keys = await newKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    subject: [{ CN: ['nbwss tunnel'] }],
    issuer: issuer.subject,
    ...validFor(LEAF_DAYS),
    signingAlgorithm: ALGORITHM,
    signingKey,
    publicKey: keys.publicKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) ? ('ip' as const) : ('dns' as const), value })),
      ),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  });
  return { cert: `${certificate.toString('pem')}\n${caCertificate}`, key: await pemOf(keys.privateKey) };
};
