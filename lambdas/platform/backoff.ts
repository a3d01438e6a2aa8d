/** Waits before retry 0, 1, 2, … of a call. */
export type Backoff = (retry: number) => Promise<void>;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Exponential backoff with full jitter: at most `firstMs` before the first retry, twice as long before each further one. */
export const fullJitter =
  (firstMs: number, { wait = pause, random = Math.random } = {}): Backoff =>
  (retry) =>
    wait(random() * firstMs * 2 ** retry);
