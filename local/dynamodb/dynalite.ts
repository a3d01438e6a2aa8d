import { createRequire } from 'node:module';
import { AwsError } from '../errors.ts';

/** An item in DynamoDB's JSON: attribute name -> `{ S: "…" }`. */
export type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** A request or an answer, with the members that are looked at here. */
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

/** The inner modules of dynalite (its version is pinned). */
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

/** An action of dynalite: it works against a store that is handed to it. */
export const actionOf = (name: string) =>
  load(`dynalite/actions/${fileOf(name)}`) as (view: object, data: Request, done: Callback<Request>) => void;

/** Item sizes are checked elsewhere, in UTF-8 bytes; dynalite counts UTF-16 units. */
export const options = { maxItemSize: Number.POSITIVE_INFINITY };

/** @throws AwsError ValidationException */
export function refuse(message: string): never {
  throw new AwsError('ValidationException', message);
}

/** dynalite's errors carry status and body. A failed condition may tell the item that was there. */
export function toAwsError(error: unknown, old?: Item): unknown {
  const { statusCode, body } = error as { statusCode?: number; body?: Record<string, string> };
  if (!body) return error;
  const code = String(body['__type']).replace(/^.*#/, '');
  const members = old && code === 'ConditionalCheckFailedException' ? { Item: old } : {};
  return new AwsError(code, body['message'] ?? body['Message'] ?? '', statusCode, members);
}

/**
 * Checks a request as DynamoDB does before it looks at any item. The result has dynalite's parsed expressions too.
 * @throws AwsError ValidationException, SerializationException
 */
export function validate(action: string, request: Request): Request {
  const { types: described, custom } = load(`dynalite/validations/${fileOf(action)}`);
  // The one member that dynalite lacks and the store fulfils anyway: its reads are always up to date.
  const types = action === 'Scan' ? { ...described, ConsistentRead: 'Boolean' } : described;
  const unknown = Object.keys(request).find((member) => !(member in types));
  if (unknown) refuse(`The local cloud does not emulate ${unknown} of dynamodb:${action}.`);
  try {
    const data = checkTypes(request, types);
    checkValidations(data, types, custom, { options });
    return data;
  } catch (error) {
    throw toAwsError(error);
  }
}
