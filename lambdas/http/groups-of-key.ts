import type { Group } from '../groups/group.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import { hasLabels, type Label } from '../groups/labels.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import type { Page } from '../platform/dynamodb/table.ts';
import { HttpProblem } from '../platform/errors.ts';
import { groupIdSchema } from './app.ts';
import { type Cursors, cursors } from './cursors.ts';
import { maySee, type Principal, seesAll } from './rights.ts';

/** The key of a list of groups after this one. */
export const groupPlace = (groupId: string): Key => ({ kind: 'group', groupId });

/** A page from the key's own list of groups: cursors of a list of all groups would reveal the ids of others (I-13). */
const pageOfKey = (key: Principal, limit: number, startAfter?: Key): Page<Pick<Group, 'groupId'>> => {
  const last = String(startAfter?.['groupId'] ?? '');
  const rest = [...new Set(key.groups)].sort().filter((groupId) => groupId > last);
  const items = rest.slice(0, limit).map((groupId) => ({ groupId }));
  const end = items.at(-1);
  return { items, ...(end && rest.length > limit ? { lastKey: groupPlace(end.groupId) } : {}) };
};

/** The cursors of a list of groups. @param list its name and all its filters */
export const groupCursors = (list: readonly string[], labels: readonly Label[] = []): Cursors =>
  cursors(
    [...list, ...labels.map((label) => label.join('='))],
    { kind: 'group' },
    { groupId: groupIdSchema },
  );

/** How many groups one request reads at a time, and in total, to find those with some labels (I-8). */
const READ_BATCH = 100;
const MAX_READ = 1_000;

type Groups = Pick<GroupsStore, 'list' | 'getMany'>;

/** A page of the groups that a key may see. For a key with labels, a page of all groups. */
const listedGroups = async (
  groups: Groups,
  key: Principal,
  limit: number,
  startAfter?: Key,
): Promise<Page<Pick<Group, 'groupId'>>> =>
  seesAll(key) || key.labels ? groups.list(limit, startAfter) : pageOfKey(key, limit, startAfter);

const tooManySkipped = () =>
  new HttpProblem(
    400,
    'too-many-groups',
    `This key is limited to labels, and none of ${MAX_READ} groups in succession has these labels. Use a key with the ids of the groups.`,
  );

const readGroups = async (groups: Groups, ids: readonly Pick<Group, 'groupId'>[]): Promise<Group[]> => {
  const items = await groups.getMany(ids.map(({ groupId }) => groupId));
  return items.sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
};

/** A page of the groups that a key may see, in the order of their ids. With labels a page may be short, or empty, before the end. */
export const readVisibleGroups = async (
  groups: Groups,
  key: Principal,
  limit: number,
  startAfter?: Key,
  labels: readonly Label[] = [],
): Promise<Page<Group>> => {
  if (labels.length === 0 && !key.labels) {
    const page = await listedGroups(groups, key, limit, startAfter);
    return { ...page, items: await readGroups(groups, page.items) };
  }
  const items: Group[] = [];
  let last = startAfter;
  /** Where the next page begins. The place names no group that the key may not see (I-13). */
  let place = startAfter;
  for (let read = 0; read < MAX_READ; read += READ_BATCH) {
    const page = await listedGroups(groups, key, READ_BATCH, last);
    const visible = (await readGroups(groups, page.items)).filter((group) => maySee(key, group));
    const found = visible.filter((group) => hasLabels(group, labels));
    items.push(...found.slice(0, limit - items.length));
    const end = items.at(-1);
    if (end && items.length === limit && (page.lastKey || end !== found.at(-1)))
      return { items, lastKey: groupPlace(end.groupId) };
    if (!page.lastKey) return { items };
    last = page.lastKey;
    const seen = visible.at(-1);
    if (!key.labels) place = last;
    else if (seen) place = groupPlace(seen.groupId);
  }
  if (!place || place === startAfter) throw tooManySkipped();
  return { items, lastKey: place };
};

/** The ids of these groups. The groups are read only where labels decide. */
export const visibleGroups = (
  groups: Groups,
  key: Principal,
  limit: number,
  startAfter?: Key,
): Promise<Page<Pick<Group, 'groupId'>>> =>
  key.labels
    ? readVisibleGroups(groups, key, limit, startAfter)
    : listedGroups(groups, key, limit, startAfter);

/** How many groups one request merges into one list. */
const MAX_MERGED_GROUPS = 250;

/** All groups that a key may see, or those of them with some labels. @throws HttpProblem 400 when they are more than one request reads. */
export const allVisibleGroups = async (
  groups: Groups,
  key: Principal,
  labels: readonly Label[] = [],
): Promise<Group[]> => {
  const page = await readVisibleGroups(groups, key, MAX_MERGED_GROUPS + 1, undefined, labels);
  if (!page.lastKey && page.items.length <= MAX_MERGED_GROUPS) return [...page.items];
  throw new HttpProblem(
    400,
    'too-many-groups',
    `A list covers at most ${MAX_MERGED_GROUPS} groups. Narrow it down with label=KEY=VALUE, or use a key for fewer groups.`,
  );
};
