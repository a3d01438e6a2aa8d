/** Reads the data of the first screen: problems, domains and cached summaries, separately, so that the first is shown immediately. */
import { allPages } from '../../api/all-pages.ts';
import { api, result } from '../../api/client.ts';
import { useResource } from '../../api/resource.ts';
import { omitUndefined } from '../../omit-undefined.ts';

const queryOf = (label: string | undefined, cursor: string | undefined) => ({
  ...(label ? { label } : {}),
  ...omitUndefined({ cursor }),
});

/** @param label only domains with this label: `key=value` */
export const useOverview = (label: string | undefined) => ({
  problems: useResource(`overview problems ${label ?? ''}`, () =>
    allPages((cursor) =>
      result(api.GET('/v1/problems', { params: { query: { limit: 500, ...queryOf(label, cursor) } } })),
    ),
  ),
  summaries: useResource(
    `overview summaries ${label ?? ''}`,
    () => allPages((cursor) => result(api.GET('/v1/summary', { params: { query: queryOf(label, cursor) } }))),
    60_000,
  ),
  domains: useResource(
    `overview domains ${label ?? ''}`,
    () =>
      allPages((cursor) =>
        result(api.GET('/v1/groups', { params: { query: { limit: 100, ...queryOf(label, cursor) } } })),
      ),
    60_000,
  ),
});

export type Overview = ReturnType<typeof useOverview>;
