/** Turns what was said into views and events (I-3): views first, then events, then it counts as processed. */

import {
  type Interpreted,
  interpret,
  type Source,
  type Uninterpreted,
  unstorable,
} from '../notifications/interpret.ts';
import type { QuarantineStore } from '../notifications/quarantine-store.ts';
import type { Bus } from '../platform/bus.ts';
import { forEachInParallel, groupBy } from '../platform/collections.ts';
import type { Log } from '../platform/logger.ts';
import { busEventsOf } from './bus-events.ts';
import type { BackupsStore } from './summary/backups-store.ts';
import { backupOf, type ClientBackup } from './summary/protection.ts';
import type { UtcOffsetLearner } from './utc-offset/utc-offset-learner.ts';
import type { TimelineEvent } from './views/timeline.ts';
import type { ViewStore } from './views/views-store.ts';

export interface ProjectContext {
  readonly jobs: Pick<ViewStore, 'known' | 'record'>;
  readonly images: Pick<ViewStore, 'known' | 'record'>;
  readonly backups: Pick<BackupsStore, 'record'>;
  readonly quarantine: Pick<QuarantineStore, 'keep'>;
  readonly offsets: Pick<UtcOffsetLearner, 'learnFrom'>;
  readonly bus: Bus;
  readonly retentionDays: number;
  readonly log: Log;
}

/** Whose it is, and when it came (epoch ms). */
type Origin = Pick<Source, 'groupId' | 'receivedAt'>;
type Understood = Exclude<Interpreted, Uninterpreted>;

const timelineEvent = ({ eventId, timeStamp, receivedAt, content }: TimelineEvent): TimelineEvent => ({
  eventId,
  timeStamp,
  receivedAt,
  content,
});

/** Writes of which DynamoDB says that it will never take them; anything else may succeed the next time. */
const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'ValidationException';

type Views = ProjectContext['jobs'];

/**
 * Each job or image is written once for the whole message.
 * @param recorded told of each one what is now known of it
 * @returns what no table would ever take: it must not hold up its neighbours
 */
const recordViews = async <T extends Understood>(
  views: Views,
  { groupId, retentionDays }: { readonly groupId: string; readonly retentionDays: number },
  byId: ReadonlyMap<string | number, readonly T[]>,
  recorded: (id: string | number, events: readonly TimelineEvent[]) => void,
): Promise<Uninterpreted[]> => {
  const known = await views.known(groupId, [...byId.keys()]);
  const refused: Uninterpreted[] = [];
  await forEachInParallel([...byId], async ([id, said]) => {
    try {
      recorded(id, await views.record(groupId, id, said.map(timelineEvent), retentionDays, known));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused.push(...said.map((one) => unstorable(groupId, one)));
    }
  });
  return refused;
};

/** The jobs, and what they say of their clients' backups. */
const recordJobs = async (
  { jobs, backups, retentionDays }: ProjectContext,
  { groupId, receivedAt }: Origin,
  said: readonly Interpreted[],
): Promise<Uninterpreted[]> => {
  const finished: ClientBackup[] = [];
  const byId = groupBy(
    said.filter((one) => one.kind === 'JOB'),
    ({ jobId }) => jobId,
  );
  const refused = await recordViews(jobs, { groupId, retentionDays }, byId, (id, events) => {
    const backup = backupOf(Number(id), events);
    if (backup) finished.push(backup);
  });
  await backups.record(groupId, finished, receivedAt, retentionDays);
  return refused;
};

const recordImages = (
  { images, retentionDays }: ProjectContext,
  { groupId }: Origin,
  said: readonly Interpreted[],
): Promise<Uninterpreted[]> => {
  const byId = groupBy(
    said.filter((one) => one.kind === 'IMAGE'),
    ({ backupId }) => backupId,
  );
  return recordViews(images, { groupId, retentionDays }, byId, () => {});
};

const learnOffset = async (
  { offsets, log }: ProjectContext,
  groupId: string,
  said: readonly Interpreted[],
): Promise<void> => {
  try {
    await offsets.learnFrom(groupId, said);
  } catch (error) {
    // The next message tells it again: no notification waits for this.
    log.error('utc-offset-not-stored', error, { groupId });
  }
};

/**
 * Brings to the views and to the bus what was said. All of it may be done again: what was done already changes nothing.
 * @returns what was interpreted and yet could not be stored; it is in quarantine
 * @throws when storage or the bus fails
 */
export const applyNotifications = async (
  context: ProjectContext,
  origin: Origin,
  said: readonly Interpreted[],
): Promise<Uninterpreted[]> => {
  const { groupId } = origin;
  const { quarantine, bus, retentionDays, log } = context;
  const refused = [
    ...(await recordJobs(context, origin, said)),
    ...(await recordImages(context, origin, said)),
  ];
  // One message may say the same thing thousands of times: it is set aside, and published, once.
  const distinct = [...new Map([...said, ...refused].map((one) => [one.eventId, one])).values()];
  await forEachInParallel(
    distinct.filter((one) => one.kind === 'QUARANTINE'),
    async (one) => {
      await quarantine.keep(groupId, one, retentionDays);
      log.warn('notification-quarantined', { groupId, reason: one.reason, eventId: one.eventId });
    },
  );
  await learnOffset(context, groupId, said);
  await bus.publish(distinct.flatMap((one) => busEventsOf(groupId, one)));
  return refused;
};

/** One journal entry. @throws when storage or the bus fails: the record is delivered again */
export const project = async (context: ProjectContext, source: Source): Promise<void> => {
  await applyNotifications(context, source, interpret(source));
};
