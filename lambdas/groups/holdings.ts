/** What a group holds in other tables: looking whether there is anything, and removing it. */
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { Table } from '../platform/dynamodb/table.ts';

/** A table with items of groups: how to find them, and what their keys are. */
export interface Holding {
  readonly table: string;
  /** An index that holds every item; left out where the table's own key begins with groupId. */
  readonly index?: string;
  readonly key: readonly string[];
}

type Item = Record<string, unknown>;

const PAGE = 100;
const PARALLEL = 10;

const pageOf = async (client: DynamoDBClient, { table, index }: Holding, groupId: string, limit: number) => {
  const key = when`${path('groupId')} = ${groupId}`;
  const page = await new Table<Item>(client, table).query({ ...(index ? { index } : {}), key, limit });
  return page.items;
};

export const holdsAny = async (client: DynamoDBClient, holding: Holding, groupId: string): Promise<boolean> =>
  (await pageOf(client, holding, groupId, 1)).length > 0;

/** Removes what is there, while `goOn`. @returns whether nothing was left when it looked last */
export const removeAll = async (
  client: DynamoDBClient,
  holding: Holding,
  groupId: string,
  goOn: () => boolean,
): Promise<boolean> => {
  const table = new Table<Item>(client, holding.table);
  while (goOn()) {
    const items = await pageOf(client, holding, groupId, PAGE);
    const queue = items.values();
    const worker = async () => {
      for (const item of queue) {
        await table.delete(Object.fromEntries(holding.key.map((name) => [name, item[name]])) as Key);
      }
    };
    await Promise.all(Array.from({ length: PARALLEL }, worker));
    // An index trails its table: what was just deleted may show once more, and must not keep us here.
    if (items.length < PAGE) return items.length === 0;
  }
  return false;
};
