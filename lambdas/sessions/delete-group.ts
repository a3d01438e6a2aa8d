/** Deleting a group: at once for everybody who asks, in the background for what it holds. */
import { type CloseContext, tryToClose } from './close.ts';

/**
 * From here on the group is unknown: nobody sees it, no CONNECT is admitted to it. Its connection is closed; the sweep
 * removes its data. `false`: it was gone already.
 */
export const beginDeletion = async (context: CloseContext, groupId: string): Promise<boolean> => {
  const { groups, clock, log } = context;
  const marked = await groups.markDeleting(groupId, clock());
  if (!marked) return false;
  log.info('group-deletion-began', { groupId });
  // A sweep that comes upon a connection without a group closes it too.
  if (marked.session) await tryToClose(context, marked.session.connectionId, 'group-deleted');
  return true;
};
