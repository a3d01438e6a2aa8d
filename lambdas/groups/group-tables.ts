/** The tables with data of groups: whether there are any, and their deletion. */
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

type Item = Record<string, unknown>;

const PAGE = 100;
const PARALLEL = 10;

const pageOf = async (
  client: DynamoDBClient,
  { table, index }: GroupTable,
  groupId: string,
  limit: number,
): Promise<readonly Item[]> => {
  const key = when`${path('groupId')} = ${groupId}`;
  return (await new Table<Item>(client, table).query({ index, key, limit })).items;
};

export const hasItems = async (
  client: DynamoDBClient,
  table: GroupTable,
  groupId: string,
): Promise<boolean> => (await pageOf(client, table, groupId, 1)).length > 0;

/** Deletes a group's items while `mayContinue`. @returns whether the last read found none */
export const deleteItems = async (
  client: DynamoDBClient,
  groupTable: GroupTable,
  groupId: string,
  mayContinue: () => boolean,
): Promise<boolean> => {
  const table = new Table<Item>(client, groupTable.table);
  const deleteItem = async (item: Item) => {
    await table.delete(Object.fromEntries(groupTable.key.map((name) => [name, item[name]])) as Key);
  };
  while (mayContinue()) {
    const items = await pageOf(client, groupTable, groupId, PAGE);
    await forEachInParallel(items, deleteItem, PARALLEL);
    // An index is eventually consistent: reading it until it is empty could find deleted items again and again.
    if (items.length < PAGE) return items.length === 0;
  }
  return false;
};
