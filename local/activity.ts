import { deferred } from './deferred.ts';

/** Counts work under way, so that one can wait until there is none. */
export class Activity {
  #running = 0;
  #idle = deferred();

  /** Counts until the returned function is called. */
  begin(): () => void {
    this.#running += 1;
    let ended = false;
    return () => {
      if (ended) return;
      ended = true;
      this.#running -= 1;
      if (this.#running > 0) return;
      this.#idle.resolve();
      this.#idle = deferred();
    };
  }

  async during<T>(work: Promise<T>): Promise<T> {
    const end = this.begin();
    try {
      return await work;
    } finally {
      end();
    }
  }

  /** Resolves when nothing is under way, nor follows at once from what was. */
  async idle(): Promise<void> {
    for (let quiet = 0; quiet < 3; ) {
      if (this.#running > 0) {
        await this.#idle.promise;
        quiet = 0;
      } else {
        quiet += 1;
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
  }
}
