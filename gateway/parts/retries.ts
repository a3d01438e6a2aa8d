/** Attempts to store one part. */
import type { Clock, Timer } from '../clock.ts';

/** How often one part is tried, from the latest time that NetBackup sent it. */
export const ATTEMPTS = 8;
export const WAITS_MS = { first: 100, most: 3_000 };

/** Pauses that all end at once when somebody calls `endAll`. */
export function createPauses(clock: Clock) {
  const running = new Set<() => void>();
  return {
    /** Resolves after that time. */
    pause: (ms: number) =>
      new Promise<void>((resolve) => {
        let timer: Timer;
        const end = (): void => {
          clock.clearTimeout(timer);
          running.delete(end);
          resolve();
        };
        timer = clock.setTimeout(end, ms);
        running.add(end);
      }),
    endAll(): void {
      for (const end of [...running]) end();
    },
  };
}
