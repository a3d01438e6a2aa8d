/** Digests that show whether files have changed. */
import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';

/** SHA-256 as hex. The digest of a folder includes everything below it; that of a link includes its target, which is not followed. */
const entryDigest = async (entry: Dirent): Promise<string> => {
  const path = join(entry.parentPath, entry.name);
  const hash = createHash('sha256');
  if (entry.isFile()) hash.update('file\0').update(await readFile(path));
  else if (entry.isSymbolicLink()) hash.update('link\0').update(await readlink(path));
  else if (entry.isDirectory()) hash.update('folder\0').update(JSON.stringify(await digestsIn(path)));
  else hash.update('other\0');
  return hash.digest('hex');
};

/** The digests of a folder's entries as `[name, digest]`, in the order of their names. */
export const digestsIn = async (
  dir: string,
  isCounted: (name: string) => boolean = () => true,
): Promise<(readonly [string, string])[]> => {
  const entries = (await readdir(dir, { withFileTypes: true })).filter(({ name }) => isCounted(name));
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  return Promise.all(entries.map(async (entry) => [entry.name, await entryDigest(entry)] as const));
};
