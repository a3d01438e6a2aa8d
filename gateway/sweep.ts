import type { Clock, Timer } from './clock.ts';

/** Something that ends itself after its time limit. */
interface Timed {
  /** @returns epoch ms of the next check */
  checkTime(now: number): number;
}

/** One timer for the time limits of all connections: one for each would need memory, and traffic only postpones them. */
export function createSweep(all: ReadonlyMap<string, Timed>, clock: Clock, sweepMs: number) {
  let timer: Timer;
  let isSet = false;

  function sweep(): void {
    isSet = false;
    const now = clock.now();
    let next = Number.POSITIVE_INFINITY;
    for (const one of all.values()) next = Math.min(next, one.checkTime(now));
    setTimer(next);
  }

  function setTimer(due: number): void {
    if (isSet || due === Number.POSITIVE_INFINITY) return;
    isSet = true;
    timer = clock.setTimeout(sweep, Math.max(due - clock.now(), sweepMs));
  }

  return {
    /** Starts with the first connection: later ones are due later. */
    opened(one: Timed): void {
      if (!isSet) setTimer(one.checkTime(clock.now()));
    },
    /** Without connections no timer keeps the process alive. */
    ended(): void {
      if (all.size > 0 || !isSet) return;
      clock.clearTimeout(timer);
      isSet = false;
    },
  };
}
