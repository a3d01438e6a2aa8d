import { type Clock, every } from '../clock.ts';

/** Sends pings (CON-7). Calls `lost` once, after `maxMisses` pings in a row without a pong. */
export class KeepAlive {
  readonly #end: () => void;
  #unanswered = 0;

  constructor(clock: Clock, intervalMs: number, maxMisses: number, ping: () => void, lost: () => void) {
    this.#end = every(clock, intervalMs, () => {
      if (this.#unanswered >= maxMisses) {
        this.stop();
        lost();
        return;
      }
      this.#unanswered++;
      ping();
    });
  }

  ponged(): void {
    this.#unanswered = 0;
  }

  stop(): void {
    this.#end();
  }
}
