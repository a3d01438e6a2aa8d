/** What NetBackup reports, and the projection of it in memory. */
import { imageView } from '../../lambdas/notifications/image.ts';
import { jobView } from '../../lambdas/notifications/job.ts';
import { type ProjectContext, project } from '../../lambdas/notifications/projector.ts';
import { QuarantineStore } from '../../lambdas/notifications/quarantine.ts';
import { IMAGES, JOBS, type ViewItem, ViewStore } from '../../lambdas/notifications/views-store.ts';
import type { BusEvent } from '../../lambdas/platform/bus.ts';
import { fakeLog } from './fakes.ts';
import { MemoryDynamodb } from './memory-dynamodb.ts';

export const RECEIVED_AT = 1_700_000_100_000;

/** The text of a NOTIFICATION REQUEST. */
export const notificationText = (payload: unknown, timeStamp: unknown = 1_700_000_000, id = 'A'): string =>
  JSON.stringify({ version: '1.0', id, type: 'NOTIFICATION', subType: 'REQUEST', timeStamp, payload });
export const jobs = (...data: unknown[]) => ({ notificationType: 'INFO', object: 'JOB', data });
export const images = (...data: unknown[]) => ({ notificationType: 'INFO', object: 'IMAGE', data });
export const source = (text: string, receivedAt = RECEIVED_AT) => ({ groupId: 'demo', text, receivedAt });

/** The projector with its tables, and what it published. */
export const projection = () => {
  const dynamodb = new MemoryDynamodb({
    jobs: { key: ['groupId', 'jobId'], indexes: { 'by-time': ['groupId', 'startTime'] } },
    images: { key: ['groupId', 'backupId'], indexes: { 'by-time': ['groupId', 'backupTime'] } },
    quarantine: { key: ['groupId', 'arrival'] },
  });
  const published: BusEvent[] = [];
  const log = fakeLog();
  const context: ProjectContext = {
    jobs: new ViewStore(dynamodb.client, 'jobs', JOBS),
    images: new ViewStore(dynamodb.client, 'images', IMAGES),
    quarantine: new QuarantineStore(dynamodb.client, 'quarantine'),
    bus: { publish: async (events) => void published.push(...events) },
    retentionDays: 400,
    log,
  };
  const byId = (views: [string | number, object][]) => Object.fromEntries(views.sort());
  return {
    dynamodb,
    published,
    log,
    context,
    /** Projects messages one after the other. */
    play: async (texts: readonly string[], receivedAt = RECEIVED_AT) => {
      for (const text of texts) await project(context, source(text, receivedAt));
    },
    jobViews: () =>
      byId(
        dynamodb
          .items<ViewItem & { jobId: number }>('jobs')
          .map((item) => [item.jobId, jobView('demo', item.jobId, item.events)]),
      ),
    imageViews: () =>
      byId(
        dynamodb
          .items<ViewItem & { backupId: string }>('images')
          .map((item) => [item.backupId, imageView('demo', item.backupId, item.events)]),
      ),
    quarantined: () => dynamodb.items<{ reason: string; text: string; eventId: string }>('quarantine'),
  };
};
