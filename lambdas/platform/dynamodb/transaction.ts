import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';

/** Which steps of a cancelled transaction failed, by their index, with DynamoDB's code (ConditionalCheckFailed, …). */
export type Transacted =
  | { readonly ok: true }
  | { readonly ok: false; readonly failed: ReadonlyMap<number, string> };

/**
 * All or nothing, at twice the price of its writes: for what is rare (a CONNECT, a new endpoint). A conflict with another
 * writer is reported like a failed condition, since both mean "read again, then decide".
 */
export const transact = async (client: DynamoDBClient, steps: TransactWriteItem[]): Promise<Transacted> => {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: steps }));
    return { ok: true };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
    const failed = new Map([...codes.entries()].filter(([, code]) => code !== 'None'));
    const retryable = [...failed.values()].every(
      (code) => code === 'ConditionalCheckFailed' || code === 'TransactionConflict',
    );
    if (failed.size === 0 || !retryable) throw error;
    return { ok: false, failed };
  }
};
