/** Removing what a deleted group held, a bounded amount each minute. */

import { type Clock, MINUTE_MS } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import type { Log } from '../platform/logger.ts';
import type { GroupsStore } from './groups-store.ts';
import { type Holding, removeAll } from './holdings.ts';

export interface DeletionContext {
  readonly client: DynamoDBClient;
  readonly groups: GroupsStore;
  readonly holdings: readonly Holding[];
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Notifications that were on their way when the group was deleted still arrive in the journal and the views: a group that
 * ever had a session is done when nothing is left this long after.
 */
const STRAGGLERS_MS = 10 * MINUTE_MS;
/** Deleted groups taken on in one sweep. */
const MAX_GROUPS = 20;

/** Until done or `until` (epoch ms). */
export const sweepDeletions = async (context: DeletionContext, until: number): Promise<void> => {
  const { client, groups, holdings, clock, log } = context;
  for (const { groupId } of await groups.deleting(MAX_GROUPS)) {
    let isEmpty = true;
    for (const holding of holdings) {
      isEmpty = (await removeAll(client, holding, groupId, () => clock() < until)) && isEmpty;
    }
    if (isEmpty && (await groups.removeDeleted(groupId, clock() - STRAGGLERS_MS))) {
      log.info('group-deleted', { groupId });
    }
  }
};
