/** Files with secrets, which only their owner may read. */
import { randomUUID } from 'node:crypto';
import { open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';

export interface SecretFile {
  /** Replaces the file in one step. */
  write(text: string): Promise<void>;
  /** Leaves an existing file unchanged. */
  discard(): Promise<void>;
}

/** Open the file before the secret is created: a secret that cannot be written would be lost. */
export const openSecretFile = async (file: string): Promise<SecretFile> => {
  const target = await realpath(file).catch(() => file);
  const there = await stat(target).catch(() => undefined);
  if (there?.isDirectory()) throw new Error(`${file} is a folder.`);
  // A pipe or a terminal is written directly, not replaced.
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
