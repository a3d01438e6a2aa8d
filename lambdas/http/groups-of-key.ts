import type { Group } from '../groups/group.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import type { Page } from '../platform/dynamodb/table.ts';
import type { ApiKey } from './keys-store.ts';

/** A page of the groups that a key names. Read from the key: a list of all would show others' ids in its cursors (I-13). */
export const pageOfKey = (key: ApiKey, limit: number, startAfter?: Key): Page<Pick<Group, 'groupId'>> => {
  const last = String(startAfter?.['groupId'] ?? '');
  const left = [...new Set(key.groups)].sort().filter((groupId) => groupId > last);
  const items = left.slice(0, limit).map((groupId) => ({ groupId }));
  const end = items.at(-1);
  return { items, ...(end && left.length > limit ? { lastKey: { kind: 'group', ...end } } : {}) };
};
