/** Pages of the keys that a caller may see. */
import { type Clock, seconds } from '../../platform/clock.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import type { Page } from '../../platform/dynamodb/table.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { ApiKey, KeysStore } from '../keys-store.ts';
import { isWithin, type Principal, seesAll } from '../rights.ts';

export interface VisibleKeysContext {
  readonly keysStore: Pick<KeysStore, 'list' | 'getMany'>;
  readonly clock: Clock;
}

/** BatchGetItem reads a page in one request. */
export const MAX_KEYS = 100;
/** How many keys one request reads at most, to find those that a limited caller may see (I-8). */
const MAX_READ = 1_000;

const placeOf = (keyId: string): Key => ({ kind: 'key', keyId });

/** A place before a key that does not name the key: it has half of the id, which is random. */
const placeBefore = (keyId: string): string => keyId.slice(0, 8).padEnd(keyId.length, '0');

/** Keys in the order of their ids, without expired ones. The place of the next page names no key that the caller may not see (I-13). */
export const readVisibleKeys = async (
  { keysStore, clock }: VisibleKeysContext,
  own: Principal,
  limit: number,
  startAfter?: Key,
): Promise<Page<ApiKey>> => {
  const readPage = async (size: number, after: Key | undefined) => {
    const { items, lastKey } = await keysStore.list(size, after);
    const found = await keysStore.getMany(items.map(({ keyId }) => keyId));
    const visible = found
      .filter((key) => isWithin(key, own) && (key.expiresAt ?? Number.POSITIVE_INFINITY) > seconds(clock()))
      .sort((a, b) => (a.keyId < b.keyId ? -1 : 1));
    return { visible, lastKey };
  };
  if (seesAll(own)) {
    const { visible, lastKey } = await readPage(limit, startAfter);
    return { items: visible, ...omitUndefined({ lastKey }) };
  }
  const items: ApiKey[] = [];
  let last = startAfter;
  for (let read = 0; read < MAX_READ; read += MAX_KEYS) {
    const { visible, lastKey } = await readPage(MAX_KEYS, last);
    items.push(...visible.slice(0, limit - items.length));
    const end = items.at(-1);
    if (end && items.length === limit && (lastKey || end !== visible.at(-1)))
      return { items, lastKey: placeOf(end.keyId) };
    if (!lastKey) return { items };
    last = lastKey;
  }
  const places = [items.at(-1)?.keyId ?? '', placeBefore(String(last?.['keyId']))].sort();
  return { items, lastKey: placeOf(places[1] ?? '') };
};
