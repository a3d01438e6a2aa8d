import { isDeepStrictEqual } from 'node:util';
import type { Usage } from '../front-door/record.ts';
import type { Item } from './dynalite.ts';
import { itemSize, keyOf, projected } from './size.ts';
import type { Change } from './store.ts';

const kilobytes = (...items: readonly (Item | undefined)[]): number =>
  Math.max(1, ...items.map((item) => (item ? Math.ceil(itemSize(item) / 1024) : 0)));
const sum = (units: readonly number[]): number => units.reduce((total, one) => total + one, 0);

/** Adds up what the parts of a request cost, by `table` and `table/index`. */
export class Meter {
  readonly #units = { read: new Map<string, number>(), write: new Map<string, number>() };

  /**
   * One write: a unit per KB of the larger of the two images; in an index one when what it projects changes, two
   * when its key changes; the double in a transaction. A write that its condition stopped costs the table's part
   * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes).
   */
  write({ table, old, new: now }: Change, factor = 1, done = true): void {
    this.#add('write', table.tableName, factor * kilobytes(old, done ? now : undefined));
    if (!done) return;
    for (const index of table.indexes) {
      const before = projected(table, index, old);
      const after = projected(table, index, now);
      if (isDeepStrictEqual(before, after)) continue;
      const key = (item: Item) => keyOf(index.KeySchema, item);
      const moved = before && after && !isDeepStrictEqual(key(before), key(after));
      const units = moved ? kilobytes(before) + kilobytes(after) : kilobytes(before, after);
      this.#add('write', `${table.tableName}/${index.IndexName}`, factor * units);
    }
  }

  /** A read of `bytes` in one go: a unit per 4 KB, half when eventually consistent, the double in a transaction. */
  read(table: string, index: unknown, bytes: number, factor: number): void {
    this.#add('read', index ? `${table}/${index}` : table, Math.max(1, Math.ceil(bytes / 4096)) * factor);
  }

  usage(): Usage {
    const { read, write } = this.#units;
    return {
      readUnits: sum([...read.values()]),
      writeUnits: sum([...write.values()]),
      perIndex: Object.fromEntries([...read, ...write]),
    };
  }

  /** `ConsumedCapacity` per table, as `ReturnConsumedCapacity` asks for it. */
  consumed(level: unknown): Record<string, unknown>[] | undefined {
    if (level !== 'TOTAL' && level !== 'INDEXES') return undefined;
    const units = Object.entries(this.usage().perIndex).map(([name, count]) => ({
      path: name.split('/'),
      count,
    }));
    return [...new Set(units.map(({ path }) => path[0]))].map((TableName) => {
      const mine = units.filter(({ path }) => path[0] === TableName);
      const [own, indexes] = [mine.filter(({ path }) => !path[1]), mine.filter(({ path }) => path[1])];
      const capacity = (of: typeof mine) => ({ CapacityUnits: sum(of.map(({ count }) => count)) });
      const perIndex = Object.fromEntries(indexes.map((one) => [one.path[1], capacity([one])]));
      const split = { Table: capacity(own), ...(indexes.length ? { GlobalSecondaryIndexes: perIndex } : {}) };
      return { TableName, ...capacity(mine), ...(level === 'INDEXES' ? split : {}) };
    });
  }

  #add(kind: 'read' | 'write', name: string, units: number): void {
    const map = this.#units[kind];
    map.set(name, (map.get(name) ?? 0) + units);
  }
}
