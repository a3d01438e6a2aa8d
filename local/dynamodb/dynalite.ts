import { createRequire } from 'node:module';
import { AwsError } from '../errors.ts';

/** An item in DynamoDB's JSON: attribute name -> `{ S: "…" }`. */
export type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;
/** A request; after {@link validate} its members that begin with `_` are dynalite's parsed expressions. */
export type Request = Record<string, unknown>;

type Callback<T = unknown> = (error: unknown, value?: T) => void;

/** A part of the store: the items of a table, or an index. */
export interface SubDb {
  get(key: string, callback: Callback): void;
  put(key: string, value: unknown, callback: Callback): void;
  del(key: string, callback: Callback): void;
  lock(key: string, work: (release: (done: unknown) => unknown) => void): void;
  createValueStream(range: object): NodeJS.ReadableStream;
}

/** What dynalite's actions expect of a store. */
export interface StoreView {
  readonly options: { readonly maxItemSize: number };
  getTable(name: string, check: boolean | Callback, callback?: Callback): void;
  getItemDb(table: string): SubDb;
  getIndexDb(kind: string, table: string, index: string): SubDb;
}

export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

/** LevelDB, or the same in memory. */
export interface Level {
  open(): Promise<void>;
  close(): Promise<void>;
  get(key: string): Promise<unknown>;
  batch(operations: readonly Operation[]): Promise<void>;
  iterator(range: { gte: string; lt: string }): AsyncIterable<[string, unknown]>;
}

interface Db {
  create(options: { path?: string }): StoreView & { readonly db: Level };
  createKey(item: Item, table: unknown): string;
  checkConditional(data: Request, item: unknown): unknown;
  getIndexActions(
    indexes: unknown,
    old: unknown,
    item: unknown,
    table: unknown,
  ): { puts: readonly { key: string; item: unknown }[] };
}

interface Action {
  readonly rules: { readonly types: unknown; readonly custom: unknown };
  run(view: StoreView, data: Request, callback: Callback<Request>): void;
}

/**
 * The inner modules of dynalite (its version is pinned). Its actions work against a store that is handed to them;
 * handing them one that only collects the writes makes every change, with its stream records, one atomic batch.
 */
const load = createRequire(import.meta.url);
export const dynalite = load('dynalite/db') as Db;
const validations = load('dynalite/validations') as {
  checkTypes(data: unknown, types: unknown): Request;
  checkValidations(data: unknown, types: unknown, custom: unknown, view: StoreView): void;
};

const names = [
  'GetItem',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
  'Query',
  'Scan',
  'BatchGetItem',
  'BatchWriteItem',
];
const actions = new Map(
  names.map((name): [string, Action] => {
    const file = name.charAt(0).toLowerCase() + name.slice(1);
    return [name, { run: load(`dynalite/actions/${file}`), rules: load(`dynalite/validations/${file}`) }];
  }),
);

function actionOf(name: string): Action {
  const action = actions.get(name);
  if (action) return action;
  throw new AwsError('UnknownOperationException', `The local cloud does not emulate dynamodb:${name}.`);
}

/** dynalite's errors carry status and body. */
function toAwsError(error: unknown): unknown {
  const { statusCode, body } = error as { statusCode?: number; body?: Record<string, string> };
  if (!statusCode || !body) return error;
  const code = String(body['__type']).replace(/^.*#/, '');
  return new AwsError(code, body['message'] ?? body['Message'] ?? '', statusCode);
}

/**
 * Checks a request as DynamoDB does before it looks at any item.
 * @throws AwsError ValidationException, SerializationException
 */
export function validate(name: string, input: unknown, view: StoreView): Request {
  const { types, custom } = actionOf(name).rules;
  try {
    const data = validations.checkTypes(input, types);
    validations.checkValidations(data, types, custom, view);
    return data;
  } catch (error) {
    throw toAwsError(error);
  }
}

/**
 * Carries out a valid request on a view of the store.
 * @throws AwsError ConditionalCheckFailedException, ValidationException
 */
export function perform(name: string, view: StoreView, data: Request): Promise<Request> {
  return new Promise((resolve, reject) => {
    actionOf(name).run(view, data, (error, result = {}) =>
      error ? reject(toAwsError(error)) : resolve(result),
    );
  });
}
