/** Where calls wait for their turn: first come, first served, as many at a time as {@link Pace} allows. */
import { Pace } from './pace.ts';

/** Resolves after so many ms; rejects when the signal ends it. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

export type Outcome = 'served' | 'refused' | 'other';

/** A turn that was had. */
export interface Turn {
  /** Must be called once. `holdMs`: nobody begins for that long, as the deployment asked. */
  end(outcome: Outcome, holdMs?: number): void;
}

interface Waiter {
  readonly order: number;
  readonly begin: () => void;
}

export class Gate {
  readonly pace: Pace;
  readonly #pause: Pause;
  readonly #stopping: AbortSignal;
  readonly #waiting: Waiter[] = [];
  #underWay = 0;
  #holds = 0;

  /** @param stopping ends the pauses of the gate itself */
  constructor(pause: Pause, stopping: AbortSignal, pace = new Pace()) {
    this.#pause = pause;
    this.#stopping = stopping;
    this.pace = pace;
  }

  /**
   * Waits for a turn.
   * @param order the lowest goes first; who was refused keeps its own and so its place in front
   * @throws the signal's reason when it ends first; then there was no turn
   */
  enter(order: number, signal: AbortSignal): Promise<Turn> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason);
      const leave = () => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        reject(signal.reason);
      };
      const waiter: Waiter = {
        order,
        begin: () => {
          signal.removeEventListener('abort', leave);
          resolve(this.#turn());
        },
      };
      signal.addEventListener('abort', leave, { once: true });
      const later = this.#waiting.findIndex((other) => other.order > order);
      this.#waiting.splice(later < 0 ? this.#waiting.length : later, 0, waiter);
      this.#admit();
    });
  }

  #turn(): Turn {
    const { epoch } = this.pace;
    return {
      end: (outcome, holdMs = 0) => {
        if (outcome === 'refused') this.pace.refused(epoch, this.#underWay);
        if (outcome === 'served') this.pace.succeeded(epoch, this.#waiting.length > 0);
        this.#underWay -= 1;
        if (holdMs > 0) void this.#hold(holdMs);
        this.#admit();
      },
    };
  }

  async #hold(ms: number): Promise<void> {
    this.#holds += 1;
    await this.#pause(ms, this.#stopping).catch(() => {});
    this.#holds -= 1;
    this.#admit();
  }

  #admit(): void {
    while (this.#holds === 0 && this.#underWay < this.pace.limit) {
      const next = this.#waiting.shift();
      if (!next) return;
      this.#underWay += 1;
      next.begin();
    }
  }
}
