/** Files that hold secrets: for their owner only, whatever stood there before. */
import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

export interface SecretFile {
  /** Puts the text in place of the file, all of it at once. */
  write(text: string): Promise<void>;
  /** Leaves what was there as it was. */
  discard(): Promise<void>;
}

/** Made before the secret is: one that cannot be written down, and cannot be shown again, would be lost. */
export const openSecretFile = async (file: string): Promise<SecretFile> => {
  const target = await realpath(file).catch(() => file);
  const there = await stat(target).catch(() => undefined);
  if (there?.isDirectory()) throw new Error(`${file} is a folder.`);
  // A pipe or a terminal is written to, not replaced.
  if (there && !there.isFile()) return { write: (text) => writeFile(target, text), discard: async () => {} };
  const draft = `${target}.${randomUUID()}`;
  const handle = await open(draft, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${file} cannot be written (${error.code}).`);
  });
  return {
    async write(text) {
      await handle.writeFile(text);
      await handle.close();
      await rename(draft, target);
    },
    async discard() {
      await handle.close();
      await rm(draft, { force: true });
    },
  };
};

export const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export const writeSecret = async (file: string, text: string): Promise<void> =>
  (await openSecretFile(file)).write(text);
