/** Attempts to store one part. */
import type { Clock, Timer } from '../clock.ts';

/** How often storing one part is tried, counted from NetBackup's latest delivery. */
export const ATTEMPTS = 8;
const FIRST_WAIT_MS = 100;
const MAX_WAIT_MS = 3_000;

/** The wait before the attempt with this number, from 1: twice as long each time, with jitter from half of it to all. */
export const waitBefore = (attempt: number, draw: () => number): number =>
  Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), MAX_WAIT_MS) * (0.5 + draw() / 2);

/** Pauses that all end as soon as somebody calls `endAll`. */
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
