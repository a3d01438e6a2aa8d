/** Folders that only their owner may use: they hold keys, and code that is run. */
import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Bits of a mode: any access by others, and write access. */
export const OTHERS = 0o077;
const OTHERS_WRITE = 0o022;
const ROOT_USER = 0;

/** Undefined on Windows, where files have no mode. */
const ownUser = (): number | undefined => process.geteuid?.();

/** Whether only this user, or root, can have written a file. On Windows always true. */
export const isOnlyOwnerWriting = ({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): boolean => {
  const user = ownUser();
  return user === undefined || ((uid === user || uid === ROOT_USER) && (mode & OTHERS_WRITE) === 0);
};

/** @throws Error when somebody else could replace the folder or its content */
const checkOwner = async (dir: string, user: number): Promise<void> => {
  const [entry, target] = [await lstat(dir), await stat(dir)];
  if (!target.isDirectory()) throw new Error(`${dir} is not a folder.`);
  // Another user could redirect their link to another folder at any time.
  if (entry.isSymbolicLink() && entry.uid !== user && entry.uid !== ROOT_USER)
    throw new Error(`${dir} is a link of another user. Choose a folder of your own.`);
  if (target.uid !== user)
    throw new Error(
      `${dir} belongs to another user, who could change what it holds. Choose a folder of your own.`,
    );
};

/**
 * Creates a folder with mode 0700, and the folders above it. An existing folder of this user gets the mode.
 * @returns whether it was created
 * @throws Error when the folder, or a link to it, belongs to another user
 */
export const createPrivateFolder = async (dir: string): Promise<boolean> => {
  const created = await mkdir(dir, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`The folder ${dir} cannot be created (${error.code}).`);
  });
  const user = ownUser();
  if (user === undefined) return created !== undefined;
  await checkOwner(dir, user);
  if (((await stat(dir)).mode & OTHERS) !== 0) await chmod(dir, 0o700);
  return created !== undefined;
};

/** Removes the access of others to all files and folders below a folder. */
export const removeAccessOfOthers = async (dir: string): Promise<void> => {
  if (ownUser() === undefined) return;
  const entries = await readdir(dir, { withFileTypes: true, recursive: true });
  for (const { name, parentPath } of entries.filter((entry) => !entry.isSymbolicLink())) {
    const path = join(parentPath, name);
    await chmod(path, (await stat(path)).mode & 0o700);
  }
};
