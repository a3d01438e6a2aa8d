import { isDeepStrictEqual } from 'node:util';
import db from 'dynalite/db/index.js';
import { AwsError } from '../errors.ts';
import type { Answer } from '../front-door/service.ts';
import { perform, type Valid, validate } from './actions.ts';
import { Meter } from './capacity.ts';
import { checkItem } from './rules.ts';
import { itemSize, keyOf } from './size.ts';
import { describe, type Item, type Staging, type Store } from './store.ts';

const LIMIT = 100;
const BYTES = 4 * 1024 * 1024;
/** A token is remembered this long (TransactWriteItems, ClientRequestToken). */
const TOKEN_MS = 10 * 60_000;

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}
type Kind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck';
type Part = Valid & {
  TableName: string;
  Key?: Item;
  Item?: Item;
  ReturnValuesOnConditionCheckFailure?: string;
};

const none: Reason = { Code: 'None' };
const actionOf = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'DeleteItem',
} as const;

const invalid = (message: string): never => {
  throw new AwsError('ValidationException', message);
};

/** TransactWriteItems and TransactGetItems; the caller sees to it that nothing else is written meanwhile. */
export class Transactions {
  readonly #store: Store;
  readonly #commit: (staging: Staging) => Promise<unknown>;
  readonly #now: () => number;
  readonly #tokens = new Map<string, { at: number; request: unknown }>();

  constructor(store: Store, commit: (staging: Staging) => Promise<unknown>, now: () => number) {
    this.#store = store;
    this.#commit = commit;
    this.#now = now;
  }

  /** @throws AwsError TransactionCanceledException with one reason per item, in their order. */
  async write(input: Valid): Promise<Answer> {
    const { TransactItems, ClientRequestToken: token, ReturnConsumedCapacity: level } = input;
    const parts = (TransactItems as Record<Kind, Part>[]).map(
      (item) => Object.entries(item)[0] as [Kind, Part],
    );
    this.#checkCount(parts.length);
    if (typeof token === 'string' && this.#repeated(token, TransactItems)) return { body: {} };
    const staging = this.#store.stage();
    const prepared = parts.map(([kind, part]) => ({ kind, part, ...this.#prepare(kind, part, staging) }));
    this.#checkKeys(
      prepared.map(({ table, part }) => [
        table,
        keyOf(this.#store.table(table).keySchema, part.Item ?? part.Key ?? {}),
      ]),
    );
    const reasons: Reason[] = [];
    for (const { kind, part, table, data } of prepared) {
      reasons.push(await this.#attempt(kind, part, table, data, staging));
    }
    const meter = new Meter();
    const failed = reasons.some((reason) => reason !== none);
    // Two units for each write: one to prepare, one to commit.
    for (const change of staging.changes()) meter.write(change, 2, !failed);
    if (failed) throw Object.assign(cancelled(reasons), { usage: meter.usage() });
    const bytes = staging.changes().reduce((sum, { new: item }) => sum + (item ? itemSize(item) : 0), 0);
    if (bytes > BYTES) invalid('Transaction request size exceeded the limit of 4 MB');
    await this.#commit(staging);
    if (typeof token === 'string') this.#tokens.set(token, { at: this.#now(), request: TransactItems });
    return { body: { ConsumedCapacity: meter.consumed(level) }, usage: meter.usage() };
  }

  async get(input: Valid): Promise<Answer> {
    const parts = (input['TransactItems'] as { Get: Part }[]).map(({ Get }) => Get);
    this.#checkCount(parts.length);
    this.#checkKeys(parts.map((part) => [this.#store.table(part.TableName).tableName, part.Key ?? {}]));
    const view = this.#store.reading();
    const meter = new Meter();
    const responses: Record<string, unknown>[] = [];
    for (const part of parts) {
      const TableName = this.#store.table(part.TableName).tableName;
      const request = { ...part, TableName };
      const { Item: whole } = await perform('GetItem', view, { TableName, Key: part.Key });
      meter.read(TableName, undefined, whole ? itemSize(whole as Item) : 0, 2);
      responses.push(await perform('GetItem', view, validate('GetItem', request, view)));
    }
    const body = { Responses: responses, ConsumedCapacity: meter.consumed(input['ReturnConsumedCapacity']) };
    return { body, usage: meter.usage() };
  }

  #prepare(kind: Kind, part: Part, staging: Staging) {
    const table = this.#store.table(part.TableName).tableName;
    const { ReturnValuesOnConditionCheckFailure: _, ...request } = { ...part, TableName: table };
    if (kind === 'ConditionCheck' && !part['ConditionExpression']) {
      invalid("The expression can not be null; ConditionCheck needs a 'ConditionExpression'.");
    }
    return { table, data: validate(actionOf[kind], request, staging) };
  }

  async #attempt(kind: Kind, part: Part, table: string, data: Valid, staging: Staging): Promise<Reason> {
    const changeOf = () => {
      const spec = this.#store.table(table);
      const key = db.createKey(part.Item ?? part.Key ?? {}, describe(spec));
      return staging.changes().find((change) => change.table === spec && change.key === key);
    };
    try {
      if (kind === 'ConditionCheck') await this.#check(data, table, staging);
      else await perform(actionOf[kind], staging, data);
      const change = changeOf();
      if (change) checkItem(change);
      return none;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.code === 'ValidationException') return { Code: 'ValidationError', Message: error.message };
      if (error.code !== 'ConditionalCheckFailedException') throw error;
      const old = part.ReturnValuesOnConditionCheckFailure === 'ALL_OLD' ? changeOf()?.old : undefined;
      return { Code: 'ConditionalCheckFailed', Message: error.message, ...(old ? { Item: old } : {}) };
    }
  }

  async #check(data: Valid, table: string, staging: Staging): Promise<void> {
    const spec = describe(this.#store.table(table));
    const wrong = db.validateKey(data['Key'] as Item, spec);
    if (wrong) invalid(wrong.message);
    const item = await new Promise((resolve, reject) => {
      staging
        .getItemDb(table)
        .get(db.createKey(data['Key'] as Item, spec), (error, value) =>
          error ? reject(error) : resolve(value),
        );
    });
    if (db.checkConditional(data, item)) {
      throw new AwsError('ConditionalCheckFailedException', 'The conditional request failed');
    }
  }

  #checkCount(count: number): void {
    if (count >= 1 && count <= LIMIT) return;
    invalid(
      "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: " +
        `Member must have length ${count < 1 ? 'greater than or equal to 1' : `less than or equal to ${LIMIT}`}`,
    );
  }

  #checkKeys(keys: readonly [string, Item][]): void {
    const distinct = new Set(keys.map((key) => JSON.stringify(key)));
    if (distinct.size < keys.length) {
      invalid('Transaction request cannot include multiple operations on one item');
    }
  }

  #repeated(token: string, request: unknown): boolean {
    for (const [known, { at }] of this.#tokens) if (this.#now() - at > TOKEN_MS) this.#tokens.delete(known);
    const before = this.#tokens.get(token);
    if (!before) return false;
    if (isDeepStrictEqual(before.request, request)) return true;
    throw new AwsError(
      'IdempotentParameterMismatchException',
      'The request uses the same client token as a previous, but non-identical request.',
    );
  }
}

function cancelled(reasons: readonly Reason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    400,
    { CancellationReasons: reasons },
  );
}
