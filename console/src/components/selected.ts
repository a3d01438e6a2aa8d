/** Which rows of a list are selected. Pure. */

/** The most targets of a bulk action: it names each of them, and nobody reads more. */
export const MAX_SELECTED = 500;

/** The rows with others added or removed. Rows beyond `MAX_SELECTED` are not added. @param keyOf names a row */
export const withRows = <T>(
  selected: readonly T[],
  rows: readonly T[],
  isSelected: boolean,
  keyOf: (row: T) => string,
): readonly T[] => {
  const changed = new Map(rows.map((row) => [keyOf(row), row]));
  const others = selected.filter((row) => !changed.has(keyOf(row)));
  return isSelected ? [...others, ...changed.values()].slice(0, MAX_SELECTED) : others;
};

export type Extent = 'none' | 'some' | 'all';

/** How many of these rows are selected: for the checkbox of a whole list. */
export const extentOf = <T>(rows: readonly T[], has: (row: T) => boolean): Extent => {
  const count = rows.filter(has).length;
  if (count === 0) return 'none';
  return count === rows.length ? 'all' : 'some';
};

interface Stored<T> {
  /** The person who selected the rows: they are not shown to the next person at this browser. */
  readonly owner: string;
  readonly rows: readonly T[];
}

/** The stored rows of this person; none if they belong to somebody else, or cannot be read. */
export const readSelected = <T>(text: string | null, owner: string): readonly T[] => {
  try {
    const stored = JSON.parse(text ?? '') as Partial<Stored<T>> | null;
    return stored?.owner === owner && Array.isArray(stored.rows) ? stored.rows : [];
  } catch {
    return [];
  }
};

export const writeSelected = <T>(owner: string, rows: readonly T[]): string =>
  JSON.stringify({ owner, rows } satisfies Stored<T>);
