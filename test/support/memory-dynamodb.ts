/**
 * An in-memory client for unit tests: the part of DynamoDB that the stores use (items, conditions, updates, queries,
 * transactions). What DynamoDB itself refuses is covered by the integration tests.
 */
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  type DynamoDBClient,
  TransactionCanceledException,
} from '@aws-sdk/client-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { applyUpdate, holds, type Item, type Names } from './expressions.ts';

/** Key and indexes of a table: partition and sort attribute. */
export interface Shape {
  readonly key: readonly string[];
  readonly indexes?: Readonly<Record<string, readonly [string, string]>>;
}
type Attributes = Record<string, AttributeValue>;
interface Input {
  readonly TableName: string;
  readonly Item?: Attributes;
  readonly Key?: Attributes;
  readonly IndexName?: string;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly KeyConditionExpression?: string;
  readonly ExpressionAttributeNames?: Record<string, string>;
  readonly ExpressionAttributeValues?: Attributes;
  readonly Limit?: number;
  readonly ScanIndexForward?: boolean;
  readonly ExclusiveStartKey?: Attributes;
}
type Step = { Put?: Input; Update?: Input; Delete?: Input; ConditionCheck?: Input };

/** Calls `compute` once per object: marshalling took half of the time of the unit tests. */
const cached = <K extends object, V>(compute: (key: K) => V): ((key: K) => V) => {
  const known = new WeakMap<K, V>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
};
const namesOf = cached(
  (input: Input): Names => ({
    names: input.ExpressionAttributeNames ?? {},
    values: unmarshall(input.ExpressionAttributeValues ?? {}),
  }),
);
/** Stored items are replaced, never changed. */
const put = cached((item: Item): Attributes => marshall(item, { removeUndefinedValues: true }));
const metadata = { $metadata: {}, message: 'refused' };

export class MemoryDynamodb {
  /** The names of the calls made, in order. */
  readonly calls: string[] = [];
  /** Called before each call; throw to fail it. */
  before: (call: string, input: Input) => void | Promise<void> = () => {};
  readonly #shapes: Readonly<Record<string, Shape>>;
  readonly #tables = new Map<string, Map<string, Item>>();

  constructor(shapes: Readonly<Record<string, Shape>>) {
    this.#shapes = shapes;
  }

