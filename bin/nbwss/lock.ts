import { readFileSync, rmSync, writeFileSync } from 'node:fs';

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs under another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
};

/** Whether a running process holds the lock. */
export const isLocked = (file: string): boolean => {
  try {
    const pid = Number(readFileSync(file, 'utf8'));
    return pid > 0 && isRunning(pid);
  } catch {
    return false;
  }
};

/**
 * Creates a lock file. A lock of a process that no longer runs is replaced.
 * @returns the function that releases the lock
 * @throws Error when another process holds it
 */
export const lock = (file: string): (() => void) => {
  try {
    writeFileSync(file, `${process.pid}`, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const pid = Number(readFileSync(file, 'utf8'));
    if (pid > 0 && isRunning(pid)) {
      throw new Error(
        `nbwss is already running as process ${pid}. Stop it first (Ctrl-C), or remove ${file}.`,
      );
    }
    writeFileSync(file, `${process.pid}`);
  }
  return () => rmSync(file, { force: true });
};
