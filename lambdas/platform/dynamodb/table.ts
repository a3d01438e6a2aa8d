import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { type Backoff, fullJitter, retried } from '../backoff.ts';
import { omitUndefined } from '../omit-undefined.ts';
import { isUnavailable, Unavailable } from '../unavailable.ts';
import { type Expression, Placeholders } from './expression.ts';
import {
  type Change,
  type Item,
  type Key,
  marshallItem,
  putRequest,
  transactCheck,
  transactDelete,
  transactPut,
  transactUpdate,
  updateRequest,
} from './requests.ts';
import { retryWrite } from './retry-write.ts';
import type { TransactionStep } from './transaction.ts';

/** The result of a conditional write: `item` (of an update: as it is now), or the `existing` item for which the condition failed. */
export type Written<T> =
  | { readonly ok: true; readonly item: T }
  | { readonly ok: false; readonly existing?: T };

export interface QueryOptions {
  readonly index?: string | undefined;
  /** The key condition. */
  readonly key: Expression;
  readonly limit: number;
  readonly descending?: boolean;
  readonly consistent?: boolean;
  readonly startAfter?: Key | undefined;
}
export interface Page<T> {
  readonly items: readonly T[];
  readonly lastKey?: Key;
}

/** BatchGetItem accepts 100 keys. */
export const MAX_BATCH_KEYS = 100;
/** For unprocessed keys: the waits of one batch are 2 s at most together. */
const MAX_RETRIES = 5;
const FIRST_WAIT_MS = 64;

const unmarshalled = <T>(item: Record<string, AttributeValue>): T => unmarshall(item) as T;

/** Returns a failed condition instead of throwing it. */
const conditional = async <T>(write: () => Promise<T>): Promise<Written<T>> => {
  try {
    return { ok: true, item: await retryWrite(write) };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return omitUndefined({ ok: false as const, existing: error.Item && unmarshalled<T>(error.Item) });
  }
};

/** One table, with plain items. Errors of the SDK are not caught. */
export class Table<T extends object> {
  readonly #client: DynamoDBClient;
  readonly #name: string;
  readonly #backoff: Backoff;

  constructor(client: DynamoDBClient, name: string, backoff = fullJitter(FIRST_WAIT_MS)) {
    this.#client = client;
    this.#name = name;
    this.#backoff = backoff;
  }

  async get(key: Key, options: { consistent: boolean; abortSignal?: AbortSignal }): Promise<T | undefined> {
    const { consistent, abortSignal } = options;
    const { Item } = await this.#client.send(
      new GetItemCommand({ TableName: this.#name, Key: marshallItem(key), ConsistentRead: consistent }),
      omitUndefined({ abortSignal }),
    );
    return Item && unmarshalled<T>(Item);
  }

  /**
   * Any number of items, in no order; missing items are left out. Unprocessed keys (throttling, or more than 16 MB) are read again.
   * @throws Unavailable when keys of a batch are unprocessed after five retries
   */
  async getMany(keys: readonly Key[], options: { consistent: boolean }): Promise<T[]> {
    const items: T[] = [];
    for (let start = 0; start < keys.length; start += MAX_BATCH_KEYS) {
      let wanted: Record<string, AttributeValue>[] = keys
        .slice(start, start + MAX_BATCH_KEYS)
        .map(marshallItem);
      const readWanted = async (): Promise<void> => {
        const answer = await this.#client.send(
          new BatchGetItemCommand({
            RequestItems: { [this.#name]: { Keys: wanted, ConsistentRead: options.consistent } },
          }),
        );
        items.push(...(answer.Responses?.[this.#name] ?? []).map((item) => unmarshalled<T>(item)));
        wanted = answer.UnprocessedKeys?.[this.#name]?.Keys ?? [];
        if (wanted.length > 0)
          throw new Unavailable(`${this.#name}: BatchGetItem left ${wanted.length} keys unprocessed.`);
      };
      await retried(readWanted, MAX_RETRIES, this.#backoff, isUnavailable);
    }
    return items;
  }

  put(item: T, condition?: Expression, abortSignal?: AbortSignal): Promise<Written<T>> {
    return conditional(async () => {
      await this.#client.send(
        new PutItemCommand({
          ...putRequest(this.#name, item as Item, condition),
          ReturnValuesOnConditionCheckFailure: condition && 'ALL_OLD',
        }),
        omitUndefined({ abortSignal }),
      );
      return item;
    });
  }

  update(key: Key, change: Change, condition?: Expression): Promise<Written<T>> {
    return conditional(async () => {
      const { Attributes } = await this.#client.send(
        new UpdateItemCommand({
          ...updateRequest(this.#name, key, change, condition),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: condition && 'ALL_OLD',
        }),
      );
      return unmarshalled<T>(Attributes ?? {});
    });
  }

  /** `item` is the deleted one. */
  delete(key: Key, condition?: Expression): Promise<Written<T | undefined>> {
    const placeholders = new Placeholders();
    return conditional(async () => {
      const { Attributes } = await this.#client.send(
        new DeleteItemCommand({
          TableName: this.#name,
          Key: marshallItem(key),
          ReturnValues: 'ALL_OLD',
          ConditionExpression: condition && placeholders.render(condition),
          ...placeholders.attributes(),
        }),
      );
      return Attributes && unmarshalled<T>(Attributes);
    });
  }

  /** One page. Items of a KEYS_ONLY index have only keys. */
  async query(options: QueryOptions): Promise<Page<T>> {
    const placeholders = new Placeholders();
    const { Items, LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#name,
        IndexName: options.index,
        KeyConditionExpression: placeholders.render(options.key),
        ...placeholders.attributes(),
        Limit: options.limit,
        ScanIndexForward: !options.descending,
        ConsistentRead: options.consistent ?? false,
        ExclusiveStartKey: options.startAfter && marshallItem(options.startAfter),
      }),
    );
    return omitUndefined({
      items: (Items ?? []).map((item) => unmarshalled<T>(item)),
      lastKey: LastEvaluatedKey && unmarshalled<Key>(LastEvaluatedKey),
    });
  }

  /** The same writes as steps of a transaction. */
  putStep(item: T, condition: Expression): TransactionStep {
    return { client: this.#client, item: transactPut(this.#name, item as Item, condition) };
  }

  updateStep(key: Key, change: Change, condition: Expression): TransactionStep {
    return { client: this.#client, item: transactUpdate(this.#name, key, change, condition) };
  }

  deleteStep(key: Key, condition: Expression): TransactionStep {
    return { client: this.#client, item: transactDelete(this.#name, key, condition) };
  }

  /** Writes nothing: the transaction fails if the condition does not hold. */
  checkStep(key: Key, condition: Expression): TransactionStep {
    return { client: this.#client, item: transactCheck(this.#name, key, condition) };
  }
}
