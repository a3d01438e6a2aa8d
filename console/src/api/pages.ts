/** A list that is loaded page by page. Its first page is loaded again while the page is visible, as long as it is the only one. */
import { useEffect, useState } from 'preact/hooks';
import { ApiFailure } from './failure.ts';
import { type Resource, useResource } from './resource.ts';

export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor?: string;
}

export interface Pages<T> extends Resource<readonly T[]> {
  readonly hasMore: boolean;
  /** Loads the next page that has items. */
  more(): void;
}

/** Rows that one view holds at most. */
export const MAX_ROWS = 10_000;
/** Empty pages in succession that one call of `more` reads: a filter can leave a page empty before the end. */
const MAX_EMPTY = 10;

interface Rest<T> {
  readonly key: string | undefined;
  readonly items: readonly T[];
  readonly cursor: string | undefined;
}

/** @param key names the list with all its filters; `undefined` loads nothing */
export const usePages = <T>(
  key: string | undefined,
  loader: (cursor: string | undefined) => Promise<Page<T>>,
  everyMs = 30_000,
): Pages<T> => {
  const [rest, setRest] = useState<Rest<T>>();
  const [isLoading, setLoading] = useState(false);
  const [failure, setFailure] = useState<ApiFailure>();
  const isLong = rest !== undefined && rest.key === key;
  const first = useResource(key, () => loader(undefined), isLong ? 0 : everyMs);
  const cursor = isLong ? rest.cursor : first.data?.cursor;
  const items = first.data && (isLong ? [...first.data.items, ...rest.items] : first.data.items);

  useEffect(() => {
    setRest(undefined);
    setFailure(undefined);
  }, [key]);

  const more = async (): Promise<void> => {
    if (isLoading || cursor === undefined) return;
    setLoading(true);
    setFailure(undefined);
    try {
      let page: Page<T> = { items: [], cursor };
      for (let read = 0; read < MAX_EMPTY && page.items.length === 0 && page.cursor; read += 1)
        page = await loader(page.cursor);
      setRest({ key, items: [...(isLong ? rest.items : []), ...page.items], cursor: page.cursor });
    } catch (error) {
      setFailure(
        error instanceof ApiFailure ? error : new ApiFailure(undefined, 'no-response', String(error)),
      );
    } finally {
      setLoading(false);
    }
  };

  return {
    ...first,
    data: items,
    failure: failure ?? first.failure,
    isLoading: first.isLoading || isLoading,
    hasMore: cursor !== undefined && (items?.length ?? 0) < MAX_ROWS,
    more: () => void more(),
    reload: () => {
      setRest(undefined);
      first.reload();
    },
  };
};
