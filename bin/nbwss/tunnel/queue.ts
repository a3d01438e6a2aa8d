/** Where calls wait: for a slot at the API, and for a domain that is not connected. */
import { type Answer, isFromNetBackup } from './answer.ts';
import { isOverloaded, isThrottled, retryAfterOf } from './retry.ts';

/** Resolves after so many ms; rejects when the signal ends it. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** Where API Gateway does not say when to come back; and the longest that all calls are held up by what it says. */
const THROTTLED_PAUSE_MS = 1_000;
const LONGEST_HOLD_MS = 60_000;

/**
 * Waits in a list, until the list's owner calls `proceed`.
 * @param add enters the list, and returns how to leave it
 * @throws the signal's reason when it ends first
 */
const waiting = <T>(signal: AbortSignal, add: (proceed: (value: T) => void) => () => void): Promise<T> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    let remove = () => {};
    const abort = () => {
      remove();
      reject(signal.reason);
    };
    signal.addEventListener('abort', abort, { once: true });
    remove = add((value) => {
      signal.removeEventListener('abort', abort);
      resolve(value);
    });
  });

const without = <T>(list: T[], item: T): void => {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
};

/**
 * How many requests may be under way at a time, learned from what the deployment says: it has a fixed number of places for
 * requests that wait, others use them too, and a request too many costs a refusal. Pure.
 */
export class ConcurrencyLimit {
  current: number;
  /** Raised by each cut: requests of before it say nothing about the limit of after it. */
  epoch = 0;
  /** The most that the last refusal left, or what there is by design. */
  #ceiling: number;
  readonly #most: number;
  /** Successes since the limit last changed, while there was more to do than the limit allowed. */
  #credit = 0;

  constructor({ start = 4, most = 64 }: { readonly start?: number; readonly most?: number } = {}) {
    this.current = start;
    this.#most = most;
    this.#ceiling = most;
  }

  /**
   * A request had its place.
   * @param epoch of when it began
   * @param wanted whether others wait for the next one: a limit that nobody needs is not raised
   */
  succeeded(epoch: number, wanted: boolean): void {
    if (epoch !== this.epoch || !wanted || this.current >= this.#most) return;
    this.#credit += 1;
    // By one a round up to what was refused last; beyond that it is tried eight times less often.
    const needed = this.current < this.#ceiling ? this.current : 8 * this.current;
    if (this.#credit < needed) return;
    this.#credit = 0;
    this.current += 1;
    this.#ceiling = Math.max(this.#ceiling, this.current - 1);
  }

  /**
   * A request was refused for want of a place.
   * @param underWay how many there were at that moment, itself included
   */
  refused(epoch: number, underWay: number): void {
    if (epoch !== this.epoch) return;
    this.epoch += 1;
    this.#credit = 0;
    this.#ceiling = Math.max(1, Math.min(underWay, this.current) - 1);
    this.current = Math.max(1, Math.floor(this.#ceiling * 0.75));
  }
}

/** Sends requests first come, first served, as many at a time as the {@link ConcurrencyLimit} allows. */
export class RequestQueue {
  readonly limit = new ConcurrencyLimit();
  readonly #pause: Pause;
  readonly #now: () => number;
  readonly #stopping: AbortSignal;
  readonly #waiters: { readonly order: number; readonly proceed: () => void }[] = [];
  #underWay = 0;
  #holds = 0;
  #lastOrder = 0;

  /** @param stopping ends the pauses of the queue itself */
  constructor(pause: Pause, now: () => number, stopping: AbortSignal) {
    this.#pause = pause;
    this.#now = now;
    this.#stopping = stopping;
  }

  /** A call's place in the queue. It keeps it when it is refused, and so goes first. */
  takeNumber(): number {
    this.#lastOrder += 1;
    return this.#lastOrder;
  }

  /**
   * Sends a request once it has a slot.
   * @param order from {@link takeNumber}; the lowest goes first
   * @throws the signal's reason when it ends first: then nothing is sent
   */
  async run(order: number, signal: AbortSignal, send: () => Promise<Answer>): Promise<Answer> {
    const epoch = await this.#slot(order, signal);
    try {
      const answer = await send();
      this.#learn(epoch, answer);
      return answer;
    } finally {
      this.#underWay -= 1;
      this.#admit();
    }
  }

  #slot(order: number, signal: AbortSignal): Promise<number> {
    return waiting(signal, (proceed) => {
      const waiter = { order, proceed: () => proceed(this.limit.epoch) };
      const later = this.#waiters.findIndex((other) => other.order > order);
      this.#waiters.splice(later < 0 ? this.#waiters.length : later, 0, waiter);
      this.#admit();
      return () => without(this.#waiters, waiter);
    });
  }

  #learn(epoch: number, answer: Answer): void {
    if (isThrottled(answer) || isOverloaded(answer)) this.limit.refused(epoch, this.#underWay);
    else if (answer.status < 500 || isFromNetBackup(answer))
      this.limit.succeeded(epoch, this.#waiters.length > 0);
    if (isThrottled(answer)) void this.#hold(retryAfterOf(answer, this.#now()) ?? THROTTLED_PAUSE_MS);
  }

  /** Nothing is sent for that long, as the deployment asked. */
  async #hold(ms: number): Promise<void> {
    this.#holds += 1;
    await this.#pause(Math.min(ms, LONGEST_HOLD_MS), this.#stopping).catch(() => {});
    this.#holds -= 1;
    this.#admit();
  }

  #admit(): void {
    while (this.#holds === 0 && this.#underWay < this.limit.current) {
      const next = this.#waiters.shift();
      if (!next) return;
      this.#underWay += 1;
      next.proceed();
    }
  }
}

/**
 * Of all the calls that wait for a group's domain to come back, one probes; the others go as soon as it has come through.
 * Fifty clients of a domain that is away cost no more requests than one.
 */
export class Probe {
  #isTaken = false;
  /** Told whether it is their turn to probe; false: go ahead. */
  readonly #waiters: ((probes: boolean) => void)[] = [];

  /**
   * @returns true: probe, and say what came of it with {@link leave}; false: somebody has, and it is back
   * @throws the signal's reason when it ends first
   */
  async enter(signal: AbortSignal): Promise<boolean> {
    if (this.#isTaken)
      return waiting(signal, (proceed) => {
        this.#waiters.push(proceed);
        return () => without(this.#waiters, proceed);
      });
    this.#isTaken = true;
    return true;
  }

  /** @param isBack false: nobody knows; the next one probes */
  leave(isBack: boolean): void {
    if (isBack) for (const proceed of this.#waiters.splice(0)) proceed(false);
    const next = this.#waiters.shift();
    this.#isTaken = next !== undefined;
    next?.(true);
  }
}
