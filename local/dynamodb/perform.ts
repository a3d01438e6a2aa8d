import { AwsError } from '../errors.ts';
import {
  actionOf,
  type Callback,
  type Item,
  options,
  type Request,
  type SubDb,
  toAwsError,
} from './dynalite.ts';
import { invalidReason } from './item-limits.ts';
import { type Change, describe, keysOf, type Store } from './store.ts';
import type { Part } from './transactions.ts';

/**
 * Runs dynalite's action without storing anything: writes are collected in `changes`, so that they can become one atomic
 * batch with their indexes and stream records. Items that are only read are collected as unchanged.
 * @throws AwsError ConditionalCheckFailedException, ValidationException
 */
export function perform(
  store: Store,
  { action, data, check, returnOnFailure }: Part,
  changes: Map<string, Change>,
): Promise<Request> {
  let found: Item | undefined;
  const collecting = (name: string, stored: SubDb) => {
    const table = store.table(name);
    const put = (key: string, item: Item | undefined, done: Callback<void>) => {
      // Converted through JSON, as it is read later: dynalite shares objects and leaves undefined members.
      const written = item && JSON.parse(JSON.stringify(item));
      const reason = written && invalidReason(table, written);
      if (!reason && !check)
        changes.set(name + key, { table, old: changes.get(name + key)?.old, new: written });
      done(reason ? new AwsError('ValidationException', reason) : null);
    };
    return {
      ...stored,
      get: (key: string, done: Callback<Item>) =>
        stored.get(key, (error, item) => {
          found = item;
          changes.set(name + key, { table, old: item, new: item });
          done(error, item);
        }),
      put,
      del: (key: string, done: Callback<void>) => put(key, undefined, done),
      createValueStream: (range: object) => {
        const note = (item: Item) => changes.set(`${changes.size}`, { table, old: item, new: item });
        return stored.createValueStream(range).on('data', note);
      },
    };
  };
  // The store maintains the indexes, not dynalite, which fails on an index key of another type.
  const described = /Put|Update|Delete|Write/.test(action) ? keysOf : describe;
  const view = {
    options,
    getTable: (name: string, done: Callback<object>) => done(null, described(store.table(name))),
    getItemDb: (name: string) => collecting(name, store.database.getItemDb(name)),
    getIndexDb: (kind: string, name: string, index: string) =>
      collecting(name, store.database.getIndexDb(kind, name, index)),
  };
  return new Promise((resolve, reject) => {
    actionOf(action)(view, data, (error, result = {}) =>
      error ? reject(toAwsError(error, returnOnFailure === 'ALL_OLD' ? found : undefined)) : resolve(result),
    );
  });
}
