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
import { despiteConflicts } from './conflict.ts';
import { type Expression, Placeholders } from './expression.ts';
import { type Change, type Item, type Key, marshallItem, putRequest, updateRequest } from './requests.ts';

/** A conditional write either happened (`item` as it now is, for updates), or found `existing`. */
export type Written<T> =
  | { readonly ok: true; readonly item: T }
  | { readonly ok: false; readonly existing?: T };

export interface QueryOptions {
  readonly index?: string;
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

const plain = <T>(item: Record<string, AttributeValue>): T => unmarshall(item) as T;

/** Turns a failed condition into a value: the caller decides what it means. */
const conditional = async <T>(write: () => Promise<T>): Promise<Written<T>> => {
  try {
    return { ok: true, item: await despiteConflicts(write) };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    return { ok: false, ...(error.Item ? { existing: plain<T>(error.Item) } : {}) };
  }
};

/** One table: items in, items out. Errors of the SDK pass through. */
export class Table<T extends object> {
  readonly client: DynamoDBClient;
  readonly name: string;

  constructor(client: DynamoDBClient, name: string) {
    this.client = client;
    this.name = name;
  }

  async get(key: Key, options: { consistent: boolean; abortSignal?: AbortSignal }): Promise<T | undefined> {
    const { consistent, abortSignal } = options;
    const { Item } = await this.client.send(
      new GetItemCommand({ TableName: this.name, Key: marshallItem(key), ConsistentRead: consistent }),
      abortSignal ? { abortSignal } : {},
    );
    return Item && plain<T>(Item);
  }

  /** Any number of items, in no order; absent ones are left out. Asks again for what DynamoDB did not process. */
  async getMany(keys: readonly Key[], options: { consistent: boolean }): Promise<T[]> {
    const items: T[] = [];
    for (let start = 0; start < keys.length; start += 100) {
      let wanted: Record<string, AttributeValue>[] = keys.slice(start, start + 100).map(marshallItem);
      for (let attempt = 0; wanted.length > 0; attempt++) {
        if (attempt === 5)
          throw new Error(`${this.name}: BatchGetItem left ${wanted.length} keys unprocessed`);
        const answer = await this.client.send(
          new BatchGetItemCommand({
            RequestItems: { [this.name]: { Keys: wanted, ConsistentRead: options.consistent } },
          }),
        );
        items.push(...(answer.Responses?.[this.name] ?? []).map((item) => plain<T>(item)));
        wanted = answer.UnprocessedKeys?.[this.name]?.Keys ?? [];
      }
    }
    return items;
  }

  put(item: T, condition?: Expression, abortSignal?: AbortSignal): Promise<Written<T>> {
    return conditional(async () => {
      await this.client.send(
        new PutItemCommand({
          ...putRequest(this.name, item as Item, condition),
          ...(condition ? { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const } : {}),
        }),
        abortSignal ? { abortSignal } : {},
      );
      return item;
    });
  }

  update(key: Key, change: Change, condition?: Expression): Promise<Written<T>> {
    return conditional(async () => {
      const { Attributes } = await this.client.send(
        new UpdateItemCommand({
          ...updateRequest(this.name, key, change, condition),
          ReturnValues: 'ALL_NEW',
          ...(condition ? { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const } : {}),
        }),
      );
      return plain<T>(Attributes ?? {});
    });
  }

  /** `item` is what was there. */
  delete(key: Key, condition?: Expression): Promise<Written<T | undefined>> {
    const placeholders = new Placeholders();
    return conditional(async () => {
      const { Attributes } = await this.client.send(
        new DeleteItemCommand({
          TableName: this.name,
          Key: marshallItem(key),
          ReturnValues: 'ALL_OLD',
          ...(condition ? { ConditionExpression: placeholders.render(condition) } : {}),
          ...placeholders.attributes(),
        }),
      );
      return Attributes && plain<T>(Attributes);
    });
  }

  /** One page. With a KEYS_ONLY index the items hold keys only. */
  async query(options: QueryOptions): Promise<Page<T>> {
    const placeholders = new Placeholders();
    const { Items, LastEvaluatedKey } = await this.client.send(
      new QueryCommand({
        TableName: this.name,
        ...(options.index ? { IndexName: options.index } : {}),
        KeyConditionExpression: placeholders.render(options.key),
        ...placeholders.attributes(),
        Limit: options.limit,
        ScanIndexForward: !options.descending,
        ConsistentRead: options.consistent ?? false,
        ...(options.startAfter ? { ExclusiveStartKey: marshallItem(options.startAfter) } : {}),
      }),
    );
    return {
      items: (Items ?? []).map((item) => plain<T>(item)),
      ...(LastEvaluatedKey ? { lastKey: unmarshall(LastEvaluatedKey) as Key } : {}),
    };
  }
}
