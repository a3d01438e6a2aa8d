/** How the messages of one connection reach functions. */
export type Order = 'serial' | 'shuffled';

/** In `shuffled`: how many messages of one connection run at the same time, and from how many the next one is chosen. */
const WINDOW = 8;

/** The context that the queues of all connections share. */
export interface QueueOptions {
  readonly order: Order;
  /** Random numbers in [0, 1). */
  readonly draw: () => number;
}

/** A job must not reject. */
export type Job = () => Promise<unknown>;

const NONE: readonly Job[] = [];

/**
 * Runs the jobs of one connection: `serial` one after the other in order of arrival, `shuffled` concurrently, in
 * random order. API Gateway documents no order, so an application must support both.
 */
export class JobQueue {
  readonly #options: QueueOptions;
  #waiting = NONE as Job[];
  #running = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get running(): number {
    return this.#running;
  }

  /** The number of running and waiting jobs. */
  get size(): number {
    return this.#running + this.#waiting.length;
  }

  add(job: Job): void {
    // An idle connection has no array of its own.
    if (this.#waiting === NONE) this.#waiting = [job];
    else this.#waiting.push(job);
    // Messages that the client sent together are all queued before the first of them starts.
    setImmediate(() => this.#start());
  }

  #start(): void {
    const { order, draw } = this.#options;
    const window = order === 'serial' ? 1 : WINDOW;
    while (this.#running < window && this.#waiting.length > 0) {
      const choices = Math.min(window, this.#waiting.length);
      const [job] = this.#waiting.splice(Math.floor(draw() * choices), 1);
      if (this.#waiting.length === 0) this.#waiting = NONE as Job[];
      if (!job) return;
      this.#running += 1;
      job().then(() => {
        this.#running -= 1;
        this.#start();
      });
    }
  }
}
