import {
  type DynamoDBClient,
  TransactionCanceledException,
  type TransactWriteItem,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { despiteConflicts } from './conflict.ts';

/** Which steps of a cancelled transaction failed, by their index, with DynamoDB's code (ConditionalCheckFailed, …). */
export type Transacted =
  | { readonly ok: true }
  | { readonly ok: false; readonly failed: ReadonlyMap<number, string> };

/**
 * All or nothing, at twice the price of its writes: for what is rare (a CONNECT, a new endpoint). A conflict with another
 * writer says nothing of the conditions, so it is tried again.
 */
export const transact = async (client: DynamoDBClient, steps: TransactWriteItem[]): Promise<Transacted> => {
  try {
    await despiteConflicts(() => client.send(new TransactWriteItemsCommand({ TransactItems: steps })));
    return { ok: true };
  } catch (error) {
    if (!(error instanceof TransactionCanceledException)) throw error;
    const codes = (error.CancellationReasons ?? []).map((reason) => reason.Code ?? 'None');
    const failed = new Map([...codes.entries()].filter(([, code]) => code !== 'None'));
    const reasons = [...failed.values()];
    const others = reasons.some(
      (code) => code !== 'ConditionalCheckFailed' && code !== 'TransactionConflict',
    );
    if (others || !reasons.includes('ConditionalCheckFailed')) throw error;
    return { ok: false, failed };
  }
};
