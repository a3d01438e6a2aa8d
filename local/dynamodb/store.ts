import { mkdirSync } from 'node:fs';
import db from 'dynalite/db/index.js';
import type { TableSpec } from '../assembly/specs.ts';
import { AwsError, StartError } from '../errors.ts';

/** An item in DynamoDB's JSON: attribute name -> `{ S: "…" }`. */
export type Item = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export type Operation =
  | { readonly type: 'put'; readonly key: string; readonly value: unknown }
  | { readonly type: 'del'; readonly key: string };

/** One item before and after a write; absent when it does not exist. */
export interface Change {
  readonly table: TableSpec;
  readonly key: string;
  readonly old?: Item;
  readonly new?: Item;
}

type DynaliteStore = ReturnType<typeof db.create>;
type SubDb = ReturnType<DynaliteStore['getItemDb']>;
/** What dynalite's actions expect of a store. */
export type StoreView = Pick<DynaliteStore, 'options' | 'getTable' | 'getItemDb' | 'getIndexDb'>;

const itemPrefix = (table: string) => `item-${table}~`;
const indexPrefix = (type: string, table: string, index: string) =>
  `index-${type.toLowerCase()}~${table}~${index}~`;
/** Item sizes are checked here, in UTF-8 bytes; dynalite counts UTF-16 units. */
const options = { maxItemSize: Number.POSITIVE_INFINITY };

/** DynamoDB's description of a table, as far as dynalite and DescribeTable need it. */
export const describe = (table: TableSpec): Record<string, unknown> => ({
  TableName: table.tableName,
  TableArn: table.arn,
  TableStatus: 'ACTIVE',
  AttributeDefinitions: table.attributes,
  KeySchema: table.keySchema,
  BillingModeSummary: { BillingMode: 'PAY_PER_REQUEST' },
  ...(table.streamViewType ? { LatestStreamArn: table.streamArn } : {}),
  ...(table.globalIndexes.length
    ? { GlobalSecondaryIndexes: table.globalIndexes.map((index) => ({ ...index, IndexStatus: 'ACTIVE' })) }
    : {}),
  ...(table.localIndexes.length ? { LocalSecondaryIndexes: table.localIndexes } : {}),
});

/**
 * The one LevelDB (or memory) store of everything that lasts: dynalite's items and indexes, and under prefixes of
 * their own stream records, queues and keys. A write of any of these joins the same atomic batch.
 */
