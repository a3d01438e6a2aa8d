/** A handle that {@link Clock.clearTimeout} takes. */
export type Timer = { readonly id: unknown };

/** The clock of the simulated primary, injected so that no test waits for real time. */
export interface Clock {
  /** Milliseconds since the UNIX epoch. */
  now(): number;
  setTimeout(callback: () => void, ms: number): Timer;
  clearTimeout(timer: Timer | undefined): void;
}

/** The system's clock. Its timers keep the process running. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, ms) => ({ id: setTimeout(callback, ms) }),
  clearTimeout: (timer) => {
    if (timer) clearTimeout(timer.id as NodeJS.Timeout);
  },
};

/** Another clock, ahead by `ms`; its timers are the same. */
export const ahead = (clock: Clock, ms: number): Clock => ({ ...clock, now: () => clock.now() + ms });

/** A clock that only {@link advance} moves. Timers fire in the order of their due time, then of their creation. */
export class ManualClock implements Clock {
  #now: number;
  #next = 1;
  readonly #timers = new Map<number, { due: number; callback: () => void }>();

  constructor(now = Date.UTC(2026, 0, 15, 12)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  setTimeout(callback: () => void, ms: number): Timer {
    const id = this.#next++;
    this.#timers.set(id, { due: this.#now + Math.max(0, ms), callback });
    return { id };
  }

  clearTimeout(timer: Timer | undefined): void {
    if (timer) this.#timers.delete(timer.id as number);
  }

  /** The number of waiting timers: zero after a clean stop. */
  get pending(): number {
    return this.#timers.size;
  }

  /** Moves the time forward by `ms` and fires the timers that become due. */
  advance(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      let first: [number, { due: number; callback: () => void }] | undefined;
      for (const entry of this.#timers) {
        if (entry[1].due <= end && (!first || entry[1].due < first[1].due)) first = entry;
      }
      if (!first) break;
      this.#timers.delete(first[0]);
      this.#now = Math.max(this.#now, first[1].due);
      first[1].callback();
    }
    this.#now = end;
  }
}

/** Calls `task` every `ms` until the returned function is called. The first call is after one period. */
export function every(clock: Clock, ms: number, task: () => void): () => void {
  let timer: Timer | undefined;
  const arm = (): void => {
    timer = clock.setTimeout(() => {
      arm();
      task();
    }, ms);
  };
  arm();
  return () => {
    clock.clearTimeout(timer);
    timer = undefined;
  };
}
