/** Applies notifications to views and bus (I-3): views first, then events; only then the message counts as processed. */

import {
  type ImageNotification,
  type Interpretation,
  type JobNotification,
  notUsable,
  type QuarantinedPart,
  type StoredMessage,
} from '../notifications/notification.ts';
import type { QuarantineStore } from '../notifications/quarantine-store.ts';
import type { Bus, BusEvent } from '../platform/bus/bus.ts';
import { forEachInParallel, groupBy } from '../platform/collections.ts';
import type { Log } from '../platform/logger.ts';
import { isTransient } from '../platform/unavailable.ts';
import { backupOf, type ClientBackup } from './backups/backup.ts';
import type { BackupsStore, RecordedBackups } from './backups/backups-store.ts';
import { eventsOfJob, imageEvent, quarantineEvent } from './bus-events.ts';
import { runsOf } from './jobs/runs.ts';
import type { UtcOffsetLearner } from './primary-time/utc-offset-learner.ts';
import type { EvaluateRecorded } from './problems/evaluate-recorded.ts';
import { type ReportedState, reportedStatesOf, statesToPublish } from './views/timeline.ts';
import type { ViewId, ViewStore } from './views/views-store.ts';

export interface ApplyContext {
  readonly jobs: Pick<ViewStore, 'readStored' | 'record'>;
  readonly images: Pick<ViewStore, 'readStored' | 'record'>;
  readonly backups: Pick<BackupsStore, 'record'>;
  readonly quarantine: Pick<QuarantineStore, 'add'>;
  readonly offsets: Pick<UtcOffsetLearner, 'learnFrom'>;
  /** Finds problems of the backups that were recorded. */
  readonly evaluate: EvaluateRecorded;
  readonly bus: Bus;
  readonly retentionDays: number;
  readonly log: Log;
}

/** The group, and when the message arrived (epoch ms). */
export type Origin = Pick<StoredMessage, 'groupId' | 'receivedAt'>;

/** Whether DynamoDB will never accept a write; any other error may go away. */
const isRefusal = (error: unknown): boolean => error instanceof Error && error.name === 'ValidationException';

interface Recorded {
  /** What DynamoDB will never accept: it must not stop the other notifications. */
  readonly refused: QuarantinedPart[];
  readonly events: BusEvent[];
}

/**
 * Each job or image is written once for the whole message.
 * @param onRecorded gets all its states, and those that the message reports; returns the events to publish
 */
const recordViews = async <T extends JobNotification | ImageNotification>(
  views: ApplyContext['jobs'],
  { groupId, retentionDays }: { readonly groupId: string; readonly retentionDays: number },
  byId: ReadonlyMap<ViewId, readonly T[]>,
  onRecorded: (id: ViewId, all: readonly ReportedState[], received: readonly ReportedState[]) => BusEvent[],
): Promise<Recorded> => {
  const stored = await views.readStored(groupId, [...byId.keys()]);
  const refused: QuarantinedPart[] = [];
  const events = new Map<ViewId, BusEvent[]>();
  await forEachInParallel([...byId], async ([id, notifications]) => {
    try {
      const reports = await views.record(groupId, id, notifications, retentionDays, stored);
      const states = reportedStatesOf(reports);
      events.set(id, onRecorded(id, states, statesToPublish(states, notifications)));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      refused.push(...notifications.map((one) => notUsable(groupId, 'cannot-be-stored', one)));
    }
  });
  return { refused, events: [...byId.keys()].flatMap((id) => events.get(id) ?? []) };
};

/** The jobs, and the finished backups among them. */
const recordJobs = async (
  { jobs, backups, retentionDays }: ApplyContext,
  { groupId, receivedAt }: Origin,
  notifications: readonly Interpretation[],
): Promise<Recorded & { readonly recorded: RecordedBackups | undefined }> => {
  const finished: ClientBackup[] = [];
  const byId = groupBy(
    notifications.filter((one) => one.kind === 'JOB'),
    ({ jobId }) => jobId,
  );
  const views = await recordViews(jobs, { groupId, retentionDays }, byId, (id, all, received) => {
    const jobId = Number(id);
    finished.push(...runsOf(all).flatMap(({ latest }) => backupOf(jobId, latest) ?? []));
    return eventsOfJob(groupId, jobId, all, received);
  });
  if (finished.length === 0) return { ...views, recorded: undefined };
  const recorded = await backups.record(groupId, finished, receivedAt, retentionDays);
  return { ...views, recorded };
};

const recordImages = (
  { images, retentionDays }: ApplyContext,
  { groupId }: Origin,
  notifications: readonly Interpretation[],
): Promise<Recorded> => {
  const byId = groupBy(
    notifications.filter((one) => one.kind === 'IMAGE'),
    ({ backupId }) => backupId,
  );
  return recordViews(images, { groupId, retentionDays }, byId, (id, _, received) =>
    received.map((state) => imageEvent(groupId, String(id), state)),
  );
};

const learnOffset = async (
  { offsets, log }: ApplyContext,
  groupId: string,
  notifications: readonly Interpretation[],
): Promise<void> => {
  try {
    await offsets.learnFrom(groupId, notifications);
  } catch (error) {
    // The next message shows the offset again: no notification waits for this.
    log.error('utc-offset-not-stored', error, { groupId });
  }
};

const findProblems = async (
  { evaluate, log }: ApplyContext,
  groupId: string,
  recorded: RecordedBackups,
): Promise<void> => {
  try {
    await evaluate(groupId, recorded);
  } catch (error) {
    if (isTransient(error)) throw error;
    // The group is evaluated again from time to time: no notification is quarantined for this.
    log.error('problems-not-evaluated', error, { groupId });
  }
};

/**
 * Applies the notifications of one message. It may be repeated: what was applied before changes nothing.
 * @returns what was interpreted and could not be stored; it is in quarantine
 * @throws when storage or the bus fails
 */
export const applyNotifications = async (
  context: ApplyContext,
  origin: Origin,
  notifications: readonly Interpretation[],
): Promise<QuarantinedPart[]> => {
  const { groupId } = origin;
  const { quarantine, bus, retentionDays, log } = context;
  const jobs = await recordJobs(context, origin, notifications);
  const images = await recordImages(context, origin, notifications);
  const refused = [...jobs.refused, ...images.refused];
  // One message may repeat a part thousands of times: it is quarantined and published once.
  const parts = [...notifications.filter((one) => one.kind === 'QUARANTINE'), ...refused];
  const distinct = [...new Map(parts.map((one) => [one.eventId, one])).values()];
  await forEachInParallel(distinct, async (one) => {
    await quarantine.add(groupId, one, retentionDays);
    log.warn('notification-quarantined', { groupId, reason: one.reason, eventId: one.eventId });
  });
  await learnOffset(context, groupId, notifications);
  const quarantined = distinct.map((one) => quarantineEvent(groupId, one));
  await bus.publish([...jobs.events, ...images.events, ...quarantined]);
  if (jobs.recorded) await findProblems(context, groupId, jobs.recorded);
  return refused;
};
