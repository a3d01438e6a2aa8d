/**
 * Rows that a person selected for a bulk action. They are kept in this tab until they are cleared: over a reload, over other
 * filters, and over a session that ended, if the same person signs in again.
 */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { session } from '../api/session.ts';
import { formatNumber } from '../format/numbers.ts';
import { common } from '../i18n/common.ts';
import { extentOf, MAX_SELECTED, readSelected, withRows, writeSelected } from './selected.ts';

export interface Selection<T> {
  /** In the order in which they were selected. A component that reads it is rendered again when it changes. */
  rows(): readonly T[];
  has(row: T): boolean;
  /** Selects or deselects these rows; at most `MAX_SELECTED` are kept. */
  set(rows: readonly T[], isSelected: boolean): void;
  clear(): void;
}

/** The part of a selection that a list needs: its rows may have more members than those that are kept. */
export type Selectable<T> = Pick<Selection<T>, 'has' | 'set'>;

/**
 * @param name of the list, such as `jobs`
 * @param keyOf names a row
 * @param kept the members of a row that are kept: those that a bulk action and its preview need, and nothing secret
 */
export const selectionOf = <T,>(
  name: string,
  keyOf: (row: T) => string,
  kept: (row: T) => T,
): Selection<T> => {
  const storageKey = `nbwss.selection.${name}`;
  const owner = (): string => session.value?.name ?? '';
  const read = (): string | null => {
    try {
      return sessionStorage.getItem(storageKey);
    } catch {
      return null;
    }
  };
  const text = signal(read());
  const store = (rows: readonly T[]): void => {
    text.value = writeSelected(owner(), rows);
    try {
      sessionStorage.setItem(storageKey, text.value);
    } catch {
      // The browser refuses storage: the selection lasts as long as the page.
    }
  };
  let cached: { readonly of: string; readonly rows: readonly T[]; readonly keys: ReadonlySet<string> };
  const current = () => {
    const of = `${owner()}\n${text.value}`;
    if (cached?.of !== of) {
      const rows = readSelected<T>(text.value, owner());
      cached = { of, rows, keys: new Set(rows.map(keyOf)) };
    }
    return cached;
  };
  return {
    rows: () => current().rows,
    has: (row) => current().keys.has(keyOf(row)),
    set: (rows, isSelected) => store(withRows(current().rows, rows.map(kept), isSelected, keyOf)),
    clear: () => store([]),
  };
};

interface SelectAllProps<T> {
  readonly selection: Selectable<T>;
  readonly rows: readonly T[];
}

/** The checkbox in the head of a list: for all rows that are loaded. */
export const SelectAll = <T,>({ selection, rows }: SelectAllProps<T>) => {
  const extent = extentOf(rows, selection.has);
  return (
    <input
      type="checkbox"
      aria-label={common().selectAll(formatNumber(rows.length))}
      checked={extent === 'all'}
      indeterminate={extent === 'some'}
      onChange={() => selection.set(rows, extent !== 'all')}
    />
  );
};

interface SelectRowProps<T> {
  readonly selection: Selectable<T>;
  readonly row: T;
  /** Names the row for screen readers. */
  readonly name: string;
}

export const SelectRow = <T,>({ selection, row, name }: SelectRowProps<T>) => (
  <input
    type="checkbox"
    aria-label={common().selectRow(name)}
    checked={selection.has(row)}
    onChange={({ currentTarget }) => selection.set([row], currentTarget.checked)}
  />
);

interface SelectionBarProps<T> {
  readonly selection: Selection<T>;
  /** The bulk actions. */
  readonly children?: ComponentChildren;
}

/** How many rows are selected, including rows that the filters hide, and the actions for them. */
export const SelectionBar = <T,>({ selection, children }: SelectionBarProps<T>) => {
  const count = selection.rows().length;
  if (count === 0) return null;
  return (
    <div class="selection-bar" role="status">
      <strong>{common().selected(formatNumber(count))}</strong>
      {count >= MAX_SELECTED && <span>{common().selectedMost(formatNumber(MAX_SELECTED))}</span>}
      {children}
      <button type="button" class="plain" onClick={selection.clear}>
        {common().clearSelection}
      </button>
    </div>
  );
};
