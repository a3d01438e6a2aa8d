import { isDeepStrictEqual } from 'node:util';
import { AwsError } from '../errors.ts';
import type { Answer } from '../front-door/service.ts';
import { Meter } from './capacity.ts';
import { dynalite, type Item, perform, type Request, validate } from './dynalite.ts';
import { checkItem } from './rules.ts';
import { itemSize, keyOf } from './size.ts';
import { describe, type Staging, type Store } from './store.ts';

const ITEMS = 100;
const BYTES = 4 * 1024 * 1024;
/** A ClientRequestToken is remembered this long. */
const TOKEN_MS = 10 * 60_000;

interface Reason {
  readonly Code: string;
  readonly Message?: string;
  readonly Item?: Item;
}

/** One item of a transaction, valid and with its place. */
interface Part {
  readonly kind: string;
  readonly data: Request;
  readonly key: string;
  readonly returning: unknown;
}

const none: Reason = { Code: 'None' };
const invalid = (message: string): never => {
  throw new AwsError('ValidationException', message);
};

/** TransactWriteItems and TransactGetItems; the caller sees to it that nothing else is written meanwhile. */
export class Transactions {
  readonly #store: Store;
  readonly #commit: (staging: Staging) => Promise<unknown>;
  readonly #now: () => number;
  readonly #tokens = new Map<unknown, { at: number; request: unknown }>();

  constructor(store: Store, commit: (staging: Staging) => Promise<unknown>, now: () => number) {
    this.#store = store;
    this.#commit = commit;
    this.#now = now;
  }

  /** @throws AwsError TransactionCanceledException with one reason per item, in their order. */
  async write({
    TransactItems,
    ClientRequestToken: token,
    ReturnConsumedCapacity: level,
  }: Request): Promise<Answer> {
    const staging = this.#store.stage();
    const parts = this.#parts(TransactItems, staging);
    if (token !== undefined && this.#repeated(token, TransactItems)) return { body: {} };
    const reasons: Reason[] = [];
    for (const part of parts) reasons.push(await this.#attempt(part, staging));
    const failed = reasons.some((reason) => reason !== none);
    const meter = new Meter();
    // Two units for each write: one to prepare, one to commit.
    for (const change of staging.changes()) meter.write(change, 2, !failed);
    if (failed) throw Object.assign(cancelled(reasons), { usage: meter.usage() });
    const bytes = staging.changes().reduce((sum, { new: item }) => sum + (item ? itemSize(item) : 0), 0);
    if (bytes > BYTES) invalid('Transaction request size exceeded the limit of 4 MB');
    await this.#commit(staging);
    if (token !== undefined) this.#tokens.set(token, { at: this.#now(), request: TransactItems });
    return { body: { ConsumedCapacity: meter.consumed(level) }, usage: meter.usage() };
  }

  async get({ TransactItems, ReturnConsumedCapacity: level }: Request): Promise<Answer> {
    const view = this.#store.reading();
    const meter = new Meter();
    const Responses: Request[] = [];
    for (const { data } of this.#parts(TransactItems, view)) {
      const TableName = String(data['TableName']);
      const { Item: whole } = await perform('GetItem', view, { TableName, Key: data['Key'] });
      meter.read(TableName, undefined, whole ? itemSize(whole as Item) : 0, 2);
      Responses.push(await perform('GetItem', view, data));
    }
    return { body: { Responses, ConsumedCapacity: meter.consumed(level) }, usage: meter.usage() };
  }

  /** @throws AwsError ValidationException for what is wrong with the request as such. */
  #parts(items: unknown, view: Parameters<typeof validate>[2]): Part[] {
    const parts = (items as Record<string, Request>[]).map((item): Part => {
      const [kind = '', { ReturnValuesOnConditionCheckFailure: returning, ...rest } = {}] =
        Object.entries(item)[0] ?? [];
      const table = this.#store.table(rest['TableName']);
      if (kind === 'ConditionCheck' && !rest['ConditionExpression'])
        invalid('ConditionExpression must not be null');
      // A check is a delete that is not carried out.
      const action = kind === 'ConditionCheck' ? 'DeleteItem' : `${kind}Item`;
      const data = validate(action, { ...rest, TableName: table.tableName }, view);
      const key = JSON.stringify(keyOf(table.keySchema, (data['Item'] ?? data['Key']) as Item));
      return { kind, data, key: `${table.tableName}/${key}`, returning };
    });
    if (parts.length < 1 || parts.length > ITEMS) {
      const bound = parts.length < 1 ? 'greater than or equal to 1' : `less than or equal to ${ITEMS}`;
      const where = "1 validation error detected: Value at 'transactItems' failed to satisfy constraint:";
      invalid(`${where} Member must have length ${bound}`);
    }
    if (new Set(parts.map(({ key }) => key)).size < parts.length) {
      invalid('Transaction request cannot include multiple operations on one item');
    }
    return parts;
  }

  async #attempt({ kind, data, returning }: Part, staging: Staging): Promise<Reason> {
    const before = staging.changes().length;
    const change = () => staging.changes()[before];
    try {
      if (kind === 'ConditionCheck') await this.#check(data, staging);
      else await perform(`${kind}Item`, staging, data);
      const made = change();
      if (made) checkItem(made);
      return none;
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      if (error.code === 'ValidationException') return { Code: 'ValidationError', Message: error.message };
      const old = returning === 'ALL_OLD' ? change()?.old : undefined;
      return { Code: 'ConditionalCheckFailed', Message: error.message, ...(old ? { Item: old } : {}) };
    }
  }

  /** Runs the delete apart, for its condition alone, and lets the staging read the item. */
  async #check(data: Request, staging: Staging): Promise<void> {
    const { tableName, ...table } = this.#store.table(data['TableName']);
    const key = dynalite.createKey(data['Key'] as Item, describe({ tableName, ...table }));
    await new Promise((resolve) => staging.getItemDb(tableName).get(key, resolve));
    await perform('DeleteItem', this.#store.stage(), data);
  }

  #repeated(token: unknown, request: unknown): boolean {
    for (const [known, { at }] of this.#tokens) if (this.#now() - at > TOKEN_MS) this.#tokens.delete(known);
    const before = this.#tokens.get(token);
    if (!before || isDeepStrictEqual(before.request, request)) return before !== undefined;
    const message = 'The request uses the same client token as a previous, but non-identical request.';
    throw new AwsError('IdempotentParameterMismatchException', message);
  }
}

function cancelled(reasons: readonly Reason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  const message = `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`;
  return new AwsError('TransactionCanceledException', message, 400, { CancellationReasons: reasons });
}
