import type { Group } from '../groups/group.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import type { Page } from '../platform/dynamodb/table.ts';
import { groupIdSchema } from './app.ts';
import { type Cursors, cursors } from './cursors.ts';
import type { ApiKey } from './keys-store.ts';

/** Taken from the key: cursors of a list of all groups would reveal the ids of others (I-13). */
const pageOfKey = (key: ApiKey, limit: number, startAfter?: Key): Page<Pick<Group, 'groupId'>> => {
  const last = String(startAfter?.['groupId'] ?? '');
  const rest = [...new Set(key.groups)].sort().filter((groupId) => groupId > last);
  const items = rest.slice(0, limit).map((groupId) => ({ groupId }));
  const end = items.at(-1);
  return { items, ...(end && rest.length > limit ? { lastKey: { kind: 'group', ...end } } : {}) };
};

/** The cursors of a list of groups. @param list its name and all its filters */
export const groupCursors = (...list: string[]): Cursors =>
  cursors(list, { kind: 'group' }, { groupId: groupIdSchema });

/** A page of the groups that a key may see. */
export const visibleGroups = (
  groups: Pick<GroupsStore, 'list'>,
  key: ApiKey,
  limit: number,
  startAfter?: Key,
): Promise<Page<Pick<Group, 'groupId'>>> =>
  key.groups.includes('*')
    ? groups.list(limit, startAfter)
    : Promise.resolve(pageOfKey(key, limit, startAfter));

/** The same with the groups themselves, in the order of their ids. */
export const readVisibleGroups = async (
  groups: Pick<GroupsStore, 'list' | 'getMany'>,
  key: ApiKey,
  limit: number,
  startAfter?: Key,
): Promise<Page<Group>> => {
  const page = await visibleGroups(groups, key, limit, startAfter);
  const items = await groups.getMany(page.items.map(({ groupId }) => groupId));
  return { ...page, items: items.sort((a, b) => (a.groupId < b.groupId ? -1 : 1)) };
};
