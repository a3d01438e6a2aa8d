/**
 * Of all the calls that wait for a group's domain to come back, one looks; the others go as soon as it has found it. Fifty
 * clients of a domain that is away cost no more requests than one.
 */
export class Lookout {
  #isTaken = false;
  /** Told whether it is their turn to look; false: go ahead. */
  readonly #waiting: ((looks: boolean) => void)[] = [];

  /**
   * @returns true: look, and say what came of it with {@link leave}; false: somebody has looked, and it is back
   * @throws the signal's reason when it ends first
   */
  enter(signal: AbortSignal): Promise<boolean> {
    if (!this.#isTaken) {
      this.#isTaken = true;
      return Promise.resolve(true);
    }
    return new Promise((resolve, reject) => {
      const told = (looks: boolean) => {
        signal.removeEventListener('abort', leave);
        resolve(looks);
      };
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(told), 1);
        reject(signal.reason);
      };
      signal.addEventListener('abort', leave, { once: true });
      this.#waiting.push(told);
    });
  }

  /** @param isBack false: nobody knows; the next one looks */
  leave(isBack: boolean): void {
    this.#isTaken = false;
    if (isBack) for (const told of this.#waiting.splice(0)) told(false);
    const next = this.#waiting.shift();
    if (!next) return;
    this.#isTaken = true;
    next(true);
  }
}
