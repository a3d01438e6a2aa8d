import type { Clock, Timer } from './clock.ts';

/** A clock whose timers all end with {@link stop}, so that nothing holds the process or fires into a stopped cloud. */
export class Timers implements Clock {
  readonly #clock: Clock;
  readonly #running = new Set<Timer>();
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  setTimeout(callback: () => void, ms: number): Timer {
    if (this.#stopped) return { id: undefined };
    const timer = this.#clock.setTimeout(() => {
      this.#running.delete(timer);
      callback();
    }, ms);
    this.#running.add(timer);
    return timer;
  }

  clearTimeout(timer: Timer | undefined): void {
    if (timer) this.#running.delete(timer);
    this.#clock.clearTimeout(timer);
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of [...this.#running]) this.clearTimeout(timer);
  }
}
