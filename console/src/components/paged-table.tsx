/** A list that is loaded page by page, with its age and its states. */
import type { ComponentChildren } from 'preact';
import type { Pages } from '../api/pages.ts';
import { Freshness, Loaded } from './loaded.tsx';
import { Table, type TableProps } from './table.tsx';

interface PagedTableProps<T> extends Omit<TableProps<T>, 'rows' | 'pages'> {
  readonly pages: Pages<T>;
  /** The text when the list has no rows. */
  readonly empty: ComponentChildren;
}

export const PagedTable = <T,>({ pages, empty, ...table }: PagedTableProps<T>) => (
  <>
    <Freshness resource={pages} />
    <Loaded resource={pages} isEmpty={(rows) => rows.length === 0 && !pages.hasMore} empty={empty}>
      {(rows) => <Table {...table} rows={rows} pages={pages} />}
    </Loaded>
  </>
);
