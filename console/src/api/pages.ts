/**
 * A list that is loaded page by page. Its first page is loaded again while the view is visible. When more pages are shown, the rows
 * stay where they are, and the viewer sees that there are newer ones.
 */
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { ApiFailure } from './failure.ts';
import { type Resource, useResource } from './resource.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor?: string;
}

export interface Pages<T> extends Resource<readonly T[]> {
  readonly hasMore: boolean;
  /** Whether the first page has changed; `reload` shows it. */
  readonly hasNewer: boolean;
  /** Loads the next page that has items. */
  more(): void;
}

/** How many rows one view holds at most. */
const MAX_ROWS = 10_000;
/** How many empty pages in succession one call of `more` reads: a filter can leave a page empty before the end. */
const MAX_EMPTY = 10;

/** The shown part of a list of several pages. */
interface Shown<T> {
  readonly key: string | undefined;
  readonly first: readonly T[];
  readonly loadedAt: number | undefined;
  readonly items: readonly T[];
  readonly cursor: string | undefined;
}

const isOther = (a: readonly unknown[], b: readonly unknown[]): boolean =>
  a !== b && JSON.stringify(a) !== JSON.stringify(b);

/** @param key names the list with all its filters; `undefined` loads nothing */
export const usePages = <T>(
  key: string | undefined,
  loader: (cursor: string | undefined) => Promise<Page<T>>,
  everyMs = 30_000,
): Pages<T> => {
  const [shown, setShown] = useState<Shown<T>>();
  const [isLoading, setLoading] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const loading = useRef<string | undefined>(undefined);
  const long = shown !== undefined && shown.key === key ? shown : undefined;
  const first = useResource(key, () => loader(undefined), everyMs);
  const latest = first.data?.items;
  const cursor = long ? long.cursor : first.data?.cursor;
  const items = long?.items ?? latest;
  const hasNewer = useMemo(
    () => long !== undefined && latest !== undefined && isOther(long.first, latest),
    [long, latest],
  );

  useEffect(() => {
    setShown(undefined);
    setFailure(undefined);
    setLoading(false);
  }, [key]);

  const more = async (): Promise<void> => {
    if (loading.current === key || key === undefined || cursor === undefined) return;
    loading.current = key;
    setLoading(true);
    setFailure(undefined);
    try {
      let page: Page<T> = { items: [], cursor };
      for (let read = 0; read < MAX_EMPTY && page.items.length === 0 && page.cursor; read += 1)
        page = await loader(page.cursor);
      // If another list was opened meanwhile, nothing of this one is shown.
      if (loading.current !== key) return;
      setShown({
        key,
        first: long?.first ?? latest ?? [],
        loadedAt: long ? long.loadedAt : first.loadedAt,
        items: [...(items ?? []), ...page.items],
        cursor: page.cursor,
      });
    } catch (error) {
      setFailure(
        error instanceof ApiFailure ? error : new ApiFailure(undefined, 'no-response', String(error)),
      );
    } finally {
      if (loading.current === key) loading.current = undefined;
      setLoading(false);
    }
  };

  return {
    ...first,
    data: items,
    loadedAt: long ? long.loadedAt : first.loadedAt,
    failure: failure ?? first.failure,
    isLoading: first.isLoading || isLoading,
    hasMore: cursor !== undefined && (items?.length ?? 0) < MAX_ROWS,
    hasNewer,
    more: () => void more(),
    reload: () => {
      setShown(undefined);
      setFailure(undefined);
      first.reload();
    },
  };
};
