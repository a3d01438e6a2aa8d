/**
 * Lists of jobs or of images over several groups, by time (UTC). The order is (time, group, position): within a group it is that of
 * the positions, so each group's list is read on from where it was left, whatever was written or learned in the meantime.
 */
import { contentId } from '../../platform/canonical-json.ts';
import type { Clock } from '../../platform/clock.ts';
import {
  type Bounds,
  collect,
  merged,
  mergedLists,
  type PageSizes,
  type Positioned,
  type Range,
} from '../../platform/dynamodb/listing.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { ClockOrder } from '../primary-time/clock-order.ts';
import { LAST_SECOND, listedAtOfPosition, padded, positionsBetween } from './index-keys.ts';
import type { ViewItem, ViewStore } from './views-store.ts';

/** What one group contributes. */
export interface GroupList {
  readonly groupId: string;
  readonly index: string;
  /** The partitions that contain every item that can match. */
  readonly partitions: readonly string[];
  readonly range: Range;
  readonly clock: ClockOrder;
}

/** Where a merged list continues. */
export interface Place {
  /** The last entry that was read: its time (epoch seconds, UTC), its group, and its position there. */
  readonly time: number;
  readonly groupId: string;
  readonly at: string;
  /**
   * How far each group was read, in the order of their ids, for the case that its clock is read differently by the next request: the
   * local second up to which, relative to `time`, or an exact position. As JSON, after a digest of the groups' ids.
   */
  readonly marks: string;
}
type Mark = number | string;

interface Entry extends Positioned {
  readonly jobId?: number;
  readonly backupId?: string;
}
interface MergedEntry extends Positioned {
  readonly groupId: string;
  readonly entry: Entry;
}

/** DynamoDB bills 4 KB at least for each read, which is at least so many entries of an index. */
const SMALL_PAGE = 16;

const clamped = (seconds: number): number => Math.min(Math.max(seconds, 0), LAST_SECOND);

/** `#` sorts before every character of a group's id, so these texts sort like their parts. */
const mergedPosition = ({ groupId, clock }: GroupList, at: string): string =>
  `${padded(clamped(clock.reachedAt(listedAtOfPosition(at).seconds)))}#${groupId}#${at}`;

const partsOf = (position: string): Pick<Place, 'time' | 'groupId' | 'at'> => {
  const [, time = '', groupId = '', at = ''] = /^(\d+)#([^#]+)#(.*)$/s.exec(position) ?? [];
  return { time: Number(time), groupId, at };
};

/** Of {@link contentId}. */
const DIGEST_LENGTH = 22;
const digestOf = (groups: readonly GroupList[]): string => contentId(...groups.map(({ groupId }) => groupId));

const isMark = (value: unknown): boolean =>
  Number.isSafeInteger(value) || (typeof value === 'string' && value.isWellFormed());

/** Whether a text can be the marks of a {@link Place}. */
export const areMarks = (text: string): boolean => {
  try {
    const marks: unknown = JSON.parse(text.slice(DIGEST_LENGTH));
    return Array.isArray(marks) && marks.every(isMark);
  } catch {
    return false;
  }
};

/** The marks of a place; undefined if it is of other groups, some of which were created, deleted or labelled since. */
const marksOf = (place: Place, groups: readonly GroupList[]): readonly Mark[] | undefined => {
  const digest = digestOf(groups);
  return place.marks.startsWith(digest)
    ? (JSON.parse(place.marks.slice(DIGEST_LENGTH)) as Mark[])
    : undefined;
};

/** Up to which local second everything was read when the list was at this place, in a group other than that of its last entry. */
const readUpTo = ({ groupId, clock }: GroupList, place: Pick<Place, 'time' | 'groupId'>): number => {
  // An entry of the same time is read if it is of a group that comes first; the order can be ascending or descending.
  const time = groupId < place.groupId ? place.time : place.time - 1;
  return time < 0 ? -1 : clock.latestBy(time);
};

const latest = (a: string, b: string): string => (a > b ? a : b);
const earliest = (a: string, b: string): string => (a < b ? a : b);

