/**
 * Deletes the items of a group from any table. The deletion does not depend on what an item contains, only on the key of its table.
 * So it is here once for all tables, and not in each of their stores. No other code opens a table that is not its own.
 */
import { forEachInParallel } from '../platform/collections.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { Table } from '../platform/dynamodb/table.ts';

export interface GroupTable {
  readonly table: string;
  /** An index of all its items by groupId; absent where the table's own key begins with groupId. */
  readonly index?: string;
  /** The attributes of its key. */
  readonly key: readonly string[];
}

/** The tables with data of groups, in the order of their deletion: the journal first, since it fills the views. */
export const GROUP_TABLES: readonly (Omit<GroupTable, 'table'> & { readonly variable: string })[] = [
  { variable: 'JOURNAL_TABLE', index: 'feed', key: ['groupDay', 'entry'] },
  { variable: 'JOBS_TABLE', key: ['groupId', 'jobId'] },
  { variable: 'IMAGES_TABLE', key: ['groupId', 'backupId'] },
  { variable: 'BACKUPS_TABLE', key: ['groupId', 'clientPolicy'] },
  { variable: 'OVERVIEWS_TABLE', key: ['groupId', 'hours'] },
  { variable: 'QUARANTINE_TABLE', key: ['groupId', 'eventId'] },
  { variable: 'PROBLEMS_TABLE', key: ['groupId', 'problem'] },
  { variable: 'COMMANDS_TABLE', index: 'by-group', key: ['commandId'] },
  { variable: 'ANSWER_SIZES_TABLE', key: ['groupId', 'shape'] },
  { variable: 'ENDPOINTS_TABLE', index: 'by-group', key: ['endpointId'] },
];

type Item = Record<string, unknown>;

const PAGE = 100;
const PARALLEL = 10;

/** Deletes a group's items while `mayContinue`. @returns whether the last read found none */
export const deleteItems = async (
  client: DynamoDBClient,
  groupTable: GroupTable,
  groupId: string,
  mayContinue: () => boolean,
): Promise<boolean> => {
  const table = new Table<Item>(client, groupTable.table);
  const key = when`${path('groupId')} = ${groupId}`;
  const deleteItem = async (item: Item) => {
    await table.delete(Object.fromEntries(groupTable.key.map((name) => [name, item[name]])) as Key);
  };
  while (mayContinue()) {
    const { items } = await table.query({ index: groupTable.index, key, limit: PAGE });
    await forEachInParallel(items, deleteItem, PARALLEL);
    // An index is eventually consistent: reading it until it is empty could find deleted items again and again.
    if (items.length < PAGE) return items.length === 0;
  }
  return false;
};
