import { type Database, dynalite, type Operation } from './dynalite.ts';

/**
 * A LevelDB database, or the same in memory without a path. A write that fails on a full disk leaves half a record in LevelDB's log:
 * later writes are accepted, and lost at the next start. So the next write opens a new log first.
 */
export class SafeDatabase {
  readonly #path: string | undefined;
  #database: Database;
  #lastBatch: Promise<unknown> = Promise.resolve();
  #state: 'open' | 'failed' | 'closed' = 'open';

  constructor(path?: string) {
    this.#path = path;
    this.#database = this.#create();
  }

  /** For reads, and for dynalite. */
  get current(): Database {
    return this.#database;
  }

  open(): Promise<void> {
    return this.#database.db.open();
  }

  close(): Promise<void> {
    this.#state = 'closed';
    return this.#database.db.close();
  }

  /** One write at a time, so that none is written behind one that fails. */
  batch(operations: readonly Operation[]): Promise<void> {
    const result = this.#lastBatch.then(() => this.#write(operations));
    this.#lastBatch = result.catch(() => undefined);
    return result;
  }

  #create(): Database {
    return dynalite.create(this.#path === undefined ? {} : { path: this.#path });
  }

  async #write(operations: readonly Operation[]): Promise<void> {
    if (this.#state === 'failed') await this.#reopen();
    try {
      await this.#database.db.batch(operations);
    } catch (error) {
      if (this.#state === 'open' && this.#path !== undefined) this.#state = 'failed';
      throw error;
    }
  }

  /** dynalite's database cannot be opened twice, so a new one takes its place. */
  async #reopen(): Promise<void> {
    await this.#database.db.close();
    const next = this.#create();
    await next.db.open();
    this.#database = next;
    if (this.#state === 'failed') this.#state = 'open';
    else await next.db.close();
  }
}
