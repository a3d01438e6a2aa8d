/** Notifications, and the views and events that they lead to, in memory. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GroupsStore } from '../../lambdas/groups/groups-store.ts';
import { interpret } from '../../lambdas/notifications/interpret.ts';
import type { Interpretation } from '../../lambdas/notifications/notification.ts';
import { QuarantineStore } from '../../lambdas/notifications/quarantine-store.ts';
import type { Bus, BusEvent } from '../../lambdas/platform/bus/bus.ts';
import type { Log } from '../../lambdas/platform/logger.ts';
import { applyMessage } from '../../lambdas/reports/apply-message.ts';
import { BackupsStore } from '../../lambdas/reports/backups/backups-store.ts';
import { eventsOfJob, imageEvent, quarantineEvent } from '../../lambdas/reports/bus-events.ts';
import { IMAGES, type ImageView, imageView } from '../../lambdas/reports/images/image.ts';
import { JOBS, type JobView, jobView } from '../../lambdas/reports/jobs/job.ts';
import { UtcOffsetLearner } from '../../lambdas/reports/primary-time/utc-offset-learner.ts';
import type { EvaluateRecorded } from '../../lambdas/reports/problems/evaluate-recorded.ts';
import { reportedStatesOf } from '../../lambdas/reports/views/timeline.ts';
import { type ViewItem, ViewStore } from '../../lambdas/reports/views/views-store.ts';
import { fakeBus, fakeClock, fakeLog } from './fakes.ts';
import { MemoryDynamodb } from './memory-dynamodb.ts';

export const RECEIVED_AT = 1_700_000_100_000;

/** The text of a NOTIFICATION REQUEST. */
export const notificationText = (payload: unknown, timeStamp: unknown = 1_700_000_000, id = 'A'): string =>
  JSON.stringify({ version: '1.0', id, type: 'NOTIFICATION', subType: 'REQUEST', timeStamp, payload });
export const jobs = (...data: unknown[]) => ({ notificationType: 'INFO', object: 'JOB', data });
export const images = (...data: unknown[]) => ({ notificationType: 'INFO', object: 'IMAGE', data });
export const storedMessage = (text: string, receivedAt = RECEIVED_AT) => ({
  groupId: 'demo',
  text,
  receivedAt,
});

export const interpretText = (text: string, receivedAt?: number) =>
  interpret(storedMessage(text, receivedAt));

/** The events of one notification that is the first of its job or image. */
export const eventsOf = (one: Interpretation): BusEvent[] => {
  if (one.kind === 'QUARANTINE') return [quarantineEvent('demo', one)];
  const states = reportedStatesOf([one]);
  if (one.kind === 'JOB') return eventsOfJob('demo', one.jobId, states, states);
  return states.map((state) => imageEvent('demo', one.backupId, state));
};

export const VIEW_TABLES = {
  jobs: {
    key: ['groupId', 'jobId'],
    indexes: {
      'by-outcome': ['outcome', 'at'],
      'by-client': ['client', 'at'],
      'by-policy': ['policy', 'at'],
      'by-parent': ['parent', 'at'],
    },
  },
  images: {
    key: ['groupId', 'backupId'],
    indexes: { 'by-time': ['groupId', 'at'], 'by-client': ['client', 'at'] },
  },
  quarantine: { key: ['groupId', 'eventId'], indexes: { 'by-arrival': ['groupId', 'arrival'] } },
  backups: { key: ['groupId', 'clientPolicy'] },
} as const;

/** The context for applying notifications, on tables of these names. */
export const projectionOn = (
  client: DynamoDBClient,
  log: Log,
  bus: Bus,
  evaluate: EvaluateRecorded = async () => {},
) => ({
  jobs: new ViewStore(client, 'jobs', JOBS),
  images: new ViewStore(client, 'images', IMAGES),
  backups: new BackupsStore(client, 'backups'),
  quarantine: new QuarantineStore(client, 'quarantine'),
  offsets: new UtcOffsetLearner(new GroupsStore(client, 'groups'), fakeClock()),
  bus,
  evaluate,
  retentionDays: 400,
  log,
});

/** Applies notifications to tables in memory, and records the published events. */
export const projection = () => {
  const dynamodb = new MemoryDynamodb({ ...VIEW_TABLES, groups: { key: ['groupId'] } });
  dynamodb.set('groups', { groupId: 'demo', kind: 'group', createdAt: 0, epoch: 0 });
  const { client } = dynamodb;
  const clock = fakeClock();
  const log = fakeLog();
  const bus = fakeBus();
  const context = projectionOn(client, log, bus);
  const stored = async (kind: 'jobs' | 'images'): Promise<ViewItem[]> => {
    const ids = dynamodb
      .items<{ jobId?: number; backupId?: string }>(kind)
      .map((item) => item.jobId ?? item.backupId ?? '');
    const items = await context[kind].getMany('demo', ids, clock);
    return items.sort((a, b) => (a.at < b.at ? -1 : 1));
  };
  return {
    dynamodb,
    published: bus.published,
    log,
    context,
    stored,
    /** Applies messages one after the other. */
    play: async (texts: readonly string[], receivedAt = RECEIVED_AT) => {
      for (const text of texts) await applyMessage(context, storedMessage(text, receivedAt));
    },
    jobViews: async (): Promise<Record<string, JobView>> => {
      const views = (await stored('jobs')).map(({ jobId = -1, events }) => [
        jobId,
        jobView('demo', jobId, events),
      ]);
      return Object.fromEntries(views);
    },
    imageViews: async (): Promise<Record<string, ImageView>> => {
      const items = await stored('images');
      return Object.fromEntries(
        items.map(({ backupId = '', events }) => [backupId, imageView('demo', backupId, events)]),
      );
    },
    quarantined: () => dynamodb.items<{ reason: string; text: string; eventId: string }>('quarantine'),
  };
};
