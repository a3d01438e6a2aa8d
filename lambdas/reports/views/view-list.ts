/** Lists of jobs and of images, read through one index. */
import type { Clock } from '../../platform/clock.ts';
import {
  type Bounds,
  type Collected,
  collect,
  merged,
  type Positioned,
  type Range,
} from '../../platform/dynamodb/listing.ts';
import type { ViewItem, ViewStore } from './views-store.ts';

export interface ViewQuery {
  readonly groupId: string;
  readonly index: string;
  /** The partitions that contain every item that can match. */
  readonly partitions: readonly string[];
  readonly range: Range;
  /** The position after which to continue. */
  readonly after: string | undefined;
}

type Entry = Positioned & { readonly jobId?: number; readonly backupId?: string };

/** @param view the view of an item; undefined if the item does not match */
export const listViews = <V>(
  store: ViewStore,
  query: ViewQuery,
  bounds: Bounds,
  clock: Clock,
  view: (item: ViewItem) => V | undefined,
): Promise<Collected<V>> => {
  const { groupId, index, partitions, range, after } = query;
  const { id } = store.kind;
  const sources = partitions.map(
    (partition) => (rest: Range, limit: number) => store.page<Entry>(index, partition, rest, limit),
  );
  return collect(merged(sources, range, after, bounds.limit), bounds, async (entries) => {
    const ids = entries.flatMap((entry) => entry[id] ?? []);
    const items = new Map((await store.getMany(groupId, ids, clock)).map((item) => [item[id], item]));
    return entries.map((entry) => {
      const item = items.get(entry[id]);
      return item && view(item);
    });
  });
};
