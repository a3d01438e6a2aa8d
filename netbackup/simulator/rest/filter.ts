import { badRequest } from './errors.ts';

type Item = Readonly<Record<string, unknown>>;
type Test = (item: Item) => boolean;

const COMPARISON = /\s*(\w+)\s+(eq|ne|lt|le|gt|ge)\s+(?:'((?:[^']|'')*)'|([^\s(),']+))\s*(?:$|and\s(?=.))/y;

/**
 * Compiles the part of NetBackup's OData filters that clients of jobs and images use: comparisons with `eq ne lt le gt
 * ge`, joined by `and`. Throws a 400 on anything else and on fields that are not in `fields`.
 */
export function compileFilter(text: string, fields: ReadonlySet<string>): Test {
  const tests: Test[] = [];
  for (let at = 0; at < text.length; at = COMPARISON.lastIndex) {
    COMPARISON.lastIndex = at;
    const [, field = '', operator, quoted, word = ''] = COMPARISON.exec(text) ?? [];
    if (!fields.has(field)) throw badRequest(`The filter criteria are not valid: ${text}`);
    const value = quoted?.replaceAll("''", "'") ?? word;
    const test = COMPARISONS[operator as keyof typeof COMPARISONS];
    tests.push((item) => item[field] !== undefined && test(compare(item[field], value)));
  }
  return (item) => tests.every((test) => test(item));
}

const COMPARISONS = {
  eq: (order: number) => order === 0,
  ne: (order: number) => order !== 0,
  lt: (order: number) => order < 0,
  le: (order: number) => order <= 0,
  gt: (order: number) => order > 0,
  ge: (order: number) => order >= 0,
};

/** Compares numbers as numbers, times as times, and other values as text. */
function compare(value: unknown, other: unknown): number {
  if (typeof value === 'number') return value - Number(other);
  const [left, right] = [String(value), String(other)];
  const [leftTime, rightTime] = [toTime(left), toTime(right)];
  if (leftTime !== undefined && rightTime !== undefined) return leftTime - rightTime;
  return left < right ? -1 : left > right ? 1 : 0;
}

function toTime(text: string): number | undefined {
  return /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : undefined;
}

/** Sorts by `sort=-startTime,jobId`; a minus is descending. Throws a 400 on unknown fields. */
export function sortBy<T extends Item>(items: readonly T[], sort: string, fields: ReadonlySet<string>): T[] {
  const keys = sort.split(',').map((key) => key.trim());
  for (const key of keys) {
    if (!fields.has(key.replace(/^-/, ''))) throw badRequest(`The sort criteria are not valid: ${key}`);
  }
  return [...items].sort((a, b) => {
    for (const key of keys) {
      const name = key.replace(/^-/, '');
      const order = compare(a[name] ?? '', b[name] ?? '');
      if (order !== 0) return key.startsWith('-') ? -order : order;
    }
    return 0;
  });
}
