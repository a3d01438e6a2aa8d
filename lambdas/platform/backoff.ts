/** Waits before retry 0, 1, 2, … of a call. */
export type Backoff = (retry: number) => Promise<void>;

export const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Exponential backoff with full jitter: `firstMs` at most before the first retry, twice as long before each further one. */
export const fullJitter =
  (firstMs: number, { wait = pause, random = Math.random } = {}): Backoff =>
  (retry) =>
    wait(random() * firstMs * 2 ** retry);

/** Repeats a call while it throws errors that may pass. @throws any other error, and the one of the last retry */
export const retried = async <T>(
  call: () => Promise<T>,
  maxRetries: number,
  backoff: Backoff,
  isRetryable: (error: unknown) => boolean,
): Promise<T> => {
  for (let retry = 0; ; retry++) {
    try {
      return await call();
    } catch (error) {
      if (retry === maxRetries || !isRetryable(error)) throw error;
      await backoff(retry);
    }
  }
};
