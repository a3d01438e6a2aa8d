/** A backup image, folded from its notifications (contract NOT-2, NOT-7). */
import { isoTime } from '../../platform/clock.ts';
import { isMoment } from '../../protocol/time-stamp.ts';
import { type UtcOffset, utcTime } from '../utc-offset/utc-offset.ts';
import { listedAt, partition, position } from '../views/index-keys.ts';
import { contentOf, type Rank, reportedBetween, type TimelineEvent } from '../views/timeline.ts';
import type { ViewKind } from '../views/views-store.ts';

/** CREATE < UPDATE < NO_LOCAL_COPY_AVAILABLE < DELETE (I-3). An operation we do not know says as little as an UPDATE. */
const RANKS: ReadonlyMap<unknown, number> = new Map([
  ['CREATE', 0],
  ['UPDATE', 1],
  ['NO_LOCAL_COPY_AVAILABLE', 2],
  ['DELETE', 3],
]);
export const imageRank: Rank = ({ operationId }) => RANKS.get(operationId) ?? 1;

/** `available`: a local copy can be restored from. `replica-only`: what is left cannot. `deleted`: nothing is left. */
export type ImageState = 'available' | 'replica-only' | 'deleted';
export const IMAGE_STATES: readonly ImageState[] = ['available', 'replica-only', 'deleted'];

/** NetBackup's own fields under their own names, and what we know besides. Times of ours are ISO 8601 in UTC. */
export interface ImageView {
  readonly [field: string]: unknown;
  readonly groupId: string;
  readonly backupId: string;
  readonly imageState: ImageState;
  /** Whether a local copy is left that can be restored from. */
  readonly restorable: boolean;
  /** `backupTime`, which is UTC as it comes. */
  readonly backedUpAt?: string;
  /** `createdTime` corrected to UTC (I-12); absent as long as the primary's offset is not known. */
  readonly createdAt?: string;
  readonly firstReportedAt: string;
  readonly lastReportedAt: string;
}
export interface ImageTimelineEntry {
  readonly eventId: string;
  readonly reportedAt: string;
  readonly receivedAt: string;
  readonly operationId: unknown;
}

const latestContent = (events: readonly TimelineEvent[]): Record<string, unknown> => {
  const latest = events.at(-1);
  return latest ? contentOf(latest) : {};
};

const stateOf = (operation: unknown): ImageState =>
  operation === 'DELETE' ? 'deleted' : operation === 'NO_LOCAL_COPY_AVAILABLE' ? 'replica-only' : 'available';

/** @param events not empty, in order. */
export const imageView = (
  groupId: string,
  backupId: string,
  events: readonly TimelineEvent[],
  offsets: readonly UtcOffset[] = [],
): ImageView => {
  const content = latestContent(events);
  const { backupTime } = content;
  const createdAt = utcTime(content['createdTime'], offsets);
  const imageState = stateOf(content['operationId']);
  return {
    ...content,
    groupId,
    backupId,
    imageState,
    restorable: imageState === 'available',
    ...(isMoment(backupTime) ? { backedUpAt: isoTime(backupTime * 1000) } : {}),
    ...(createdAt === undefined ? {} : { createdAt }),
    ...reportedBetween(events),
  };
};

export const imageTimeline = (events: readonly TimelineEvent[]): ImageTimelineEntry[] =>
  events.map((event) => ({
    eventId: event.eventId,
    reportedAt: isoTime(event.timeStamp * 1000),
    receivedAt: isoTime(event.receivedAt),
    operationId: contentOf(event)['operationId'],
  }));

/** How images are kept. */
export const IMAGES: ViewKind = {
  id: 'backupId',
  object: 'IMAGE',
  rank: imageRank,
  indexes: { 'by-time': 'groupId', 'by-client': 'client' },
  position,
  at: (events) => listedAt(latestContent(events)['backupTime'], events[0]?.timeStamp ?? 0),
  keys(groupId, events) {
    const client = partition(groupId, latestContent(events)['clientName']);
    return client === undefined ? {} : { client };
  },
};
