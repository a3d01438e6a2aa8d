/** Deletes a group: immediately for all readers, and its data in the background. */
import type { Clock } from '../platform/clock.ts';
import type { Log } from '../platform/logger.ts';
import type { GroupsStore } from './groups-store.ts';

export interface DeleteContext {
  readonly groups: Pick<GroupsStore, 'markDeleting'>;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * From now on the group does not exist for the API and for CONNECT. Closes its connection; the sweep deletes its data.
 * `false` when there is no such group.
 */
export const startDeletion = async (
  { groups, clock, log }: DeleteContext,
  groupId: string,
  closeConnection: (connectionId: string) => Promise<void>,
): Promise<boolean> => {
  const marked = await groups.markDeleting(groupId, clock());
  if (!marked) return false;
  log.info('group-deletion-began', { groupId });
  // If this fails, the sweep closes the connection, since its group does not exist.
  if (marked.session) await closeConnection(marked.session.connectionId);
  return true;
};
