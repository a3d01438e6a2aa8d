import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';

/** Transactions last some ten milliseconds; together the waits are a third of a second at most. */
const TRIES = 6;
const FIRST_WAIT_MS = 10;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Whether a write did not happen for no other reason than that another transaction was at the same item. */
const isConflict = (error: unknown): boolean => {
  if (error instanceof TransactionConflictException) return true;
  if (!(error instanceof TransactionCanceledException)) return false;
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
  const failed = codes.filter((code) => code !== 'None');
  return failed.length > 0 && failed.every((code) => code === 'TransactionConflict');
};

/**
 * Repeats a write that collided with a transaction: nothing was written, and the SDK does not try again by itself. Single
 * writes collide as transactions do. @throws the conflict, if it does not end
 */
export const despiteConflicts = async <T>(write: () => Promise<T>, wait = pause): Promise<T> => {
  for (let tried = 1; ; tried++) {
    try {
      return await write();
    } catch (error) {
      if (tried === TRIES || !isConflict(error)) throw error;
      await wait(Math.random() * FIRST_WAIT_MS * 2 ** tried);
    }
  }
};
