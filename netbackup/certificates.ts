import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';

/** Reads PEM certificates. Throws an Error that names the file: an unreadable CA must not be ignored. */
export async function readCertificates(paths: readonly string[]): Promise<string[]> {
  return Promise.all(paths.map(readPem));
}

async function readPem(path: string): Promise<string> {
  let pem: string;
  try {
    pem = await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Error(
      `${path}: ${code === 'ENOENT' ? 'the file does not exist' : `cannot read the file (${code})`}`,
    );
  }
  try {
    new X509Certificate(pem);
  } catch {
    throw new Error(`${path}: the file is not a PEM certificate`);
  }
  return pem;
}
