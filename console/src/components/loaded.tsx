/** The states of loaded data: loading, failed, not current, empty, ready. */
import type { ComponentChildren } from 'preact';
import type { ApiFailure } from '../api/failure.ts';
import type { Resource } from '../api/resource.ts';
import { formatAge } from '../format/times.ts';
import { common } from '../i18n/common.ts';

const titleOf = (failure: ApiFailure, isLoad: boolean): string => {
  if (failure.status === undefined) return common().offline;
  return isLoad ? common().failed : common().notDone;
};

/** @param retry loads the data again; absent for an action */
export const Failure = ({ failure, retry }: { failure: ApiFailure; retry?: () => void }) => (
  <div class="notice notice-critical" role="alert">
    <p>
      <strong>{titleOf(failure, retry !== undefined)}</strong> {failure.message}
    </p>
    {failure.trackingId && <p class="quiet">{common().tracking(failure.trackingId)}</p>}
    {retry && (
      <button type="button" onClick={retry}>
        {common().retry}
      </button>
    )}
  </div>
);

export const Empty = ({ children }: { children?: ComponentChildren }) => (
  <p class="empty">{children ?? common().nothing}</p>
);

interface FreshnessProps {
  readonly resource: Resource<unknown> & { readonly hasNewer?: boolean };
}

/** How old the data is, and a button that loads it again. No number is shown without it. */
export const Freshness = ({ resource }: FreshnessProps) => (
  <p class="freshness">
    {resource.hasNewer && <strong>{common().newer}</strong>}
    {resource.loadedAt !== undefined && <span>{common().loadedAt(formatAge(resource.loadedAt))}</span>}
    <button type="button" class="plain" onClick={resource.reload} disabled={resource.isLoading}>
      {common().reload}
    </button>
  </p>
);

interface LoadedProps<T> {
  readonly resource: Resource<T>;
  /** Whether there is nothing to show. */
  readonly isEmpty?: (data: T) => boolean;
  /** The text when there is nothing to show. */
  readonly empty?: ComponentChildren;
  readonly children: (data: T) => ComponentChildren;
}

export const Loaded = <T,>({ resource, isEmpty, empty, children }: LoadedProps<T>) => {
  const { data, failure, loadedAt, reload } = resource;
  if (data === undefined)
    return failure ? (
      <Failure failure={failure} retry={reload} />
    ) : (
      <p class="loading" role="status">
        {common().loading}
      </p>
    );
  return (
    <>
      {failure && loadedAt !== undefined && (
        <div class="notice notice-warning" role="status">
          <p>
            {common().stale(formatAge(loadedAt))} {failure.message}
          </p>
          <button type="button" onClick={reload}>
            {common().retry}
          </button>
        </div>
      )}
      {isEmpty?.(data) ? <Empty>{empty}</Empty> : children(data)}
    </>
  );
};
