import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import { fullJitter, retried } from '../backoff.ts';

/** Transactions last some ten milliseconds; together the waits are 0.6 s at most. */
const MAX_RETRIES = 5;
const FIRST_WAIT_MS = 20;
/**
 * Codes of steps that succeed later: another transaction was writing the item, or its partition was throttled.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
const TRANSIENT = ['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded'];

/** The codes of the steps for which a transaction was cancelled. */
export const failedCodes = ({ CancellationReasons = [] }: TransactionCanceledException): string[] =>
  CancellationReasons.flatMap(({ Code = 'None' }) => (Code === 'None' ? [] : [Code]));

const isTransient = (error: unknown): boolean => {
  if (error instanceof TransactionConflictException) return true;
  const codes = error instanceof TransactionCanceledException ? failedCodes(error) : [];
  return codes.length > 0 && codes.every((code) => TRANSIENT.includes(code));
};

/**
 * Repeats a write that conflicted with a transaction, and a transaction that was throttled: nothing was written, and the SDK does
 * not retry it. Single writes conflict as transactions do; when they are throttled, the SDK does retry them.
 * @throws the last error after five retries
 */
export const retryWrite = <T>(write: () => Promise<T>, backoff = fullJitter(FIRST_WAIT_MS)): Promise<T> =>
  retried(write, MAX_RETRIES, backoff, isTransient);
