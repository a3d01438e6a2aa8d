/** A backup image, as its notifications describe it (contract NOT-2, NOT-7). */
import { INFO, type Notification } from '../../notifications/notification.ts';
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { isMoment } from '../../protocol/time-stamp.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import { usableTime } from '../primary-time/usable-time.ts';
import { clientPartition, listedAt, position } from '../views/index-keys.ts';
import { type Order, reportedBetween, reportedStatesOf, stampsOf, timelineEntry } from '../views/timeline.ts';
import type { ViewKind } from '../views/views-store.ts';

/** CREATE < UPDATE < NO_LOCAL_COPY_AVAILABLE < DELETE. An unknown operation ranks as UPDATE. */
const RANKS: ReadonlyMap<unknown, number> = new Map([
  ['CREATE', 0],
  ['UPDATE', 1],
  ['NO_LOCAL_COPY_AVAILABLE', 2],
  ['DELETE', 3],
]);
/** By the time of the event, since one message may hold a night (TRAP-3); then by rank (I-3), which decides alone without one. */
export const imageOrder: Order = ({ createdTime, operationId }) => {
  const rank = RANKS.get(operationId) ?? 1;
  return [isMoment(createdTime) ? createdTime : rank >= 2 ? Number.POSITIVE_INFINITY : 0, rank];
};

/**
 * `available`: a local copy can be restored from. `replica-only`: what is left cannot. `deleted`: nothing is left. `unknown`:
 * the last operation that decides is one that this version does not know.
 */
export const IMAGE_STATES = ['available', 'replica-only', 'deleted', 'unknown'] as const;
export type ImageState = (typeof IMAGE_STATES)[number];

/** NetBackup's fields under their own names, and computed ones. Computed times are ISO 8601 in UTC. */
export interface ImageView {
  readonly [field: string]: unknown;
  readonly groupId: string;
  readonly backupId: string;
  readonly notificationType: string;
  readonly imageState: ImageState;
  /** Whether a local copy can be restored from; null when that is unknown. */
  readonly restorable: boolean | null;
  /** `backupTime`, which NetBackup sends in UTC. */
  readonly backedUpAt?: string;
  readonly firstReportedAt: string;
  readonly lastReportedAt: string;
}

/** The state after one more operation (NOT-7). An UPDATE is no evidence of a local copy if it is known that there is none. */
const stateAfter = (before: ImageState | undefined, operation: unknown): ImageState => {
  switch (operation) {
    case 'CREATE':
      return 'available';
    case 'UPDATE':
      return before ?? 'available';
    case 'NO_LOCAL_COPY_AVAILABLE':
      return 'replica-only';
    case 'DELETE':
      return 'deleted';
    default:
      return 'unknown';
  }
};

const RESTORABLE: Readonly<Record<ImageState, boolean | null>> = {
  available: true,
  'replica-only': false,
  deleted: false,
  unknown: null,
};

/** @param reports not empty, in order. */
export const imageView = (groupId: string, backupId: string, reports: readonly Notification[]): ImageView => {
  const states = reportedStatesOf(reports);
  const { content = {}, notificationType = INFO } = states.at(-1) ?? {};
  const backupTime = usableTime(content['backupTime'], stampsOf(states).last);
  const imageState = states.reduce<ImageState | undefined>(
    (before, one) => stateAfter(before, one.content['operationId']),
    undefined,
  );
  return {
    ...content,
    groupId,
    backupId,
    notificationType,
    imageState: imageState ?? 'unknown',
    restorable: RESTORABLE[imageState ?? 'unknown'],
    ...omitUndefined({ backedUpAt: backupTime === undefined ? undefined : isoTime(backupTime * 1000) }),
    ...reportedBetween(states),
  };
};

/** `occurredAt`: `createdTime`, the time of the event (NOT-2), in UTC; absent as long as the primary's offset is not known. */
export const imageTimeline = (reports: readonly Notification[], time: PrimaryTime) =>
  reportedStatesOf(reports).map((one) => {
    const { operationId, createdTime } = one.content;
    const evidence = { notAfter: one.timeStamp };
    return {
      ...timelineEntry(one),
      operationId,
      ...omitUndefined({ occurredAt: time.utcTime(usableTime(createdTime, one.timeStamp), evidence) }),
    };
  });

/** How images are stored. */
export const IMAGES: ViewKind = {
  id: 'backupId',
  object: 'IMAGE',
  order: imageOrder,
  indexes: { 'by-time': 'groupId', 'by-client': 'client' },
  position,
  indexed(groupId, reports) {
    const { backupTime, clientName } = reports.at(-1)?.content ?? {};
    return {
      at: listedAt(backupTime, stampsOf(reportedStatesOf(reports))),
      keys: omitUndefined({ client: clientPartition(groupId, clientName) }),
    };
  },
};
