import { AwsError } from '../errors.ts';
import type { Access } from '../front-door/iam.ts';
import type { Answer, AwsService } from '../front-door/service.ts';
import { accessOf } from './access.ts';
import { Meter } from './capacity.ts';
import { type Item, type Operation, perform, type Request, validate } from './dynalite.ts';
import { checkItem } from './rules.ts';
import { itemSize, keyOf } from './size.ts';
import { type Change, describe, type Staging, type Store } from './store.ts';
import { Transactions } from './transactions.ts';

/** Takes what a write changed into the streams. */
export interface ChangeSink {
  /** @returns operations for the same batch, and what to do once it is stored. */
  record(
    changes: readonly Change[],
    byService: boolean,
  ): { operations: readonly Operation[]; publish(): void };
}

const YEARS_5 = 5 * 365 * 86_400;

/** DynamoDB: dynalite's actions under AWS's rules, with transactions, streams and capacity units. */
export class DynamoDb implements AwsService {
  readonly #store: Store;
  readonly #sink: ChangeSink;
  readonly #transactions: Transactions;

  constructor(store: Store, sink: ChangeSink, now: () => number) {
    this.#store = store;
    this.#sink = sink;
    this.#transactions = new Transactions(store, (staging) => this.#commit(staging), now);
  }

  access(action: string, input: never): readonly Access[] {
    return accessOf(this.#store, action, input);
  }

  async call(action: string, input: Request, partial: boolean): Promise<Answer> {
    switch (action) {
      case 'PutItem':
      case 'UpdateItem':
      case 'DeleteItem':
        return this.#write(action, input);
      case 'BatchWriteItem':
        return this.#batchWrite(input, partial);
      case 'TransactWriteItems':
        return this.#store.exclusive(() => this.#transactions.write(input));
      case 'TransactGetItems':
        return this.#store.exclusive(() => this.#transactions.get(input));
      case 'DescribeTable':
        return { body: { Table: describe(this.#store.table(input['TableName'])) } };
      case 'BatchGetItem':
        return this.#batchGet(input);
      default:
        return this.#read(action, input);
    }
  }

  /** Deletes what has expired, as the service does; the stream records say so (`userIdentity`). @returns how many. */
  async expireItems(now: number): Promise<number> {
    let deleted = 0;
    for (const table of this.#store.tables.values()) {
      const { ttlAttribute, tableName: TableName, keySchema } = table;
      if (!ttlAttribute) continue;
      await this.#store.exclusive(async () => {
        const staging = this.#store.stage();
        for (const [, item] of await this.#store.items(table)) {
          // DynamoDB leaves alone what seems to have expired more than five years ago.
          const age = now / 1000 - Number(item[ttlAttribute]?.['N'] ?? Number.NaN);
          if (!(age > 0 && age < YEARS_5)) continue;
          await perform('DeleteItem', staging, { TableName, Key: keyOf(keySchema, item) });
        }
        deleted += (await this.#commit(staging, true)).length;
      });
    }
    return deleted;
  }

  async #write(action: string, input: Request): Promise<Answer> {
    const {
      ReturnValuesOnConditionCheckFailure: returning,
      ReturnConsumedCapacity: level,
      ...request
    } = input;
    const staging = this.#store.stage();
    const meter = new Meter();
    const data = validate(
      action,
      { ...request, TableName: this.#store.table(request['TableName']).tableName },
      staging,
    );
    return this.#store.exclusive(async () => {
      try {
        const result = await perform(action, staging, data);
        for (const change of await this.#commit(staging)) meter.write(change);
        return { body: { ...result, ConsumedCapacity: meter.consumed(level)?.[0] }, usage: meter.usage() };
      } catch (error) {
        if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error;
        const [change] = staging.changes();
        if (change) meter.write(change, 1, false);
        const members = returning === 'ALL_OLD' && change?.old ? { Item: change.old } : {};
        throw Object.assign(new AwsError(error.code, error.message, 400, members), { usage: meter.usage() });
      }
    });
  }

  async #batchWrite(input: Request, partial: boolean): Promise<Answer> {
    const { ReturnConsumedCapacity: level, RequestItems, ...request } = input;
    const items = Object.entries((RequestItems ?? {}) as Record<string, unknown[]>);
    const left = partial
      ? items.flatMap(([table, writes]) => writes.slice(-1).map((write) => [table, [write]])).slice(-1)
      : [];
    const [[last] = []] = left;
    const taken = items
      .map(([table, writes]) => [table, table === last ? writes.slice(0, -1) : writes] as const)
      .filter(([, writes]) => writes.length > 0 || !partial);
    const meter = new Meter();
    if (taken.length > 0 || !partial) {
      const staging = this.#store.stage();
      const data = validate(
        'BatchWriteItem',
        { ...request, RequestItems: Object.fromEntries(taken) },
        staging,
      );
      await this.#store.exclusive(async () => {
        await perform('BatchWriteItem', staging, data);
        for (const change of await this.#commit(staging)) meter.write(change);
      });
    }
    const body = { UnprocessedItems: Object.fromEntries(left), ConsumedCapacity: meter.consumed(level) };
    return { body, usage: meter.usage() };
  }

  /** Stores what was staged, with its stream records, in one batch. */
  async #commit(staging: Staging, byService = false): Promise<Change[]> {
    const changes = staging.changes();
    for (const change of changes) checkItem(change);
    const { operations, publish } = this.#sink.record(changes, byService);
    await this.#store.batch([...staging.operations(), ...operations]);
    publish();
    return changes;
  }

  async #read(action: string, input: Request): Promise<Answer> {
    const { ReturnConsumedCapacity: level, ...request } = input;
    const sizes: number[] = [];
    const view = this.#store.reading((item) => sizes.push(itemSize(item)));
    const { tableName: TableName } = this.#store.table(request['TableName']);
    const data = validate(action, { ...request, TableName }, view);
    const meter = new Meter();
    // A projection is applied after the read that is paid for, so a single item is measured whole.
    if (action === 'GetItem') sizes.push(await this.#size(TableName, data['Key']));
    const result = await perform(action, view, data);
    const bytes = sizes.slice(0, Number(result['ScannedCount'] ?? 1)).reduce((sum, size) => sum + size, 0);
    meter.read(TableName, data['IndexName'], bytes, data['ConsistentRead'] ? 1 : 0.5);
    return { body: { ...result, ConsumedCapacity: meter.consumed(level)?.[0] }, usage: meter.usage() };
  }

  async #batchGet(input: Request): Promise<Answer> {
    const { ReturnConsumedCapacity: level, ...request } = input;
    const view = this.#store.reading();
    const data = validate('BatchGetItem', request, view);
    const meter = new Meter();
    const tables = Object.entries(
      data['RequestItems'] as Record<string, { Keys: Item[]; ConsistentRead?: boolean }>,
    );
    for (const [table, { Keys, ConsistentRead }] of tables) {
      for (const key of Keys)
        meter.read(table, undefined, await this.#size(table, key), ConsistentRead ? 1 : 0.5);
    }
    const body = { ...(await perform('BatchGetItem', view, data)), ConsumedCapacity: meter.consumed(level) };
    return { body, usage: meter.usage() };
  }

  async #size(TableName: string, Key: unknown): Promise<number> {
    const { Item } = await perform('GetItem', this.#store.reading(), { TableName, Key });
    return Item ? itemSize(Item as Item) : 0;
  }
}
