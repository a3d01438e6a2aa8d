import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { fullJitter } from '../backoff.ts';

/** Transactions last some ten milliseconds; all waits together are 0.6 s at most. */
const MAX_RETRIES = 5;
const FIRST_WAIT_MS = 20;

/** Whether a write failed only because another transaction was writing the same item. */
const isConflict = (error: unknown): boolean => {
  if (error instanceof TransactionConflictException) return true;
  if (!(error instanceof TransactionCanceledException)) return false;
  const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? 'None');
  const failed = codes.filter((code) => code !== 'None');
  return failed.length > 0 && failed.every((code) => code === 'TransactionConflict');
};

/**
 * Repeats a write that conflicted with a transaction: nothing was written, and the SDK does not retry it. Single
 * writes conflict as transactions do. @throws the last conflict after five retries
 */
export const retryConflicts = async <T>(
  write: () => Promise<T>,
  backoff = fullJitter(FIRST_WAIT_MS),
): Promise<T> => {
  for (let retry = 0; ; retry++) {
    try {
      return await write();
    } catch (error) {
      if (retry === MAX_RETRIES || !isConflict(error)) throw error;
      await backoff(retry);
    }
  }
};
