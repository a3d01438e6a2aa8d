import { mkdirSync } from 'node:fs';
import type { TableSpec } from '../assembly/model.ts';
import { AwsError, StartError } from '../errors.ts';
import { dynalite, type Item, type Level, type Operation, type StoreView, type SubDb } from './dynalite.ts';

/** One item before and after a write; absent when it does not exist. */
export interface Change {
  readonly table: TableSpec;
  readonly key: string;
  readonly old?: Item;
  readonly new?: Item;
}

const itemPrefix = (table: string) => `item-${table}~`;
const indexPrefix = (kind: string, table: string, index: string) =>
  `index-${kind.toLowerCase()}~${table}~${index}~`;
/** Item sizes are checked elsewhere, in UTF-8 bytes; dynalite counts UTF-16 units. */
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
  GlobalSecondaryIndexes: table.indexes.filter(({ kind }) => kind === 'Global'),
  LocalSecondaryIndexes: table.indexes.filter(({ kind }) => kind === 'Local'),
});

/**
 * The one LevelDB (or memory) store of everything that lasts: dynalite's items and indexes, and under prefixes of
 * their own stream records, queues and keys. A write of any of these joins the same atomic batch.
 */
export class Store {
  readonly tables: ReadonlyMap<string, TableSpec>;
  readonly #view: StoreView;
  readonly #level: Level;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(tables: readonly TableSpec[], view: StoreView, level: Level) {
    this.tables = new Map(tables.map((table) => [table.tableName, table]));
    this.#view = view;
    this.#level = level;
  }

  /**
   * Opens the store in `path`, or in memory.
   * @throws StartError when another process has it open, or when a table's key is not the one that was stored.
   */
  static async open(tables: readonly TableSpec[], path?: string): Promise<Store> {
    if (path) mkdirSync(path, { recursive: true });
    const view = dynalite.create(path ? { path } : {});
    try {
      await view.db.open();
    } catch (error) {
      const { code, message } = (error as { cause?: Error & { code?: string } }).cause ?? {};
      const why =
        code === 'LEVEL_LOCKED' ? 'is in use by another local cloud.' : `cannot be opened: ${message}`;
      throw new StartError(`The data directory ${path} ${why}`);
    }
    const store = new Store(tables, view, view.db);
    try {
      for (const table of tables) await store.#adopt(table);
    } catch (error) {
      await store.close();
      throw error;
    }
    return store;
  }

  close(): Promise<void> {
    return this.#level.close();
  }

  /** The table of a name or ARN. @throws AwsError ResourceNotFoundException */
  table(nameOrArn: unknown): TableSpec {
    const table = this.tables.get(String(nameOrArn).replace(/^arn:.*:table\//, ''));
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
    return this.#level.batch(operations);
  }

  /** Key and value of everything below a prefix, in key order. */
  async entries<T>(prefix: string): Promise<[string, T][]> {
    const found: [string, T][] = [];
    for await (const [key, value] of this.#level.iterator({ gte: prefix, lt: `${prefix}\uffff` })) {
      found.push([key, value as T]);
    }
    return found;
  }

  items(table: TableSpec): Promise<[string, Item][]> {
    return this.entries(itemPrefix(table.tableName));
  }

  /** A view for reading; `onRead` sees every item that a query or scan reads, before it is filtered. */
  reading(onRead: (item: Item) => void = () => {}): StoreView {
    const watched = (sub: SubDb): SubDb => ({
      ...sub,
      createValueStream: (range) => sub.createValueStream(range).on('data', onRead),
    });
    return {
      options,
      getTable: this.#getTable,
      getItemDb: (table) => watched(this.#view.getItemDb(table)),
      getIndexDb: (kind, table, index) => watched(this.#view.getIndexDb(kind, table, index)),
    };
  }

  /** A view that collects writes; nothing is stored before {@link Staging.operations} are handed to {@link batch}. */
  stage(): Staging {
    return new Staging(this.tables, this.#getTable, (key) => this.#level.get(key));
  }

  readonly #getTable: StoreView['getTable'] = (name, check, callback) => {
    const done = typeof check === 'function' ? check : callback;
    done?.(null, describe(this.table(name)));
  };

  /** Fits what is stored to the template: a new or changed index is built, a changed key is refused. */
  async #adopt(table: TableSpec): Promise<void> {
    const schemaKey = `schema~${table.tableName}`;
    const wanted = { key: JSON.stringify(table.keySchema), indexes: JSON.stringify(table.indexes) };
    const stored = (await this.#level.get(schemaKey)) as typeof wanted | undefined;
    if (stored && stored.key !== wanted.key) {
      throw new StartError(
        `The data directory holds ${table.logicalId} with another key; use a new directory.`,
      );
    }
    const operations: Operation[] = [{ type: 'put', key: schemaKey, value: wanted }];
    if (stored && stored.indexes !== wanted.indexes) {
      for (const kind of ['global', 'local']) {
        const old = await this.entries(`index-${kind}~${table.tableName}~`);
        operations.push(...old.map(([key]) => ({ type: 'del' as const, key })));
      }
      for (const [, item] of await this.items(table)) {
        for (const index of table.indexes) {
          const prefix = indexPrefix(index.kind, table.tableName, index.IndexName);
          const { puts } = dynalite.getIndexActions([index], undefined, item, describe(table));
          operations.push(
            ...puts.map((put) => ({ type: 'put' as const, key: prefix + put.key, value: put.item })),
          );
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
  readonly #read = new Map<string, { table: TableSpec; key: string; old: Item | undefined }>();

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
    const table = this.#tables.get(name);
    return this.#sub(itemPrefix(name), (path, key, old) => {
      if (table && !this.#read.has(path)) this.#read.set(path, { table, key, old });
    });
  }

  getIndexDb(kind: string, table: string, index: string): SubDb {
    return this.#sub(indexPrefix(kind, table, index));
  }

  /** The items that were looked at, as they were and as they shall be. */
  changes(): Change[] {
    return [...this.#read].map(([path, { table, key, old }]) => {
      const now = this.#writes.has(path) ? (this.#writes.get(path) as Item | undefined) : old;
      return { table, key, ...(old ? { old } : {}), ...(now ? { new: now } : {}) };
    });
  }

  operations(): Operation[] {
    return [...this.#writes].map(([key, value]) =>
      value === undefined ? { type: 'del', key } : { type: 'put', key, value },
    );
  }

  #sub(prefix: string, onRead?: (path: string, key: string, value: Item | undefined) => void): SubDb {
    const write = (key: string, value: unknown, done: (error: unknown) => void) => {
      // Through JSON, as it will be read back: dynalite shares objects and leaves undefined members.
      this.#writes.set(prefix + key, value === undefined ? undefined : JSON.parse(JSON.stringify(value)));
      done(null);
    };
    return {
      get: (key, done) => {
        this.#stored(prefix + key).then((value) => {
          onRead?.(prefix + key, key, value as Item | undefined);
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
