import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';

const DECIDED: ReadonlySet<string> = new Set(['ConditionalCheckFailed', 'TransactionConflict']);

/**
 * All or nothing, at twice the price of its writes: for what is rare (a CONNECT, a new endpoint). A conflict with another
 * writer is reported like a failed condition, since both mean "read again, then decide".
 */
export const transact = async (
  client: DynamoDBClient,
  steps: TransactWriteItem[],
): Promise<{ readonly ok: boolean }> => {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: steps }));
    return { ok: true };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
    const failed = codes.filter((code) => code !== 'None');
    if (failed.length === 0 || !failed.every((code) => DECIDED.has(code))) throw error;
    return { ok: false };
  }
};