export class Store {
  readonly tables: ReadonlyMap<string, TableSpec>;
  readonly #dynalite: DynaliteStore;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(tables: readonly TableSpec[], dynalite: DynaliteStore) {
    this.tables = new Map(tables.map((table) => [table.tableName, table]));
    this.#dynalite = dynalite;
  }

  /**
   * Opens the store in `path`, or in memory.
   * @throws StartError when another process has it open, or when a table's key is not the one that was stored.
   */
  static async open(tables: readonly TableSpec[], path?: string): Promise<Store> {
    if (path) mkdirSync(path, { recursive: true });
    const dynalite = db.create({ createTableMs: 0, ...(path ? { path } : {}) });
    try {
      await dynalite.db.open();
    } catch (error) {
      const locked = (error as { cause?: { code?: string } }).cause?.code === 'LEVEL_LOCKED';
      throw new StartError(
        locked
          ? `The data directory ${path} is in use by another local cloud.`
          : `The data directory ${path} cannot be opened: ${(error as Error).message}`,
      );
    }
    const store = new Store(tables, dynalite);
    try {
      for (const table of tables) await store.#adopt(table);
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  close(): Promise<void> {
    return this.#dynalite.db.close();
  }

  table(name: string): TableSpec {
    const table = this.tables.get(name.replace(/^arn:.*:table\//, ''));
    if (!table) throw new AwsError('ResourceNotFoundException', 'Requested resource not found');
    return table;
  }

  /** Runs one writer after the other, so that the images before and after a write are exact. */
  exclusive<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  batch(operations: readonly Operation[]): Promise<void> {
    return this.#dynalite.db.batch([...operations]);
  }

  /** Key and value of everything below a prefix, in key order. */
  async entries(prefix: string): Promise<[string, unknown][]> {
    const found: [string, unknown][] = [];
    for await (const entry of this.#dynalite.db.iterator({ gte: prefix, lt: `${prefix}\uffff` })) {
      found.push(entry);
    }
    return found;
  }

  items(table: TableSpec): Promise<[string, unknown][]> {
    return this.entries(itemPrefix(table.tableName));
  }

  /** A view for reading; `onRead` sees every item that a query or scan reads, before it is filtered. */
  reading(onRead: (item: Item) => void = () => {}): StoreView {
    const watched = (sub: SubDb): SubDb => ({
      ...sub,
      createValueStream: (range) => {
        const stream = sub.createValueStream(range);
        stream.on('data', onRead);
        return stream;
      },
    });
    return {
      options,
      getTable: this.#getTable,
      getItemDb: (table) => watched(this.#dynalite.getItemDb(table)),
      getIndexDb: (type, table, index) => watched(this.#dynalite.getIndexDb(type, table, index)),
    };
  }

  /** Collects writes; nothing is stored before {@link Staging.operations} are handed to {@link batch}. */
  stage(): Staging {
    return new Staging(this.tables, this.#getTable, (key) => this.#dynalite.db.get(key));
  }

  readonly #getTable: DynaliteStore['getTable'] = (name, check, callback) => {
    const done = typeof check === 'function' ? check : callback;
    const table = this.tables.get(name);
    done?.(
      table ? null : new AwsError('ResourceNotFoundException', 'Requested resource not found'),
      table && describe(table),
    );
  };

  /** Fits what is stored to the template: a new or changed index is built, a changed key is refused. */
  async #adopt(table: TableSpec): Promise<void> {
    const schemaKey = `schema~${table.tableName}`;
    const indexes = [
      ...table.globalIndexes.map((index) => ({ type: 'Global', index })),
      ...table.localIndexes.map((index) => ({ type: 'Local', index })),
    ];
    const wanted = { key: JSON.stringify(table.keySchema), indexes: JSON.stringify(indexes) };
    const stored = (await this.#dynalite.db.get(schemaKey)) as typeof wanted | undefined;
    if (stored && stored.key !== wanted.key) {
      throw new StartError(
        `The data directory holds ${table.logicalId} with another key; use a new directory.`,
      );
    }
    const operations: Operation[] = [{ type: 'put', key: schemaKey, value: wanted }];
    if (stored && stored.indexes !== wanted.indexes) {
      for (const type of ['global', 'local']) {
        for (const [key] of await this.entries(`index-${type}~${table.tableName}~`)) {
          operations.push({ type: 'del', key });
        }
      }
      for (const [, item] of await this.items(table)) {
        for (const { type, index } of indexes) {
          for (const put of db.getIndexActions([index], undefined, item, describe(table)).puts) {
            const key = indexPrefix(type, table.tableName, index.IndexName) + put.key;
            operations.push({ type: 'put', key, value: put.item });
          }
        }
      }
    }
    await this.batch(operations);
  }
}

/** A store view that remembers writes instead of making them. */
export class Staging implements StoreView {
  readonly options = options;
  readonly getTable: StoreView['getTable'];
  readonly #tables: ReadonlyMap<string, TableSpec>;
  readonly #stored: (key: string) => Promise<unknown>;
  readonly #writes = new Map<string, unknown>();
  readonly #items = new Map<string, { table: TableSpec; key: string; old: Item | undefined }>();

  constructor(
    tables: ReadonlyMap<string, TableSpec>,
    getTable: StoreView['getTable'],
    stored: (key: string) => Promise<unknown>,
  ) {
    this.#tables = tables;
    this.getTable = getTable;
    this.#stored = stored;
  }

  getItemDb(name: string): SubDb {
    const prefix = itemPrefix(name);
    const table = this.#tables.get(name);
    return this.#sub(prefix, (key, old) => {
      if (table && !this.#items.has(prefix + key)) this.#items.set(prefix + key, { table, key, old });
    });
  }

  getIndexDb(type: string, table: string, index: string): SubDb {
    return this.#sub(indexPrefix(type, table, index));
  }

  /** The items that were looked at, as they were and as they shall be. */
  changes(): Change[] {
    return [...this.#items].map(([path, { table, key, old }]) => {
      const now = this.#writes.has(path) ? (this.#writes.get(path) as Item | undefined) : old;
      return { table, key, ...(old ? { old } : {}), ...(now ? { new: now } : {}) };
    });
  }

  operations(): Operation[] {
    return [...this.#writes].map(([key, value]) =>
      value === undefined ? { type: 'del', key } : { type: 'put', key, value },
    );
  }

  #sub(prefix: string, onRead?: (key: string, value: Item | undefined) => void): SubDb {
    const write = (key: string, value: unknown, done: (error: unknown) => void) => {
      // Through JSON, as it will be read back: dynalite shares objects and leaves undefined members.
      this.#writes.set(prefix + key, value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
      done(null);
    };
    return {
      get: (key, done) => {
        if (this.#writes.has(prefix + key)) {
          done(null, structuredClone(this.#writes.get(prefix + key)));
          return;
        }
        this.#stored(prefix + key).then((value) => {
          onRead?.(key, value as Item | undefined);
          // Out of the promise, so that an exception in dynalite is not swallowed as a rejection.
          setImmediate(done, null, value);
        }, done);
      },
      put: write,
      del: (key, done) => write(key, undefined, done),
      // Writers take turns already.
      lock: (_key, work) => work((done) => done),
      createValueStream: () => {
        throw new Error('A write does not query.');
      },
    };
  }
}