  get client(): DynamoDBClient {
    return { send: (command: object) => this.#send(command) } as unknown as DynamoDBClient;
  }

  /** Every item of a table. */
  items<T = Item>(table: string): T[] {
    return [...this.#table(table).values()].map((item) => structuredClone(item) as T);
  }
  set(table: string, item: object): void {
    this.#table(table).set(this.#keyOf(table, item as Item), item as Item);
  }

  #table(name: string): Map<string, Item> {
    const table = this.#tables.get(name) ?? new Map<string, Item>();
    this.#tables.set(name, table);
    return table;
  }
  #shape(name: string): Shape {
    const shape = this.#shapes[name];
    if (!shape) throw new Error(`There is no table ${name}.`);
    return shape;
  }
  #keyOf(table: string, item: Item): string {
    return JSON.stringify(this.#shape(table).key.map((name) => item[name]));
  }
  /** The same for an item or a key as DynamoDB's JSON. */
  #keyIn(table: string, attributes: Attributes = {}): string {
    const values = this.#shape(table).key.map((name) => attributes[name]);
    return JSON.stringify(values.map((value) => (value?.N === undefined ? value?.S : Number(value.N))));
  }

  async #send(command: object): Promise<object> {
    const call = command.constructor.name.replace('Command', '');
    const { input } = command as { input: Input & { TransactItems: Step[] } };
    this.calls.push(call);
    await this.before(call, input);
    switch (call) {
      case 'GetItem': {
        const item = this.#old(input);
        return item ? { Item: put(item) } : {};
      }
      case 'BatchGetItem':
        return this.#batchGet(command as never);
      case 'PutItem':
      case 'UpdateItem': {
        this.#check(input);
        const item = this.#write(input);
        return call === 'UpdateItem' ? { Attributes: put(item) } : {};
      }
      case 'DeleteItem':
        return this.#delete(input);
      case 'TransactWriteItems':
        return this.#transact(input.TransactItems);
      case 'Query':
        return this.#query(input);
      default:
        throw new Error(`${call} is not there.`);
    }
  }

  #old(input: Input): Item | undefined {
    return this.#table(input.TableName).get(this.#keyIn(input.TableName, input.Item ?? input.Key));
  }
  #check(input: Input): void {
    if (this.#allows(input)) return;
    const old = this.#old(input);
    const failed = new ConditionalCheckFailedException(metadata);
    throw Object.assign(failed, old ? { Item: put(old) } : {});
  }
  #delete(input: Input): object {
    this.#check(input);
    const old = this.#old(input);
    if (old) this.#table(input.TableName).delete(this.#keyOf(input.TableName, old));
    return old ? { Attributes: put(old) } : {};
  }
  #allows(input: Input): boolean {
    return (
      !input.ConditionExpression || holds(input.ConditionExpression, this.#old(input) ?? {}, namesOf(input))
    );
  }
  #write(input: Input): Item {
    const item = input.Item
      ? unmarshall(input.Item)
      : applyUpdate(
          input.UpdateExpression ?? '',
          structuredClone(this.#old(input)) ?? unmarshall(input.Key ?? {}),
          namesOf(input),
        );
    this.set(input.TableName, item);
    return item;
  }

  #transact(steps: readonly Step[]): object {
    const inputs = steps.map((step) => step.Put ?? step.Update ?? step.Delete ?? step.ConditionCheck);
    const reasons = inputs.map((input) => ({
      Code: input && !this.#allows(input) ? 'ConditionalCheckFailed' : 'None',
    }));
    if (reasons.some(({ Code }) => Code !== 'None')) {
      throw new TransactionCanceledException({ ...metadata, CancellationReasons: reasons });
    }
    for (const { Put, Update, Delete } of steps) {
      const input = Put ?? Update;
      if (input) this.#write(input);
      if (Delete) this.#delete(Delete);
    }
    return {};
  }

  #batchGet({ input }: { input: { RequestItems: Record<string, { Keys: Attributes[] }> } }): object {
    const found = Object.entries(input.RequestItems).map(([table, { Keys }]) => {
      const keys = Keys.map((key) => this.#keyIn(table, key));
      if (new Set(keys).size < keys.length) throw new Error('ValidationException: duplicates');
      return [
        table,
        keys.flatMap((key) => this.#table(table).get(key) ?? []).map((item) => put(item as Item)),
      ];
    });
    return { Responses: Object.fromEntries(found) };
  }

  #query(input: Input): object {
    const { key, indexes = {} } = this.#shape(input.TableName);
    const [partition = '', sort = ''] = input.IndexName ? (indexes[input.IndexName] ?? []) : key;
    const rank = (item: Item) => JSON.stringify([partition, sort, ...key].map((name) => item[name]));
    const order = input.ScanIndexForward === false ? -1 : 1;
    const compare = (a: Item, b: Item) => {
      const [left, right] = [a[sort] as number | string, b[sort] as number | string];
      if (left !== right) return left < right ? -order : order;
      return rank(a) === rank(b) ? 0 : rank(a) < rank(b) ? -order : order;
    };
    // A place, as in DynamoDB: no item needs to be there.
    const start = input.ExclusiveStartKey && (unmarshall(input.ExclusiveStartKey) as Item);
    const matching = [...this.#table(input.TableName).values()]
      .filter((item) => item[partition] !== undefined && item[sort] !== undefined)
      .filter((item) => holds(input.KeyConditionExpression ?? '', item, namesOf(input)))
      .filter((item) => start === undefined || compare(item, start) > 0)
      .sort(compare);
    const page = matching.slice(0, input.Limit ?? matching.length);
    const last = page.at(-1);
    const more = last && page.length < matching.length;
    const lastKey = [partition, sort, ...key].map((name) => [name, last?.[name]]);
    return { Items: page.map(put), ...(more ? { LastEvaluatedKey: put(Object.fromEntries(lastKey)) } : {}) };
  }
}
