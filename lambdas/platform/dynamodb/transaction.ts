import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { failedCodes, retryWrite } from './retry-write.ts';

/** One step: a write or a check of one item, which the store of its table makes, and the client that sends it. */
export interface TransactionStep {
  readonly client: DynamoDBClient;
  readonly item: TransactWriteItem;
}

/**
 * All or nothing, at twice the price of its writes: for rare operations (a CONNECT, a new endpoint). `ok` is false when a
 * condition failed; a conflict with another writer, or throttling, is retried.
 */
export const transact = async (
  ...steps: readonly [TransactionStep, ...TransactionStep[]]
): Promise<{ readonly ok: boolean }> => {
  const [{ client }] = steps;
  const request = { TransactItems: steps.map(({ item }) => item) };
  try {
    await retryWrite(() => client.send(new TransactWriteItemsCommand(request)));
    return { ok: true };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const failed = failedCodes(error);
    const isExpected = (code: string) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict';
    if (!failed.includes('ConditionalCheckFailed') || !failed.every(isExpected)) throw error;
    return { ok: false };
  }
};
