/**
 * How many requests may be under way at a time, learned from what the deployment says: it has a fixed number of places for
 * requests that wait, others use them too, and a request too many costs a refusal. Pure.
 */
export class Pace {
  #limit: number;
  /** The most that the last refusal left, or what there is by design. */
  #ceiling: number;
  readonly #most: number;
  /** Successes since the limit last changed, while there was more to do than the limit allowed. */
  #credit = 0;
  /** Raised by each cut: requests of before it say nothing about the limit of after it. */
  #epoch = 0;

  constructor({ start = 4, most = 64 }: { readonly start?: number; readonly most?: number } = {}) {
    this.#limit = start;
    this.#most = most;
    this.#ceiling = most;
  }

  get limit(): number {
    return this.#limit;
  }

  /** To be given back with the outcome of a request that begins now. */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * A request had its place.
   * @param wanted whether others wait for the next one: a limit that nobody needs is not raised
   */
  succeeded(epoch: number, wanted: boolean): void {
    if (epoch !== this.#epoch || !wanted || this.#limit >= this.#most) return;
    this.#credit += 1;
    // By one a round up to what was refused last; beyond that it is tried eight times less often.
    const needed = this.#limit < this.#ceiling ? this.#limit : 8 * this.#limit;
    if (this.#credit < needed) return;
    this.#credit = 0;
    this.#limit += 1;
    this.#ceiling = Math.max(this.#ceiling, this.#limit - 1);
  }

  /**
   * A request was refused for want of a place.
   * @param underWay how many there were at that moment, itself included
   */
  refused(epoch: number, underWay: number): void {
    if (epoch !== this.#epoch) return;
    this.#epoch += 1;
    this.#credit = 0;
    this.#ceiling = Math.max(1, Math.min(underWay, this.#limit) - 1);
    this.#limit = Math.max(1, Math.floor(this.#ceiling * 0.75));
  }
}
