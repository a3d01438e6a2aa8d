/**
 * A folder of generated files that are run later. A manifest holds their digests, so that nothing else is run: a file that
 * somebody changed or added is not used.
 */
import { mkdtemp, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { digestsIn } from './folder-digest.ts';
import { createPrivateFolder, isOnlyOwnerWriting, removeAccessOfOthers } from './private-folder.ts';
import { writeSecret } from './secret-file.ts';

interface Manifest {
  /** Of what the files were generated from. */
  readonly sources: string;
  /** Entries of the folder, by name. */
  readonly digests: Readonly<Record<string, string>>;
}

const MANIFEST = '.digests.json';
const digestsOf = async (dir: string) =>
  Object.fromEntries(await digestsIn(dir, (name) => name !== MANIFEST));

/** Undefined when there is none, or when another user could have written it. */
const readManifest = async (dir: string): Promise<Manifest | undefined> => {
  const file = join(dir, MANIFEST);
  try {
    return isOnlyOwnerWriting(await stat(file))
      ? (JSON.parse(await readFile(file, 'utf8')) as Manifest)
      : undefined;
  } catch {
    return undefined;
  }
};

/**
 * Moves the entries of `from` to `to`. Entries of `to` that the manifest does not know are removed; known ones stay, because
 * another process may run them.
 */
const moveEntries = async (from: string, to: string, known: Manifest['digests']): Promise<void> => {
  const [fresh, found] = [await digestsOf(from), await digestsOf(to)];
  for (const [name, digest] of Object.entries(found))
    if (known[name] !== digest) await rm(join(to, name), { recursive: true, force: true });
  for (const [name, digest] of Object.entries(fresh)) {
    if (known[name] === digest && found[name] === digest) continue;
    await rm(join(to, name), { recursive: true, force: true });
    await rename(join(from, name), join(to, name));
  }
};

/**
 * Generates the files of `dir`, unless those of the same sources are there, unchanged.
 * @param generate writes them to a new, empty folder
 * @returns whether it generated them
 */
export const generateInto = async (
  dir: string,
  sources: string,
  generate: (folder: string) => Promise<void>,
): Promise<boolean> => {
  await createPrivateFolder(dir);
  const { sources: earlier, digests = {} } = (await readManifest(dir)) ?? {};
  const found = await digestsOf(dir);
  const isUnchanged = Object.keys({ ...digests, ...found }).every((name) => digests[name] === found[name]);
  if (earlier === sources && isUnchanged) return false;
  const folder = await mkdtemp(`${dir}.`);
  try {
    await generate(folder);
    // CDK gives asset folders mode 0777.
    await removeAccessOfOthers(folder);
    await moveEntries(folder, dir, digests);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await writeSecret(join(dir, MANIFEST), JSON.stringify({ sources, digests: await digestsOf(dir) }));
  return true;
};
