/** Deletes the data of deleted groups, a limited amount each minute. */
import { type Clock, MINUTE_MS } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import type { Log } from '../platform/logger.ts';
import { deleteItems, type GroupTable } from './group-tables.ts';
import type { GroupsStore } from './groups-store.ts';

export interface DeletionContext {
  readonly client: DynamoDBClient;
  readonly groups: GroupsStore;
  readonly groupTables: readonly GroupTable[];
  /** Deletes a group's data that is not in items, while `mayContinue`. @returns whether the last read found nothing */
  readonly deleteObjects?: ((groupId: string, mayContinue: () => boolean) => Promise<boolean>) | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Notifications that were in transit when the group was deleted still arrive in the journal and the views. A group that had
 * a session is removed when its tables are empty after this time.
 */
const IN_TRANSIT_MS = 10 * MINUTE_MS;
/** How many deleted groups one sweep processes. */
const MAX_GROUPS = 20;

/** Runs until done or `until` (epoch ms). */
export const sweepDeletions = async (context: DeletionContext, until: number): Promise<void> => {
  const { client, groups, groupTables, deleteObjects, clock, log } = context;
  const mayContinue = () => clock() < until;
  for (const { groupId } of await groups.listDeleting(MAX_GROUPS)) {
    let isEmpty = true;
    for (const table of groupTables) {
      isEmpty = (await deleteItems(client, table, groupId, mayContinue)) && isEmpty;
    }
    if (deleteObjects) isEmpty = (await deleteObjects(groupId, mayContinue)) && isEmpty;
    if (isEmpty && (await groups.removeDeleted(groupId, clock() - IN_TRANSIT_MS))) {
      log.info('group-deleted', { groupId });
    }
  }
};
