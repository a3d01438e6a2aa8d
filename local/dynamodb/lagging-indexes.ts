import type { TableSpec } from '../assembly/model.ts';
import type { ServiceContext } from '../service-context.ts';
import type { Item, Operation } from './dynalite.ts';
import { type Change, indexOperations, itemKey, itemOperations } from './store.ts';

type Context = Pick<ServiceContext, 'store' | 'clock' | 'activity' | 'log'>;

/**
 * Indexes that are behind their tables, by a fault rule: an item is changed immediately, and the indexes of its table show it later, in
 * its state at that time. Indexes are eventually consistent, so different items may appear in any order
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.Writes).
 */
export class LaggingIndexes {
  readonly #context: Context;
  /** The entries that the indexes still show of an item, by its key. */
  readonly #shown = new Map<string, Item | undefined>();

  constructor(context: Context) {
    this.#context = context;
  }

  /** The operations of a change, without those on indexes that are behind. @param lagMs 0: they are not, unless they already were */
  operationsOf(change: Change, lagMs: number): Operation[] {
    const { store, clock, activity, log } = this.#context;
    const { table, old } = change;
    // A read of an item that does not exist.
    if (!old && !change.new) return [];
    const key = itemKey(change);
    if (lagMs > 0 && !this.#shown.has(key)) {
      this.#shown.set(key, old);
      const catchUp = () =>
        this.#catchUp(table, key).catch((error) => log({ source: 'dynamodb', message: String(error) }));
      clock.setTimeout(() => void activity.during(catchUp()), lagMs);
    }
    if (!this.#shown.has(key)) return [...itemOperations(change), ...indexOperations(change)];
    // Changes that were not applied when the cloud stopped are built at the next start.
    return [...itemOperations(change), store.rebuildIndexesAtStart(table)];
  }

  #catchUp(table: TableSpec, key: string): Promise<void> {
    const { store } = this.#context;
    return store.exclusive(async () => {
      const old = this.#shown.get(key);
      this.#shown.delete(key);
      await store.batch(indexOperations({ table, old, new: await store.get<Item>(key) }));
    });
  }
}
