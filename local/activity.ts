import { deferred } from './deferred.ts';

/** Counts work under way, so that one can wait until there is none. */
export class Activity {
  #running = 0;
  #idle = deferred();

  /** Counts until the returned function is called, which is done once. */
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

  /** Resolves when nothing is under way, nor follows at once from what was. */
  async idle(): Promise<void> {
    for (let quiet = 0; quiet < 3; quiet += 1) {
      if (this.#running > 0) quiet = -1;
      await (this.#running > 0 ? this.#idle.promise : new Promise((resolve) => setImmediate(resolve)));
    }
  }
}
