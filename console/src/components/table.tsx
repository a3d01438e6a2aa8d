/** A table of many rows. Only the rows in sight are in the document, so ten thousand scroll as smoothly as ten. */
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Pages } from '../api/pages.ts';
import { formatNumber } from '../format/numbers.ts';
import { common } from '../i18n/common.ts';

export interface Column<T> {
  readonly name: string;
  readonly title: string;
  readonly cell: (row: T) => ComponentChildren;
  /** Numbers are aligned at their end. */
  readonly isNumber?: boolean;
  /** `wide` columns get the remaining width; `extra` ones are left out on narrow screens. */
  readonly width?: 'wide' | 'extra';
}

interface TableProps<T> {
  /** Names the table for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  /** With it, the table loads more rows when its end comes into sight. */
  readonly pages?: Pages<T>;
}

/** Pixels; the style sheet gives each row this height. */
export const ROW_HEIGHT = 36;
/** Rows beyond the visible ones, in both directions. */
const OVERSCAN = 12;
/** Below it, all rows are in the document: a page can then be searched and printed. */
const ALL_ROWS = 200;

/** The rows in sight. Pure. @param top pixels of the rows above the visible area */
export const visibleRows = (
  count: number,
  top: number,
  height: number,
): readonly [from: number, to: number] => {
  if (count <= ALL_ROWS) return [0, count];
  const from = Math.max(0, Math.floor(top / ROW_HEIGHT) - OVERSCAN);
  return [Math.min(from, count), Math.min(count, Math.ceil((top + height) / ROW_HEIGHT) + OVERSCAN)];
};

const classOf = ({ isNumber, width }: Pick<Column<never>, 'isNumber' | 'width'>): string =>
  [isNumber ? 'number' : '', width ?? ''].filter(Boolean).join(' ');

export const Table = <T,>({ label, columns, rows, rowKey, pages }: TableProps<T>) => {
  const area = useRef<HTMLElement>(null);
  const [[top, height], setView] = useState([0, 800]);
  const measure = (): void => {
    const { scrollTop, clientHeight } = area.current ?? {};
    if (scrollTop !== undefined && clientHeight !== undefined) setView([scrollTop, clientHeight]);
  };
  useLayoutEffect(() => {
    measure();
    addEventListener('resize', measure);
    return () => removeEventListener('resize', measure);
  }, []);
  const [from, to] = visibleRows(rows.length, top ?? 0, height ?? 800);
  const gap = (count: number) =>
    count > 0 && (
      <tr style={{ height: `${count * ROW_HEIGHT}px` }}>
        <td colSpan={columns.length} aria-hidden="true" />
      </tr>
    );
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable with the keyboard */}
      <section class="table-area" ref={area} onScroll={measure} tabIndex={0} aria-label={label}>
        <table aria-rowcount={pages?.hasMore ? -1 : rows.length + 1}>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column.name} scope="col" class={classOf(column)}>
                  {column.title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {gap(from)}
            {rows.slice(from, to).map((row, index) => (
              <tr key={rowKey(row)} aria-rowindex={from + index + 2}>
                {columns.map((column) => (
                  <td key={column.name} class={classOf(column)}>
                    {column.cell(row)}
                  </td>
                ))}
              </tr>
            ))}
            {gap(rows.length - to)}
          </tbody>
        </table>
      </section>
      <p class="table-end">
        {common().rows(formatNumber(rows.length), pages?.hasMore ?? false)}
        {pages?.hasMore && (
          <button type="button" onClick={pages.more} disabled={pages.isLoading}>
            {pages.isLoading ? common().loading : common().more}
          </button>
        )}
      </p>
    </>
  );
};
