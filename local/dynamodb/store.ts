import { mkdirSync } from 'node:fs';
import type { TableSpec } from '../assembly/model.ts';
import { AwsError, StartError } from '../errors.ts';
import { SafeDatabase } from './database.ts';
import { type Database, dynalite, type Item, type Operation } from './dynalite.ts';
import { projected } from './size.ts';

/** One item before and after a write; undefined when it does not exist. */
export interface Change {
  readonly table: TableSpec;
  readonly old: Item | undefined;
  readonly new: Item | undefined;
}

export const unchanged = ({ table, old }: Change): Change => ({ table, old, new: old });

/** The part of a table's description that dynalite needs for keys. */
export const keysOf = ({ tableName, attributes, keySchema }: TableSpec): object => ({
  TableName: tableName,
  AttributeDefinitions: attributes,
  KeySchema: keySchema,
});

/** DynamoDB's description of a table, for queries and DescribeTable. */
export const describe = (table: TableSpec): object => ({
  ...keysOf(table),
  TableArn: table.arn,
  TableStatus: 'ACTIVE',
  ...(table.streamViewType ? { LatestStreamArn: table.streamArn } : {}),
  GlobalSecondaryIndexes: table.indexes,
});

const itemPrefix = ({ tableName }: TableSpec) => `item-${tableName}~`;
const indexPrefix = ({ tableName }: TableSpec) => `index-global~${tableName}~`;

const schemaKey = ({ tableName }: TableSpec) => `schema~${tableName}`;
interface Schema {
  /** Compared with the template at a start. */
  readonly key: string;
  readonly indexes: string;
  /** Absent in data directories of earlier versions. */
  readonly table?: TableSpec;
}
const schemaOf = (table: TableSpec): Schema => ({
  key: JSON.stringify(table.keySchema),
  indexes: JSON.stringify(table.indexes),
  table,
});

/** The key of an item in the store. */
export const itemKey = ({ table, old, new: now }: Change): string =>
  itemPrefix(table) + dynalite.createKey(now ?? old ?? {}, keysOf(table));

/** An item in each index whose keys it has. */
const indexRows = (table: TableSpec, item: Item | undefined): [key: string, value: Item][] =>
  table.indexes.flatMap((index): [string, Item][] => {
    const image = projected(table, index, item);
    if (!image) return [];
    const key = dynalite.createIndexKey(image, keysOf(table), index.KeySchema);
    return [[`${indexPrefix(table)}${index.IndexName}~${key}`, image]];
  });

export const itemOperations = (change: Change): Operation[] => {
  const key = itemKey(change);
  if (change.new) return [{ type: 'put', key, value: change.new }];
  return change.old ? [{ type: 'del', key }] : [];
};

export const indexOperations = ({ table, old, new: now }: Change): Operation[] => [
  ...indexRows(table, old).map(([key]) => ({ type: 'del' as const, key })),
  ...indexRows(table, now).map(([key, value]) => ({ type: 'put' as const, key, value })),
];

/**
 * One LevelDB (or memory) store for all data: dynalite's items and indexes, and under other prefixes stream records,
 * queues and keys, so that they can be written in one atomic batch.
 */
export class Store {
  /** Tables by name: those of the assembly, those of an earlier assembly, and restored ones. */
  readonly tables: Map<string, TableSpec>;
  readonly #database: SafeDatabase;
  #lastWrite: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  private constructor(tables: readonly TableSpec[], database: SafeDatabase) {
    this.tables = new Map(tables.map((table) => [table.tableName, table]));
    this.#database = database;
  }

  /** For dynalite's reads. */
  get database(): Database {
    return this.#database.current;
  }

  /**
   * Opens the store in `path`, or in memory.
   * @throws StartError when another process has it open, or when the key of a stored table differs.
   */
  static async open(tables: readonly TableSpec[], path?: string): Promise<Store> {
    if (path) mkdirSync(path, { recursive: true });
    const store = new Store(tables, new SafeDatabase(path));
    try {
      await store.#database.open();
      for (const table of tables) await store.#updateSchema(table);
      for (const [, { table }] of await store.entries<Schema>('schema~'))
        if (table && !store.tables.has(table.tableName)) store.tables.set(table.tableName, table);
      return store;
    } catch (error) {
      await store.close();
      const { cause } = error as { cause?: { code?: string; message: string } };
      if (!cause) throw error;
      const locked = cause.code === 'LEVEL_LOCKED';
      const why = locked ? 'is in use by another local cloud.' : `cannot be opened: ${cause.message}`;
      throw new StartError(`The data directory ${path} ${why}`);
    }
  }

  /** Resolves when the waiting writers have ended, and the database is closed. Later writers fail. */
  close(): Promise<void> {
    const closed = this.exclusive(() => this.#database.close());
    this.#isClosed = true;
    return closed;
  }

  /** @throws AwsError ResourceNotFoundException */
  table(name: string | undefined): TableSpec {
    const table = this.tables.get(name ?? '');
    if (table) return table;
    throw new AwsError('ResourceNotFoundException', `Requested resource not found: Table: ${name} not found`);
  }

  /** Adds a table that the assembly does not have, or changes its settings. */
  async define(table: TableSpec): Promise<void> {
    await this.batch([{ type: 'put', key: schemaKey(table), value: schemaOf(table) }]);
    this.tables.set(table.tableName, table);
  }

  /** Runs one writer at a time, so that the images before and after a write are exact. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) return Promise.reject(new Error('The store is closed.'));
    const result = this.#lastWrite.then(work);
    this.#lastWrite = result.catch(() => undefined);
    return result;
  }

  batch(operations: readonly Operation[]): Promise<void> {
    return this.#database.batch(operations);
  }

  /** Key and value of everything below a prefix, in key order. */
  async entries<T>(prefix: string): Promise<[string, T][]> {
    const found: [string, T][] = [];
    for await (const [key, value] of this.database.db.iterator({ gte: prefix, lt: `${prefix}\uffff` })) {
      found.push([key, value as T]);
    }
    return found;
  }

  async get<T>(key: string): Promise<T | undefined> {
    return (await this.database.db.get(key)) as T | undefined;
  }

  /** An operation after which the next start builds the indexes of a table again. */
  rebuildIndexesAtStart(table: TableSpec): Operation {
    return { type: 'put', key: schemaKey(table), value: { ...schemaOf(table), indexes: '' } };
  }

  async items(table: TableSpec): Promise<Item[]> {
    return (await this.entries<Item>(itemPrefix(table))).map(([, item]) => item);
  }

  /** Adapts the stored data to the template: builds new and changed indexes, refuses a changed key. */
  async #updateSchema(table: TableSpec): Promise<void> {
    const key = schemaKey(table);
    const value = schemaOf(table);
    const stored = await this.get<Schema>(key);
    if (stored && stored.key !== value.key) {
      const what = `${table.logicalId} with another key`;
      throw new StartError(`The data directory contains ${what}; use a new directory.`);
    }
    const operations: Operation[] = [{ type: 'put', key, value }];
    if (stored && stored.indexes !== value.indexes) {
      for (const [old] of await this.entries(indexPrefix(table))) operations.push({ type: 'del', key: old });
      for (const item of await this.items(table))
        operations.push(...indexOperations({ table, old: undefined, new: item }));
    }
    await this.batch(operations);
  }
}
