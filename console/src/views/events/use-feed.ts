/** A feed: stored events since a time, then new ones while the page is visible. */
import { useEffect, useState } from 'preact/hooks';
import { ApiFailure } from '../../api/failure.ts';
import type { Resource } from '../../api/resource.ts';
import { type Event, withArrived } from './event-facts.ts';

interface FeedPage {
  readonly items: readonly Event[];
  /** Continues after this page, also after the last one. */
  readonly cursor: string;
  readonly more: boolean;
}

interface State {
  readonly key: string;
  readonly data?: readonly Event[];
  readonly loadedAt?: number;
  readonly failure?: ApiFailure | undefined;
  readonly isLoading: boolean;
}

const EVERY_MS = 10_000;

/** @param key names the feed with its filters; @param load loads the next page after a cursor */
export const useFeed = (
  key: string,
  load: (after: string | undefined) => Promise<FeedPage>,
): Resource<readonly Event[]> => {
  const [state, setState] = useState<State>({ key, isLoading: true });
  const [round, setRound] = useState(0);

  useEffect(() => {
    let isShown = true;
    let cursor: string | undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isBusy = false;
    setState({ key, isLoading: true });
    const update = (change: (before: State) => State): void => {
      if (isShown) setState(change);
    };
    const read = async (): Promise<void> => {
      if (isBusy || !isShown) return;
      isBusy = true;
      clearTimeout(timer);
      try {
        for (let hasMore = true; hasMore && isShown; ) {
          const page = await load(cursor);
          cursor = page.cursor;
          hasMore = page.more;
          update((before) => ({
            key,
            data: withArrived(before.data ?? [], page.items),
            loadedAt: Date.now(),
            isLoading: hasMore,
          }));
        }
      } catch (error) {
        const failure =
          error instanceof ApiFailure ? error : new ApiFailure(undefined, 'no-response', String(error));
        update((before) => ({ ...before, failure, isLoading: false }));
      } finally {
        isBusy = false;
        if (isShown) timer = setTimeout(whenVisible, EVERY_MS);
      }
    };
    const whenVisible = (): void => {
      if (document.visibilityState === 'visible') void read();
    };
    void read();
    document.addEventListener('visibilitychange', whenVisible);
    return () => {
      isShown = false;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', whenVisible);
    };
  }, [key, round]);

  const { data, loadedAt, failure, isLoading } = state.key === key ? state : { isLoading: true };
  return {
    data,
    loadedAt,
    failure,
    isLoading,
    reload: () => setRound((before) => before + 1),
  } as Resource<readonly Event[]>;
};
