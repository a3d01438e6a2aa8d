/** A table of many rows. Only the rows in sight are in the document, so ten thousand scroll as smoothly as ten. */
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { Pages } from '../api/pages.ts';
import { formatNumber } from '../format/numbers.ts';
import { common } from '../i18n/common.ts';
import { SelectAll, type Selectable, SelectRow } from './selection.tsx';
import { ALL_ROWS, isNearEnd, ROW_HEIGHT, visibleRows } from './visible-rows.ts';

export interface Column<T> {
  readonly name: string;
  readonly title: ComponentChildren;
  readonly cell: (row: T) => ComponentChildren;
  /** Numbers are aligned at their end. */
  readonly isNumber?: boolean;
  /** `wide` columns get the remaining width; `extra` columns are left out on narrow screens. */
  readonly width?: 'wide' | 'extra';
}

export interface TableProps<T> {
  /** Names the table for screen readers. */
  readonly label: string;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  readonly rowKey: (row: T) => string;
  /** If present, the table shows how many rows it has, and loads more when its end comes into sight. */
  readonly pages?: Pages<T>;
  /** If present, rows can be selected. */
  readonly selection?: { readonly of: Selectable<T>; readonly nameOf: (row: T) => string } | undefined;
}

const classOf = ({ isNumber, width }: Pick<Column<never>, 'isNumber' | 'width'>): string =>
  [isNumber ? 'number' : '', width ?? ''].filter(Boolean).join(' ');

const withSelection = <T,>({ columns, rows, selection }: TableProps<T>): readonly Column<T>[] =>
  selection
    ? [
        {
          name: 'selected',
          title: <SelectAll selection={selection.of} rows={rows} />,
          cell: (row) => <SelectRow selection={selection.of} row={row} name={selection.nameOf(row)} />,
        },
        ...columns,
      ]
    : columns;

/** The widths of the columns in a shorter table, so that they do not move while rows are added and removed. */
const useFixedWidths = (isFixed: boolean, area: { readonly current: HTMLElement | null }) => {
  const [widths, setWidths] = useState<readonly number[]>();
  useLayoutEffect(() => {
    if (!isFixed || widths !== undefined) return;
    const heads = area.current?.querySelectorAll('thead th') ?? [];
    setWidths(Array.from(heads, (head) => head.getBoundingClientRect().width));
  });
  return [isFixed ? widths : undefined, () => setWidths(undefined)] as const;
};

export const Table = <T,>(props: TableProps<T>) => {
  const { label, rows, rowKey, pages } = props;
  const columns = withSelection(props);
  const area = useRef<HTMLElement>(null);
  const isAtEnd = useRef(false);
  const [[top, height], setView] = useState<readonly [number, number]>([0, 800]);
  const [widths, forgetWidths] = useFixedWidths(rows.length > ALL_ROWS, area);
  const [from, to] = visibleRows(rows.length, top, height);

  const measure = (): void => {
    const { scrollTop = top, clientHeight = height } = area.current ?? {};
    const [nextFrom, nextTo] = visibleRows(rows.length, scrollTop, clientHeight);
    if (nextFrom !== from || nextTo !== to) setView([scrollTop, clientHeight]);
  };
  const loadIfNeeded = (): void => {
    if (!isAtEnd.current || !pages?.hasMore || pages.isLoading || pages.failure) return;
    isAtEnd.current = false;
    pages.more();
  };
  const onScroll = (): void => {
    measure();
    const { scrollTop = 0, clientHeight = 0 } = area.current ?? {};
    isAtEnd.current = isNearEnd(rows.length, scrollTop, clientHeight);
    loadIfNeeded();
  };
  // The end may have come into sight while other rows were being loaded.
  useEffect(loadIfNeeded);
  useLayoutEffect(() => {
    const { scrollTop = 0, clientHeight = 800 } = area.current ?? {};
    setView([scrollTop, clientHeight]);
    const onResize = (): void => {
      forgetWidths();
      setView([area.current?.scrollTop ?? 0, area.current?.clientHeight ?? 800]);
    };
    addEventListener('resize', onResize);
    return () => removeEventListener('resize', onResize);
  }, []);

  const gap = (count: number) =>
    count > 0 && (
      <tr style={{ height: `${count * ROW_HEIGHT}px` }}>
        <td colSpan={columns.length} aria-hidden="true" />
      </tr>
    );
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling area must be reachable with the keyboard */}
      <section class="table-area" ref={area} onScroll={onScroll} tabIndex={0} aria-label={label}>
        <table class={widths && 'fixed'} aria-rowcount={pages?.hasMore ? -1 : rows.length + 1}>
          <thead>
            <tr>
              {columns.map((column, index) => (
                <th
                  key={column.name}
                  scope="col"
                  class={classOf(column)}
                  style={{ width: widths ? `${widths[index] ?? 0}px` : '' }}
                >
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
      {pages && (
        <p class="table-end">
          {common().rows(formatNumber(rows.length), pages?.hasMore ?? false)}
          {pages?.hasMore && (
            <button type="button" onClick={pages.more} disabled={pages.isLoading}>
              {pages.isLoading ? common().loading : common().more}
            </button>
          )}
        </p>
      )}
    </>
  );
};
