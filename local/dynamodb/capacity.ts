import { isDeepStrictEqual } from 'node:util';
import type { Usage } from '../front-door/record.ts';
import type { Item, Request } from './dynalite.ts';
import { itemSize, keyOf, projected } from './size.ts';
import type { Change } from './store.ts';

/** Units by `table` or `table/index`. */
export type Units = (readonly [name: string, units: number])[];

const kilobytes = (...items: readonly (Item | undefined)[]): number =>
  Math.max(1, ...items.map((item) => Math.ceil(itemSize(item ?? {}) / 1024)));

/**
 * The units of a write: one per KB of the larger of the two images; in an index one when the projection changes, two
 * when its key changes. A write whose condition failed costs the table's part
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes).
 */
export function writeUnits({ table, old, new: now }: Change): Units {
  const inIndexes = table.indexes.flatMap((index): Units => {
    const before = projected(table, index, old);
    const after = projected(table, index, now);
    if (isDeepStrictEqual(before, after)) return [];
    const key = (item: Item) => keyOf(index.KeySchema, item);
    const moved = before && after && !isDeepStrictEqual(key(before), key(after));
    const units = moved ? kilobytes(before) + kilobytes(after) : kilobytes(before, after);
    return [[`${table.tableName}/${index.IndexName}`, units]];
  });
  return [[table.tableName, kilobytes(old, now)], ...inIndexes];
}

/**
 * The units of a read, per item, or for all items that a query scanned, before projection and filter: one per 4 KB, half
 * of that when eventually consistent.
 */
export function readUnits(found: readonly Change[], data: Request, { ScannedCount }: Request): Units {
  const units = (bytes: number, consistent?: boolean) =>
    Math.max(1, Math.ceil(bytes / 4096)) * (consistent ? 1 : 0.5);
  const { TableName = '', IndexName, ConsistentRead, RequestItems } = data;
  if (ScannedCount === undefined) {
    return found.map(({ table: { tableName }, old = {} }) => {
      const batch = RequestItems?.[tableName];
      const consistent = batch && 'Keys' in batch ? batch.ConsistentRead : ConsistentRead;
      return [tableName, units(itemSize(old), consistent)];
    });
  }
  // The stream of the store reads ahead.
  const scanned = found.slice(0, Number(ScannedCount));
  const bytes = scanned.reduce((sum, { old = {} }) => sum + itemSize(old), 0);
  return [[IndexName ? `${TableName}/${IndexName}` : TableName, units(bytes, ConsistentRead)]];
}

/** The sum of the parts of a call; a transaction costs twice as much, to prepare and to commit. */
export function usage(kind: 'readUnits' | 'writeUnits', parts: Units, transaction: boolean): Usage {
  const perIndex: Record<string, number> = {};
  const factor = transaction ? 2 : 1;
  for (const [name, units] of parts) perIndex[name] = (perIndex[name] ?? 0) + factor * units;
  const total = Object.values(perIndex).reduce((sum, units) => sum + units, 0);
  return { readUnits: 0, writeUnits: 0, [kind]: total, perIndex };
}
