import { AwsError } from '../errors.ts';
import type { Access } from '../front-door/iam.ts';
import type { Answer, AwsService } from '../front-door/service.ts';
import { accessOf } from './access.ts';
import { type DynaliteAction, perform, type Valid, validate } from './actions.ts';
import { Meter } from './capacity.ts';
import { checkItem } from './rules.ts';
import { itemSize } from './size.ts';
import { type Change, describe, type Item, type Operation, type Staging, type Store } from './store.ts';
import { Transactions } from './transactions.ts';

/** Takes what a write changed into the streams. */
export interface ChangeSink {
  /** @returns operations for the same batch, and what to do once it is stored. */
  record(
    changes: readonly Change[],
    byService: boolean,
  ): { operations: readonly Operation[]; publish(): void };
}

type Requests = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

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

  async call(action: string, input: Valid, partial: boolean): Promise<Answer> {
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
        return { body: { Table: describe(this.#store.table(String(input['TableName']))) } };
      default:
        return this.#read(action as DynaliteAction, input);
    }
  }

  /** Deletes what has expired, as the service does; the stream records say so (`userIdentity`). @returns how many. */
  async expireItems(now: number): Promise<number> {
    let deleted = 0;
    for (const table of this.#store.tables.values()) {
      const { ttlAttribute } = table;
      if (!ttlAttribute) continue;
      deleted += await this.#store.exclusive(async () => {
        const staging = this.#store.stage();
        for (const [, item] of (await this.#store.items(table)) as [string, Item][]) {
          const seconds = Number(item[ttlAttribute]?.['N'] ?? Number.NaN);
          // DynamoDB leaves alone what seems to have expired more than five years ago.
          if (!(seconds < now / 1000 && seconds > now / 1000 - 5 * 31_536_000)) continue;
          const Key = Object.fromEntries(
            table.keySchema.map(({ AttributeName: name }) => [name, item[name]]),
          );
          await perform('DeleteItem', staging, { TableName: table.tableName, Key });
        }
        await this.#commit(staging, true);
        return staging.changes().length;
      });
    }
    return deleted;
  }

  async #write(action: 'PutItem' | 'UpdateItem' | 'DeleteItem', input: Valid): Promise<Answer> {
    const staging = this.#store.stage();
    const {
      ReturnValuesOnConditionCheckFailure: onFailure,
      ReturnConsumedCapacity: level,
      ...request
    } = input;
    request['TableName'] = this.#store.table(String(input['TableName'])).tableName;
    const data = validate(action, request, staging);
    return this.#store.exclusive(async () => {
      const meter = new Meter();
      try {
        const result = await perform(action, staging, data);
        const changes = await this.#commit(staging);
        for (const change of changes) meter.write(change);
        return { body: { ...result, ConsumedCapacity: meter.consumed(level)?.[0] }, usage: meter.usage() };
      } catch (error) {
        if (!(error instanceof AwsError) || error.code !== 'ConditionalCheckFailedException') throw error;
        for (const change of staging.changes()) meter.write(change, 1, false);
        const [change] = staging.changes();
        const members = onFailure === 'ALL_OLD' && change?.old ? { Item: change.old } : {};
        throw Object.assign(new AwsError(error.code, error.message, 400, members), { usage: meter.usage() });
      }
    });
  }

  async #batchWrite(input: Valid, partial: boolean): Promise<Answer> {
    const staging = this.#store.stage();
    const { ReturnConsumedCapacity: level, ...request } = input;
    const unprocessed: Record<string, unknown> = {};
    const requests = Object.entries((request['RequestItems'] ?? {}) as Requests);
    const [table, items] = requests.at(-1) ?? [];
    if (partial && table && items) {
      unprocessed[table] = items.slice(-1);
      request['RequestItems'] = Object.fromEntries([...requests.slice(0, -1), [table, items.slice(0, -1)]]);
      if (items.length === 1) delete (request['RequestItems'] as Record<string, unknown>)[table];
      if (items.length === 1 && requests.length === 1) return { body: { UnprocessedItems: unprocessed } };
    }
    const data = validate('BatchWriteItem', request, staging);
    return this.#store.exclusive(async () => {
      await perform('BatchWriteItem', staging, data);
      const meter = new Meter();
      for (const change of await this.#commit(staging)) meter.write(change);
      const body = { UnprocessedItems: unprocessed, ConsumedCapacity: meter.consumed(level) };
      return { body, usage: meter.usage() };
    });
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

  async #read(action: DynaliteAction, input: Valid): Promise<Answer> {
    const sizes: number[] = [];
    const { ReturnConsumedCapacity: level, ...request } = input;
    const view = this.#store.reading((item) => sizes.push(itemSize(item)));
    const data = validate(action, request, view);
    const meter = new Meter();
    if (action === 'BatchGetItem') {
      const result = await perform(action, view, data);
      await this.#meterBatch(meter, data);
      return { body: { ...result, ConsumedCapacity: meter.consumed(level) }, usage: meter.usage() };
    }
    const table = this.#store.table(String(data['TableName'])).tableName;
    const factor = data['ConsistentRead'] ? 1 : 0.5;
    // A projection is applied after the read that is paid for, so a single item is measured whole.
    const whole = action === 'GetItem' && (await this.#size(table, data['Key'] as Item));
    const result = await perform(action, view, data);
    const read = whole === false ? sizes.slice(0, Number(result['ScannedCount'] ?? 0)) : [whole];
    const bytes = read.reduce((sum, size) => sum + size, 0);
    meter.read(table, data['IndexName'] as string | undefined, bytes, factor);
    return { body: { ...result, ConsumedCapacity: meter.consumed(level)?.[0] }, usage: meter.usage() };
  }

  async #size(table: string, Key: Item): Promise<number> {
    const { Item: item } = await perform('GetItem', this.#store.reading(), { TableName: table, Key });
    return item ? itemSize(item as Item) : 0;
  }

  async #meterBatch(meter: Meter, data: Valid): Promise<void> {
    const requests = data['RequestItems'] as Record<string, { Keys: Item[]; ConsistentRead?: boolean }>;
    for (const [name, { Keys, ConsistentRead }] of Object.entries(requests)) {
      const { tableName } = this.#store.table(name);
      for (const key of Keys) {
        meter.read(tableName, undefined, await this.#size(tableName, key), ConsistentRead ? 1 : 0.5);
      }
    }
  }
}
