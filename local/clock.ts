/** A handle that {@link Clock.clearTimeout} takes. */
export type Timer = unknown;

/** Time as the local cloud sees it; injected everywhere, so that no test waits for real minutes. */
export interface Clock {
  /** Milliseconds since the UNIX epoch. */
  now(): number;
  setTimeout(callback: () => void, ms: number): Timer;
  clearTimeout(timer: Timer): void;
}

/** The machine's own clock. Its timers keep the process alive like Node's own. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** The same time, whose timers all end with `stop`: nothing holds the process or fires into a stopped cloud. */
export function stoppable(clock: Clock): Clock & { stop(): void } {
  const running = new Set<Timer>();
  let stopped = false;
  return {
    now: () => clock.now(),
    setTimeout: (callback, ms) => {
      if (stopped) return undefined;
      const timer = clock.setTimeout(() => {
        running.delete(timer);
        callback();
      }, ms);
      running.add(timer);
      return timer;
    },
    clearTimeout: (timer) => {
      running.delete(timer);
      clock.clearTimeout(timer);
    },
    stop: () => {
      stopped = true;
      for (const timer of running) clock.clearTimeout(timer);
    },
  };
}
