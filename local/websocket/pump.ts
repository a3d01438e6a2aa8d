/** How the messages of one connection reach functions. */
export type Order = 'serial' | 'shuffled';

/** In `shuffled`, how many messages of one connection run at once, and how many choices a start has. */
const WINDOW = 8;

/** A small deterministic generator (mulberry32); numbers in [0, 1). */
export function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Runs the events of one connection: `serial` one after the other in order of arrival, `shuffled` concurrently and
 * started in an order that a seed decides. API Gateway documents no order, so an application must stand both.
 */
export class Pump {
  readonly #order: Order;
  readonly #random: () => number;
  readonly #waiting: (() => Promise<void>)[] = [];
  #running = 0;
  #scheduled = false;

  constructor(order: Order, random: () => number) {
    this.#order = order;
    this.#random = random;
  }

  get length(): number {
    return this.#waiting.length;
  }

  /** Adds one job, which must not reject. */
  add(job: () => Promise<void>): void {
    this.#waiting.push(job);
    if (this.#order === 'serial') this.#start();
    if (this.#order === 'serial' || this.#scheduled) return;
    this.#scheduled = true;
    // What the client sent together is together here before anything of it starts.
    setImmediate(() => {
      this.#scheduled = false;
      this.#start();
    });
  }

  #start(): void {
    const limit = this.#order === 'serial' ? 1 : WINDOW;
    while (this.#running < limit) {
      const choices = this.#order === 'serial' ? 1 : Math.min(WINDOW, this.#waiting.length);
      const [job] = this.#waiting.splice(Math.floor(this.#random() * choices), 1);
      if (!job) return;
      this.#running++;
      job().then(() => {
        this.#running--;
        this.#start();
      });
    }
  }
}
