/** A handle that {@link Clock.clearTimeout} takes. */
export type Timer = { readonly id: unknown };

/** Time as the local cloud sees it; injected everywhere, so that no test waits for real minutes. */
export interface Clock {
  /** Milliseconds since the UNIX epoch. */
  now(): number;
  setTimeout(callback: () => void, ms: number): Timer;
  clearTimeout(timer: Timer | undefined): void;
}

/** The machine's own clock. Its timers keep the process alive like Node's own. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => ({ id: setTimeout(callback, ms) }),
  clearTimeout: (timer) => {
    if (timer) clearTimeout(timer.id as NodeJS.Timeout);
  },
};
