/** The tunnel's certificate authority. Clients install it once; the certificates that it signs are short-lived. */
import { randomUUID } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { ECDSA, isUsable, type KeyPair, makeCertificate } from './certificate.ts';
import { createPrivateFolder } from './private-folder.ts';
import { writeSecret } from './secret-file.ts';

export interface Authority {
  /** PEM, and the file that holds it. */
  readonly certificate: string;
  readonly file: string;
  /** Returns a certificate chain for these names and addresses. */
  sign(names: readonly string[]): Promise<KeyPair>;
}

const AUTHORITY_DAYS = 3650;
export const LEAF_DAYS = 14;

/** One file holds key and certificate, so that they always match. */
const pairIn = (key: string): KeyPair => ({
  cert: `${/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/.exec(key)?.[0] ?? ''}\n`,
  key,
});

const create = async (): Promise<string> => {
  const commonName = `nbwss tunnel on ${hostname()}`;
  const properties = { commonName, algorithm: ECDSA, days: AUTHORITY_DAYS };
  const { cert, key } = await makeCertificate(properties);
  return `${key}${cert}`;
};

/** Loads or creates it. When two tunnels start at the same time, both use the first one's file. */
const load = async (file: string): Promise<KeyPair> => {
  const stored = await readFile(file, 'utf8').catch(() => undefined);
  if (stored !== undefined) {
    if (isUsable(pairIn(stored), LEAF_DAYS)) return pairIn(stored);
    await rm(file, { force: true });
  }
  const draft = `${file}.${randomUUID()}`;
  await writeSecret(draft, await create());
  try {
    await link(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    await rm(draft, { force: true });
  }
  return pairIn(await readFile(file, 'utf8'));
};

/** Loads or creates the authority in a folder that only its owner may read. */
export const authorityIn = async (dir: string): Promise<Authority> => {
  await createPrivateFolder(dir);
  const issuer = await load(join(dir, 'authority-key.pem'));
  const file = join(dir, 'ca-certificate.pem');
  await writeFile(file, issuer.cert);
  return {
    certificate: issuer.cert,
    file,
    async sign(names) {
      const properties = { commonName: 'nbwss tunnel', algorithm: ECDSA, days: LEAF_DAYS };
      const { cert, key } = await makeCertificate({ ...properties, names, issuer });
      return { cert: `${cert}${issuer.cert}`, key };
    },
  };
};
