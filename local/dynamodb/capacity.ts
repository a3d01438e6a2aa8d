import { isDeepStrictEqual } from 'node:util';
import type { Usage } from '../front-door/record.ts';
import { itemSize, keyOf, projected } from './size.ts';
import type { Change, Item } from './store.ts';

const kilobytes = (...items: readonly (Item | undefined)[]): number =>
  Math.max(1, ...items.map((item) => (item ? Math.ceil(itemSize(item) / 1024) : 0)));

/** Adds up what the parts of a request cost, by `table` and `table/index`. */
export class Meter {
  readonly #writes = new Map<string, number>();
  readonly #reads = new Map<string, number>();

  /**
   * One write: a unit per KB of the larger of the two images; in an index one when what it projects changes, two
   * when its key changes; the double in a transaction. A write that its condition stopped costs the table's part
   * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html#GSI.ThroughputConsiderations.Writes).
   */
  write({ table, old, new: now }: Change, factor = 1, done = true): void {
    add(this.#writes, table.tableName, factor * kilobytes(old, done ? now : undefined));
    if (!done) return;
    for (const index of [...table.globalIndexes, ...table.localIndexes]) {
      const [before, after] = [projected(table, index, old), projected(table, index, now)];
      const [keyBefore, keyAfter] = [before, after].map((item) => item && keyOf(index.KeySchema, item));
      if (isDeepStrictEqual(before, after)) continue;
      const moved = before && after && !isDeepStrictEqual(keyBefore, keyAfter);
      const units = moved ? kilobytes(before) + kilobytes(after) : kilobytes(before, after);
      add(this.#writes, `${table.tableName}/${index.IndexName}`, factor * units);
    }
  }

  /** A read of `bytes` in one go: a unit per 4 KB, half when eventually consistent, the double in a transaction. */
  read(table: string, index: string | undefined, bytes: number, factor: number): void {
    add(this.#reads, index ? `${table}/${index}` : table, Math.max(1, Math.ceil(bytes / 4096)) * factor);
  }

  usage(): Usage {
    return {
      readUnits: sum(this.#reads),
      writeUnits: sum(this.#writes),
      perIndex: Object.fromEntries([...this.#reads, ...this.#writes]),
    };
  }

  /** `ConsumedCapacity` per table, as `ReturnConsumedCapacity` asks for it. */
  consumed(level: unknown): Record<string, unknown>[] | undefined {
    if (level !== 'TOTAL' && level !== 'INDEXES') return undefined;
    const units = [...this.#reads, ...this.#writes];
    const tables = new Set(units.map(([name]) => name.split('/')[0] ?? ''));
    return [...tables].map((table) => {
      const own = units.filter(([name]) => name === table).reduce((total, [, count]) => total + count, 0);
      const indexes = units.filter(([name]) => name.startsWith(`${table}/`));
      return {
        TableName: table,
        CapacityUnits: own + indexes.reduce((total, [, count]) => total + count, 0),
        ...(level === 'INDEXES' && {
          Table: { CapacityUnits: own },
          ...(indexes.length > 0 && {
            GlobalSecondaryIndexes: Object.fromEntries(
              indexes.map(([name, count]) => [name.split('/')[1], { CapacityUnits: count }]),
            ),
          }),
        }),
      };
    });
  }
}

const add = (map: Map<string, number>, key: string, units: number) =>
  map.set(key, (map.get(key) ?? 0) + units);
const sum = (map: ReadonlyMap<string, number>) =>
  [...map.values()].reduce((total, units) => total + units, 0);
