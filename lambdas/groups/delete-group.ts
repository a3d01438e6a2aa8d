/** Deleting a group: at once for everybody who asks, in the background for what it holds. */
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/logger.ts';
import type { GroupsStore } from './groups-store.ts';

export interface DeleteContext {
  readonly groups: Pick<GroupsStore, 'markDeleting'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * From here on the group is unknown: nobody sees it, no CONNECT is admitted to it. Its connection is closed; the sweep
 * removes its data. `false`: it was gone already.
 */
export const beginDeletion = async (
  { groups, clock, log }: DeleteContext,
  groupId: string,
  closeConnection: (connectionId: string) => Promise<void>,
): Promise<boolean> => {
  const marked = await groups.markDeleting(groupId, clock());
  if (!marked) return false;
  log.info('group-deletion-began', { groupId });
  // A sweep that comes upon a connection without a group closes it too.
  if (marked.session) await closeConnection(marked.session.connectionId);
  return true;
};
