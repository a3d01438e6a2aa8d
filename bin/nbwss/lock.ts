import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/**
 * Makes sure that one process at a time uses a folder. What a killed process left is taken over.
 * @returns the function that gives it free.
 * @throws Error in one sentence when another process holds it.
 */
export const lock = (file: string): (() => void) => {
  try {
    writeFileSync(file, `${process.pid}`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid > 0 && isRunning(pid)) {
      throw new Error(
        `It is running already, as process ${pid}. Stop that one first (Ctrl-C), or remove ${file}.`,
      );
    }
    writeFileSync(file, `${process.pid}`);
  }
  return () => rmSync(file, { force: true });
};
