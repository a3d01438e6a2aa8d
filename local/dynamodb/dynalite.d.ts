/**
 * The inner modules of dynalite 4.0.0 (pinned), which has no types. Its actions work against a store that is handed
 * to them; handing them a store that only collects the writes makes every change one atomic batch.
 */
declare module 'dynalite/db/index.js' {
  type Value = Record<string, unknown>;
  type Callback<T> = (error: unknown, value?: T) => void;
  interface SubDb {
    get(key: string, callback: Callback<unknown>): void;
    put(key: string, value: unknown, callback: Callback<void>): void;
    del(key: string, callback: Callback<void>): void;
    lock(key: string, callback: (release: (done: unknown) => unknown) => void): void;
    createValueStream(options: Record<string, unknown>): NodeJS.ReadableStream;
  }
  interface Store {
    options: object;
    getTable(name: string, check: boolean | Callback<unknown>, callback?: Callback<unknown>): void;
    getItemDb(table: string): SubDb;
    getIndexDb(type: string, table: string, index: string): SubDb;
  }
  interface Level {
    open(): Promise<void>;
    close(): Promise<void>;
    get(key: string): Promise<unknown>;
    batch(
      operations: ({ type: 'put'; key: string; value: unknown } | { type: 'del'; key: string })[],
    ): Promise<void>;
    iterator(range: { gte: string; lt: string }): AsyncIterable<[string, unknown]>;
  }
  const db: {
    create(options: { path?: string; createTableMs?: number; maxItemSizeKb?: number }): Store & { db: Level };
    createKey(item: Value, table: unknown): string;
    createIndexKey(item: Value, table: unknown, schema: unknown): string;
    validateKey(key: Value, table: unknown): Error | null | undefined;
    checkConditional(data: Value, item: unknown): Error | null | undefined;
    getIndexActions(
      indexes: unknown,
      old: unknown,
      item: unknown,
      table: unknown,
    ): { puts: { index: string; key: string; item: Value }[] };
  };
  export default db;
}

declare module 'dynalite/validations/index.js' {
  const validations: {
    checkTypes(data: unknown, types: unknown): Record<string, unknown>;
    checkValidations(data: unknown, types: unknown, custom: unknown, store: unknown): void;
  };
  export default validations;
}

declare module 'dynalite/validations/*' {
  const validation: { types: unknown; custom: unknown };
  export default validation;
}

declare module 'dynalite/actions/*' {
  const action: (
    store: unknown,
    data: Record<string, unknown>,
    callback: (error: unknown, result?: Record<string, unknown>) => void,
  ) => void;
  export default action;
}
