import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { retryConflicts } from './conflict.ts';

/**
 * Writes all or nothing, at twice the price: for rare operations (a CONNECT, a new endpoint). `ok` is false when a
 * condition failed; a conflict with another writer is retried.
 */
export const transact = async (
  client: DynamoDBClient,
  steps: TransactWriteItem[],
): Promise<{ readonly ok: boolean }> => {
  try {
    await retryConflicts(() => client.send(new TransactWriteItemsCommand({ TransactItems: steps })));
    return { ok: true };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
    const failed = codes.filter((code) => code !== 'None');
    const isExpected = (code: string) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict';
    if (!failed.includes('ConditionalCheckFailed') || !failed.every(isExpected)) throw error;
    return { ok: false };
  }
};
