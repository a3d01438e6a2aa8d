import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { despiteConflicts } from './conflict.ts';

const DECIDED: ReadonlySet<string> = new Set(['ConditionalCheckFailed', 'TransactionConflict']);

/**
 * All or nothing, at twice the price of its writes: for what is rare (a CONNECT, a new endpoint). A conflict with another
 * writer says nothing of the conditions, so it is tried again.
 */
export const transact = async (
  client: DynamoDBClient,
  steps: TransactWriteItem[],
): Promise<{ readonly ok: boolean }> => {
  try {
    await despiteConflicts(() => client.send(new TransactWriteItemsCommand({ TransactItems: steps })));
    return { ok: true };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
    const failed = codes.filter((code) => code !== 'None');
    if (!failed.includes('ConditionalCheckFailed') || !failed.every((code) => DECIDED.has(code))) throw error;
    return { ok: false };
  }
};
