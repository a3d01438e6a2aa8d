/** A backup image, folded from its notifications (contract NOT-2, NOT-7). */
import { isoTime } from '../platform/clock.ts';
import { contentOf, type Rank, reportedBetween, type TimelineEvent } from './timeline.ts';

/** CREATE < UPDATE < NO_LOCAL_COPY_AVAILABLE < DELETE (I-3). An operation we do not know says as little as an UPDATE. */
const RANKS: ReadonlyMap<unknown, number> = new Map([
  ['CREATE', 0],
  ['UPDATE', 1],
  ['NO_LOCAL_COPY_AVAILABLE', 2],
  ['DELETE', 3],
]);
export const imageRank: Rank = ({ operationId }) => RANKS.get(operationId) ?? 1;

/** NetBackup's own fields under their own names, and what we know besides. Times of ours are ISO 8601 in UTC. */
export interface ImageView {
  readonly [field: string]: unknown;
  readonly groupId: string;
  readonly backupId: string;
  /** Whether a local copy is left that can be restored from. */
  readonly restorable: boolean;
  readonly firstReportedAt: string;
  readonly lastReportedAt: string;
}
export interface ImageTimelineEntry {
  readonly eventId: string;
  readonly reportedAt: string;
  readonly operationId: unknown;
}

/** @param events not empty, in order. */
export const imageView = (groupId: string, backupId: string, events: readonly TimelineEvent[]): ImageView => {
  const latest = events.at(-1);
  const content = latest ? contentOf(latest) : {};
  const operation = content['operationId'];
  return {
    ...content,
    groupId,
    backupId,
    restorable: operation !== 'DELETE' && operation !== 'NO_LOCAL_COPY_AVAILABLE',
    ...reportedBetween(events),
  };
};

export const imageTimeline = (events: readonly TimelineEvent[]): ImageTimelineEntry[] =>
  events.map((event) => ({
    eventId: event.eventId,
    reportedAt: isoTime(event.timeStamp * 1000),
    operationId: contentOf(event)['operationId'],
  }));
