/** Delays of the heavy primary's responses, independent of the speed of the machine. */
import type { RestRequest } from '../../../netbackup/simulator/rest/types.ts';

/** Delays calls until they are released, and reports the first one. */
export class Held {
  readonly #isDelayed: (request: RestRequest) => boolean;
  readonly #firstCall: Promise<void>;
  readonly #released: Promise<void>;
  #reportFirst = () => {};
  /** Releases all calls, also later ones. */
  release = () => {};

  constructor(isDelayed: (request: RestRequest) => boolean) {
    this.#isDelayed = isDelayed;
    this.#firstCall = new Promise((resolve) => {
      this.#reportFirst = resolve;
    });
    this.#released = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  /** Resolves when the first delayed call has arrived. */
  get firstCall(): Promise<void> {
    return this.#firstCall;
  }

  readonly before = (request: RestRequest): Promise<void> | undefined => {
    if (!this.#isDelayed(request)) return undefined;
    this.#reportFirst();
    return this.#released;
  };
}

/**
 * A primary that is slow for each page. A round ends when no call has arrived for a while: calls of one round overlap, and calls
 * that need a response of it are in the next round. So rounds count sequential calls, independent of the speed of the machine.
 */
export class Rounds {
  readonly #quietMs: number;
  #waiting: (() => void)[] = [];
  #timer: NodeJS.Timeout | undefined;
  /** How many calls each round had. */
  readonly sizes: number[] = [];

  constructor(quietMs: number) {
    this.#quietMs = quietMs;
  }

  readonly before = (request: RestRequest): Promise<void> | undefined => {
    if (request.uri === '/netbackup/ping') return undefined;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#end(), this.#quietMs);
    return new Promise((resolve) => this.#waiting.push(resolve));
  };

  #end(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.sizes.push(waiting.length);
    for (const respond of waiting) respond();
  }
}
