/** A handle that {@link Clock.clearTimeout} takes. */
export type Timer = unknown;

/** The time of the local cloud; injected, so that tests need not wait. */
export interface Clock {
  /** Milliseconds since the UNIX epoch. */
  now(): number;
  setTimeout(callback: () => void, ms: number): Timer;
  clearTimeout(timer: Timer): void;
}

/** The clock of the machine. Its timers keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => setTimeout(callback, ms),
  clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout),
};

/** A clock whose timers are all cleared by `stop`: none keeps the process alive or fires in a stopped cloud. */
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
