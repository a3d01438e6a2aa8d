/** A backup image, as its notifications describe it (contract NOT-2, NOT-7). */
import type { Notification } from '../../notifications/notification.ts';
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type PrimaryTime, UNKNOWN_TIME } from '../primary-time/primary-time.ts';
import { usableTime } from '../primary-time/usable-time.ts';
import { listedAt, partition, position } from '../views/index-keys.ts';
import { type Rank, reportedBetween, timelineEntry } from '../views/timeline.ts';
import type { ViewKind } from '../views/views-store.ts';

/** CREATE < UPDATE < NO_LOCAL_COPY_AVAILABLE < DELETE (I-3). An unknown operation ranks as UPDATE. */
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

/** NetBackup's fields under their own names, and computed ones. Computed times are ISO 8601 in UTC. */
export interface ImageView {
  readonly [field: string]: unknown;
  readonly groupId: string;
  readonly backupId: string;
  readonly imageState: ImageState;
  /** Whether a local copy can be restored from. */
  readonly restorable: boolean;
  /** `backupTime`, which NetBackup sends in UTC. */
  readonly backedUpAt?: string;
  /** `createdTime` corrected to UTC (I-12); absent as long as the primary's offset is not known. */
  readonly createdAt?: string;
  readonly firstReportedAt: string;
  readonly lastReportedAt: string;
}

const latestContent = (events: readonly Notification[]): Notification['content'] =>
  events.at(-1)?.content ?? {};

const stateOf = (operation: unknown): ImageState =>
  operation === 'DELETE' ? 'deleted' : operation === 'NO_LOCAL_COPY_AVAILABLE' ? 'replica-only' : 'available';

/** @param events not empty, in order. */
export const imageView = (
  groupId: string,
  backupId: string,
  events: readonly Notification[],
  time: PrimaryTime = UNKNOWN_TIME,
): ImageView => {
  const content = latestContent(events);
  const backupTime = usableTime(content['backupTime'], events.at(-1)?.timeStamp ?? 0);
  const imageState = stateOf(content['operationId']);
  return {
    ...content,
    groupId,
    backupId,
    imageState,
    restorable: imageState === 'available',
    ...omitUndefined({
      backedUpAt: backupTime === undefined ? undefined : isoTime(backupTime * 1000),
      createdAt: time.utcTime(content['createdTime']),
    }),
    ...reportedBetween(events),
  };
};

export const imageTimeline = (events: readonly Notification[]) =>
  events.map((event) => ({ ...timelineEntry(event), operationId: event.content['operationId'] }));

/** How images are stored. */
export const IMAGES: ViewKind = {
  id: 'backupId',
  object: 'IMAGE',
  rank: imageRank,
  indexes: { 'by-time': 'groupId', 'by-client': 'client' },
  position,
  at: (events) => listedAt(latestContent(events)['backupTime'], events),
  keys(groupId, events) {
    return omitUndefined({ client: partition(groupId, latestContent(events)['clientName']) });
  },
};
