/** The data of a view: loaded, kept for the next visit, and loaded again while the page is visible. */
import { useEffect, useMemo, useReducer, useRef } from 'preact/hooks';
import { ApiFailure } from './failure.ts';

export interface Resource<T> {
  /** The latest data that was loaded, even if the last attempt failed. */
  readonly data: T | undefined;
  /** Epoch milliseconds. */
  readonly loadedAt: number | undefined;
  /** The failure of the last attempt. */
  readonly failure: ApiFailure | undefined;
  readonly isLoading: boolean;
  reload(): void;
}

interface Entry {
  data?: unknown;
  loadedAt?: number;
  failure?: ApiFailure | undefined;
  /** Failed attempts in succession. */
  failures: number;
  loading?: Promise<void> | undefined;
}

const MAX_ENTRIES = 100;
const MAX_PAUSE_MS = 300_000;
const entries = new Map<string, Entry>();

const entryOf = (key: string): Entry => {
  const known = entries.get(key);
  const entry = known ?? { failures: 0 };
  entries.delete(key);
  entries.set(key, entry);
  const [oldest] = entries.keys();
  if (entries.size > MAX_ENTRIES && oldest !== undefined) entries.delete(oldest);
  return entry;
};

/** Clears the loaded data, for the next person who signs in. */
export const forgetResources = (): void => entries.clear();

const asFailure = (error: unknown): ApiFailure =>
  error instanceof ApiFailure ? error : new ApiFailure(undefined, 'no-response', String(error));

const load = (entry: Entry, loader: () => Promise<unknown>): Promise<void> => {
  entry.loading ??= loader()
    .then((data) => {
      entry.data = data;
      entry.loadedAt = Date.now();
      entry.failure = undefined;
      entry.failures = 0;
    })
    .catch((error: unknown) => {
      entry.failure = asFailure(error);
      entry.failures += 1;
    })
    .finally(() => {
      entry.loading = undefined;
    });
  return entry.loading;
};

/** Data that is being loaded may be older than a change that a person has just made: it is loaded once more. */
const loadAgain = async (entry: Entry, loader: () => Promise<unknown>): Promise<void> => {
  await entry.loading;
  await load(entry, loader);
};

/** Failures make the pauses longer. */
const pauseOf = (entry: Entry, everyMs: number): number =>
  Math.min(Math.max(MAX_PAUSE_MS, everyMs), everyMs * 2 ** entry.failures);

/**
 * @param key names the data with all its parameters; `undefined` loads nothing
 * @param everyMs how often it is loaded again while the page is visible; 0 means never
 */
export const useResource = <T>(
  key: string | undefined,
  loader: () => Promise<T>,
  everyMs = 30_000,
): Resource<T> => {
  const [, update] = useReducer((count: number) => count + 1, 0);
  const entry = useMemo(() => (key === undefined ? { failures: 0 } : entryOf(key)), [key]) as Entry;
  // Another pause alone must not load.
  const every = useRef(everyMs);
  every.current = everyMs;

  useEffect(() => {
    if (key === undefined) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let isShown = true;
    const loadIn = (ms: number): void => {
      clearTimeout(timer);
      if (every.current > 0) timer = setTimeout(whenVisible, ms);
    };
    const again = async (): Promise<void> => {
      clearTimeout(timer);
      const loading = load(entry, loader);
      update(undefined as never);
      await loading;
      if (!isShown) return;
      update(undefined as never);
      loadIn(pauseOf(entry, every.current));
    };
    const whenVisible = (): void => {
      if (document.visibilityState !== 'visible' || every.current === 0) return;
      // Another view may have loaded it in between.
      const left = (entry.loadedAt ?? 0) + every.current - Date.now();
      if (left > 0) loadIn(Math.min(left, every.current));
      else void again();
    };
    void again();
    document.addEventListener('visibilitychange', whenVisible);
    return () => {
      isShown = false;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', whenVisible);
    };
  }, [key]);

  return {
    data: entry.data as T | undefined,
    loadedAt: entry.loadedAt,
    failure: entry.failure,
    isLoading: entry.loading !== undefined,
    reload: () => {
      void loadAgain(entry, loader).then(() => update(undefined as never));
      update(undefined as never);
    },
  };
};
