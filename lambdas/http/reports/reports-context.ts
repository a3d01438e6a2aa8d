/** What the routes over notifications have in common. */
import type { Context } from 'hono';
import type { Group } from '../../groups/group.ts';
import type { GroupsStore } from '../../groups/groups-store.ts';
import type { JournalStore } from '../../notifications/journal-store.ts';
import type { QuarantineStore } from '../../notifications/quarantine-store.ts';
import type { Clock } from '../../platform/clock.ts';
import type { ProjectContext } from '../../reports/apply-notifications.ts';
import type { BackupsStore } from '../../reports/summary/backups-store.ts';
import type { ViewStore } from '../../reports/views/views-store.ts';
import { unknownGroup } from '../app.ts';
import type { KeysStore } from '../keys-store.ts';

export interface ViewsContext {
  readonly keys: KeysStore;
  readonly groups: GroupsStore;
  readonly jobs: ViewStore;
  readonly images: ViewStore;
  readonly backups: BackupsStore;
  readonly journal: JournalStore;
  readonly quarantine: QuarantineStore;
  /** For what was set aside and can be interpreted after all. */
  readonly projection: ProjectContext;
  /** How long a notification may be on its way into the feed: what is younger is not shown yet. */
  readonly feedDelayMs: number;
  readonly apiUrl: string;
  readonly clock: Clock;
}

/** @throws Problem 404 */
export const groupOf = async (groups: Pick<GroupsStore, 'get'>, groupId: string): Promise<Group> => {
  const group = await groups.get(groupId);
  if (!group) throw unknownGroup(groupId);
  return group;
};

/** What one request looks at and answers at most; a page that reaches it ends there, with a cursor. Lambda answers 6 MB. */
export const bounds = (limit: number) => ({ limit, entries: limit + 500, bytes: 3_000_000 });

/**
 * Answers with an object that also holds what NetBackup sent, whatever that is (I-11): no type says what, so none is checked
 * against the route's.
 */
export const show = (request: Context, value: object): never => request.json(value, 200) as never;
