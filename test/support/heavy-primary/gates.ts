/** What a test waits with before the heavy primary answers. None of it depends on how fast the machine is. */
import type { RestRequest } from '../../../netbackup/index.ts';

/** Holds calls until they are let go, and says when one has come. */
export class Held {
  readonly #isHeld: (request: RestRequest) => boolean;
  readonly #came: Promise<void>;
  readonly #gone: Promise<void>;
  #tell = () => {};
  /** Lets everything go, now and later. */
  release = () => {};

  constructor(isHeld: (request: RestRequest) => boolean) {
    this.#isHeld = isHeld;
    this.#came = new Promise((resolve) => {
      this.#tell = resolve;
    });
    this.#gone = new Promise((resolve) => {
      this.release = resolve;
    });
  }

  /** Resolves when the first call that is held has come. */
  get came(): Promise<void> {
    return this.#came;
  }

  readonly before = (request: RestRequest): Promise<void> | undefined => {
    if (!this.#isHeld(request)) return undefined;
    this.#tell();
    return this.#gone;
  };
}

/**
 * A primary that takes long for each page. A round ends when no further call has come for a while: calls of one round
 * overlap, and what comes only after an answer is in the next. So rounds count what is asked one after the other, however
 * slow the machine.
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
    for (const go of waiting) go();
  }
}
