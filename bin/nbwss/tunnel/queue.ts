/** Queues calls until the API has capacity and the domain is connected. */
import { type Answer, isFromNetBackup } from './answer.ts';
import { isOverloaded, isThrottled, retryAfterOf } from './retry.ts';

/** Resolves after `ms`; rejects when the signal aborts. */
export type Pause = (ms: number, signal: AbortSignal) => Promise<void>;

/** The pause without a Retry-After, and the longest pause that a Retry-After can cause. */
const THROTTLED_PAUSE_MS = 1_000;
const MAX_HOLD_MS = 60_000;

/**
 * Waits until `proceed` is called.
 * @param add adds `proceed` to a list, and returns a function that removes it
 * @throws the signal's reason on abort
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

const remove = <T>(list: T[], item: T): void => {
  const index = list.indexOf(item);
  if (index >= 0) list.splice(index, 1);
};

/**
 * The number of concurrent requests, adapted to the deployment's answers: the deployment limits waiting requests, shares
 * that limit among all clients, and refuses requests above it. Pure.
 */
export class ConcurrencyLimit {
  current: number;
  /** Raised at each reduction. Requests that started before say nothing about the new limit. */
  epoch = 0;
  /** The highest limit that was not refused, or the maximum. */
  #ceiling: number;
  readonly #max: number;
  /** Successes since the last change while calls were waiting. */
  #credit = 0;

  constructor({ start = 4, max = 64 }: { readonly start?: number; readonly max?: number } = {}) {
    this.current = start;
    this.#max = max;
    this.#ceiling = max;
  }

  /**
   * Records a successful request.
   * @param epoch at the start of the request
   * @param wanted whether calls are waiting: otherwise the limit is not raised
   */
  succeeded(epoch: number, wanted: boolean): void {
    if (epoch !== this.epoch || !wanted || this.current >= this.#max) return;
    this.#credit += 1;
    // One per round up to the ceiling; above it, eight times more slowly.
    const needed = this.current < this.#ceiling ? this.current : 8 * this.current;
    if (this.#credit < needed) return;
    this.#credit = 0;
    this.current += 1;
    this.#ceiling = Math.max(this.#ceiling, this.current - 1);
  }

  /**
   * A request was refused because the limit was reached.
   * @param underWay the number of requests at that moment, including this one
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

  /** @param stopping aborts the queue's pauses */
  constructor(pause: Pause, now: () => number, stopping: AbortSignal) {
    this.#pause = pause;
    this.#now = now;
    this.#stopping = stopping;
  }

  /** The position of a new call. A refused call keeps its position, and is sent before later calls. */
  nextOrder(): number {
    this.#lastOrder += 1;
    return this.#lastOrder;
  }

  /**
   * Sends a request when the limit allows.
   * @param order from {@link nextOrder}; the lowest is sent first
   * @throws the signal's reason on abort; then nothing is sent
   */
  async run(order: number, signal: AbortSignal, send: () => Promise<Answer>): Promise<Answer> {
    const epoch = await this.#slot(order, signal);
    try {
      const answer = await send();
      this.#adjustLimit(epoch, answer);
      return answer;
    } finally {
      this.#underWay -= 1;
      this.#startNext();
    }
  }

  #slot(order: number, signal: AbortSignal): Promise<number> {
    return waiting(signal, (proceed) => {
      const waiter = { order, proceed: () => proceed(this.limit.epoch) };
      const later = this.#waiters.findIndex((other) => other.order > order);
      this.#waiters.splice(later < 0 ? this.#waiters.length : later, 0, waiter);
      this.#startNext();
      return () => remove(this.#waiters, waiter);
    });
  }

  #adjustLimit(epoch: number, answer: Answer): void {
    if (isThrottled(answer) || isOverloaded(answer)) this.limit.refused(epoch, this.#underWay);
    else if (answer.status < 500 || isFromNetBackup(answer))
      this.limit.succeeded(epoch, this.#waiters.length > 0);
    if (isThrottled(answer)) void this.#hold(retryAfterOf(answer, this.#now()) ?? THROTTLED_PAUSE_MS);
  }

  /** Stops sending for a while, as Retry-After demands. */
  async #hold(ms: number): Promise<void> {
    this.#holds += 1;
    await this.#pause(Math.min(ms, MAX_HOLD_MS), this.#stopping).catch(() => {});
    this.#holds -= 1;
    this.#startNext();
  }

  #startNext(): void {
    while (this.#holds === 0 && this.#underWay < this.limit.current) {
      const next = this.#waiters.shift();
      if (!next) return;
      this.#underWay += 1;
      next.proceed();
    }
  }
}

/**
 * Of all calls that wait for a domain to reconnect, only one is retried. The others continue when it succeeds, so many
 * clients cause no more requests than one.
 */
export class Probe {
  #isTaken = false;
  /** Called with true: retry as the probe. With false: the domain is back. */
  readonly #waiters: ((probes: boolean) => void)[] = [];

  /**
   * @returns true: retry, then call {@link leave}; false: another call has succeeded
   * @throws the signal's reason on abort
   */
  async enter(signal: AbortSignal): Promise<boolean> {
    if (this.#isTaken)
      return waiting(signal, (proceed) => {
        this.#waiters.push(proceed);
        return () => remove(this.#waiters, proceed);
      });
    this.#isTaken = true;
    return true;
  }

  /** @param isBack whether the domain is connected. If not, the next call becomes the probe. */
  leave(isBack: boolean): void {
    if (isBack) for (const proceed of this.#waiters.splice(0)) proceed(false);
    const next = this.#waiters.shift();
    this.#isTaken = next !== undefined;
    next?.(true);
  }
}
