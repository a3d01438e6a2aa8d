/** A slot for one large message: held, or waited for in line. */
export interface Slot {
  readonly held: boolean;
  /** Gives it back, or leaves the line. Only the first call counts. */
  release(): void;
}

/** A fixed number of slots, given in order of request. */
export class Slots {
  #free: number;
  /** Those who wait, first come first served: what gives them theirs. */
  readonly #line = new Set<() => void>();

  constructor(count: number) {
    this.#free = count;
  }

  /** @param granted called when a slot that was not free at once is given */
  request(granted: () => void): Slot {
    let state: 'waiting' | 'held' | 'released' = 'waiting';
    const give = () => {
      this.#line.delete(give);
      state = 'held';
      granted();
    };
    if (this.#free > 0) {
      this.#free -= 1;
      state = 'held';
    } else this.#line.add(give);
    return {
      get held() {
        return state === 'held';
      },
      release: () => {
        const before = state;
        state = 'released';
        if (before === 'waiting') this.#line.delete(give);
        if (before === 'held') this.#giveToNext();
      },
    };
  }

  #giveToNext(): void {
    const [next] = this.#line;
    if (next) next();
    else this.#free += 1;
  }
}
