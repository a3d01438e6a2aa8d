import { createRequire } from 'node:module';
import { AwsError } from '../errors.ts';

/** An item in DynamoDB's JSON: attribute name -> `{ S: "…" }`. */
export type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The members of a request or response that are read here. */
export interface Request {
  readonly [member: string]: unknown;
  readonly TableName?: string;
  readonly IndexName?: string;
  readonly Key?: Item;
  readonly Item?: Item;
  readonly ConsistentRead?: boolean;
  readonly KeyConditions?: Readonly<Record<string, { readonly AttributeValueList: readonly Item[string][] }>>;
  readonly TransactItems?: readonly Readonly<Record<string, Request>>[];
  readonly RequestItems?: Readonly<Record<string, Readonly<Record<string, Request>>[] | BatchKeys>>;
}
interface BatchKeys {
  readonly Keys: readonly Item[];
  readonly ConsistentRead?: boolean;
}

export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

export type Callback<T> = (error: unknown, value?: T) => void;

/** The items of a table, or of an index. */
export interface SubDb {
  get(key: string, callback: Callback<Item>): void;
  createValueStream(range: object): NodeJS.ReadableStream;
}

/** LevelDB, or the same in memory, and dynalite's views of it. */
export interface Database {
  readonly db: {
    open(): Promise<void>;
    close(): Promise<void>;
    get(key: string): Promise<unknown>;
    batch(operations: readonly Operation[]): Promise<void>;
    iterator(range: { gte: string; lt: string }): AsyncIterable<[string, unknown]>;
  };
  getItemDb(table: string): SubDb;
  getIndexDb(kind: string, table: string, index: string): SubDb;
}

/** The inner modules of dynalite. Its version is pinned, and `test/integration/local/dynalite.test.ts` checks their shape. */
const load = createRequire(import.meta.url);
export const dynalite = load('dynalite/db') as {
  create(options: { path?: string }): Database;
  createKey(item: Item, table: object): string;
  createIndexKey(item: Item, table: object, keySchema: unknown): string;
};
const { checkTypes, checkValidations } = load('dynalite/validations') as {
  checkTypes(data: Request, types: object): Request;
  checkValidations(data: Request, types: object, custom: unknown, view: object): void;
};
const fileOf = (action: string) => action.charAt(0).toLowerCase() + action.slice(1);

/** An action of dynalite, which works on the store that it is given. */
export const actionOf = (name: string) =>
  load(`dynalite/actions/${fileOf(name)}`) as (view: object, data: Request, done: Callback<Request>) => void;

/** dynalite counts UTF-16 units; `item-limits.ts` checks sizes in UTF-8 bytes. */
export const options = { maxItemSize: Number.POSITIVE_INFINITY };

/** @throws AwsError ValidationException */
export function rejectRequest(message: string): never {
  throw new AwsError('ValidationException', message);
}

/** Converts dynalite's errors, which have status and body. `old`: the item to return with a failed condition. */
export function toAwsError(error: unknown, old?: Item): unknown {
  const { statusCode, body } = error as { statusCode?: number; body?: Record<string, string> };
  if (!body) return error;
  const code = String(body['__type']).replace(/^.*#/, '');
  const members = old && code === 'ConditionalCheckFailedException' ? { Item: old } : {};
  return new AwsError(code, body['message'] ?? body['Message'] ?? '', statusCode, members);
}

/**
 * Checks a request as DynamoDB does before it reads any item. The result also has dynalite's parsed expressions.
 * @throws AwsError ValidationException, SerializationException
 */
export function validate(action: string, request: Request): Request {
  const { types: described, custom } = load(`dynalite/validations/${fileOf(action)}`);
  // dynalite lacks this member; the store's reads are always consistent.
  const types = action === 'Scan' ? { ...described, ConsistentRead: 'Boolean' } : described;
  const unknown = Object.keys(request).find((member) => !(member in types));
  if (unknown) rejectRequest(`The local cloud does not emulate ${unknown} of dynamodb:${action}.`);
  try {
    const data = checkTypes(request, types);
    checkValidations(data, types, custom, { options });
    return data;
  } catch (error) {
    throw toAwsError(error);
  }
}
