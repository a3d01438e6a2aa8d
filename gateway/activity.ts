import { deferred } from './deferred.ts';

/** Counts running work, so that callers can wait until none is left. */
export class Activity {
  #running = 0;
  #idle = deferred();

  /** Counts as running until the returned function is called (once). */
  begin(): () => void {
    this.#running += 1;
    return () => {
      this.#running -= 1;
      if (this.#running > 0) return;
      this.#idle.resolve();
      this.#idle = deferred();
    };
  }

  during<T>(work: Promise<T>): Promise<T> {
    return work.finally(this.begin());
  }

  /** Resolves when no work is running and none starts in the next turns of the event loop. */
  async idle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet += 1) {
      if (this.#running > 0) quiet = -1;
      await (this.#running > 0 ? this.#idle.promise : new Promise((resolve) => setImmediate(resolve)));
    }
  }
}