/** The rest of a range, when what is up to this local second was read (asc), or what is after it (desc). */
const restOf = (range: Range, local: number): Range => {
  const { low, high } = positionsBetween(local + 1, local + 1);
  return range.order === 'asc'
    ? { ...range, low: latest(range.low, low) }
    : { ...range, high: earliest(range.high, high) };
};

/** How far a group is read when a request begins. */
interface Begin {
  readonly list: GroupList;
  readonly mark: Mark | undefined;
  readonly range: Range;
  readonly after: string | undefined;
}

const beginOf = (list: GroupList, place: Place | undefined, mark: Mark | undefined): Begin => {
  if (!place) return { list, mark: undefined, range: list.range, after: undefined };
  const known = list.groupId === place.groupId ? place.at : mark;
  if (typeof known === 'string') return { list, mark: known, range: list.range, after: known };
  const local = known === undefined ? readUpTo(list, place) : place.time + known;
  return { list, mark: local, range: restOf(list.range, local), after: undefined };
};

/** How far a group is read when a request ends at `place`: never less than when it began. @returns a local second, or a position */
const endOf = ({ list, mark }: Begin, place: Pick<Place, 'time' | 'groupId' | 'at'>): Mark => {
  if (list.groupId === place.groupId) return place.at;
  const local = readUpTo(list, place);
  if (mark === undefined) return local;
  const isAscending = list.range.order === 'asc';
  if (typeof mark === 'number') return isAscending ? Math.max(mark, local) : Math.min(mark, local);
  const second = listedAtOfPosition(mark).seconds;
  return (isAscending ? local >= second : local < second) ? local : mark;
};

const placeAt = (begins: readonly Begin[], position: string): Place => {
  const place = partsOf(position);
  const marks = begins.map((begin) => {
    const mark = endOf(begin, place);
    return typeof mark === 'number' ? mark - place.time : begin.list.groupId === place.groupId ? 0 : mark;
  });
  return { ...place, marks: digestOf(begins.map(({ list }) => list)) + JSON.stringify(marks) };
};

async function* entriesOf(
  store: ViewStore,
  { list, range, after }: Begin,
  sizes: PageSizes,
): AsyncGenerator<MergedEntry, void> {
  const sources = list.partitions.map(
    (partition) => (rest: Range, limit: number) => store.page<Entry>(list.index, partition, rest, limit),
  );
  for await (const entry of merged(sources, range, after, sizes))
    yield { at: mergedPosition(list, entry.at), groupId: list.groupId, entry };
}

/**
 * A page of a merged list.
 * @param groups in the order of their ids, of one order of time
 * @param view the view of an item; undefined if the item does not match
 */
export const listMerged = async <V>(
  store: ViewStore,
  groups: readonly GroupList[],
  place: Place | undefined,
  bounds: Bounds,
  clock: Clock,
  view: (item: ViewItem) => V | undefined,
): Promise<{ readonly items: readonly V[]; readonly next?: Place }> => {
  const { id } = store.kind;
  const marks = place && marksOf(place, groups);
  const begins = groups.map((list, index) => beginOf(list, place, marks?.[index]));
  const share = Math.ceil((2 * bounds.limit) / Math.max(groups.length, 1));
  const sizes = { first: Math.min(bounds.limit, Math.max(SMALL_PAGE, share)), max: bounds.limit };
  const all = mergedLists(
    begins.map((begin) => entriesOf(store, begin, sizes)),
    groups[0]?.range.order ?? 'desc',
  );
  const page = await collect(all, bounds, async (found) => {
    const places = found.map(({ groupId, entry }) => ({ groupId, id: entry[id] ?? '' }));
    const nameOf = (groupId: string, itemId: unknown) => `${groupId}#${itemId}`;
    const items = await store.getManyOf(places, clock);
    const byName = new Map(items.map((item) => [nameOf(item.groupId, item[id]), item]));
    return found.map(({ groupId, entry }) => {
      const item = byName.get(nameOf(groupId, entry[id]));
      return item && view(item);
    });
  });
  const next = page.next === undefined ? undefined : placeAt(begins, page.next);
  return omitUndefined({ items: page.items, next });
};
