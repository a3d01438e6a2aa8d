import type { NotificationKind } from '../../wire/codec.ts';
import type { Notification } from '../nbwss/outbox.ts';
import type { Catalog } from './catalog.ts';
import { skew, withoutSkew } from './time-zone.ts';
import type { Image, Job } from './types.ts';

/** The JOB notification of a job (NOT-2), with TRAP-2's shift. */
export function jobNotification(job: Job, timeZone: string): Notification {
  const { scheduleType, clientName, status, startTime, state, policyName, parentJobId, jobId } = job;
  return {
    notificationType: 'INFO',
    object: 'JOB',
    data: {
      scheduleType,
      clientName,
      status: state === 'DONE' ? status : 0,
      startTime: startTime + skew(timeZone, startTime),
      state,
      policyName,
      parentJobId,
      jobId,
      policyType: job.policyType,
      jobType: job.jobType,
    },
  };
}

/** The IMAGE notification of an operation (NOT-2, NOT-7); `at` is its time in epoch seconds. */
export function imageNotification(
  image: Image,
  operationId: string,
  at: number,
  timeZone: string,
): Notification {
  const { clientType, clientName, backupTime, backupId } = image;
  return {
    notificationType: 'INFO',
    object: 'IMAGE',
    data: {
      clientType,
      clientName,
      backupTime,
      createdTime: at + skew(timeZone, at),
      operationId,
      backupId,
    },
  };
}

/** Updates the catalog from notifications and ignores other objects than jobs and images. Returns the jobs. */
export function recordNotifications(
  catalog: Catalog,
  kinds: readonly NotificationKind[],
  timeZone: string,
  now: number,
): Job[] {
  const jobs: Job[] = [];
  for (const { object, data } of kinds) {
    for (const item of Array.isArray(data) ? data : []) {
      const job = object === 'JOB' ? recordJob(catalog, item, timeZone, now) : undefined;
      if (job) jobs.push(job);
      if (object === 'IMAGE') recordImage(catalog, item, timeZone);
    }
  }
  return jobs;
}

function recordJob(
  catalog: Catalog,
  item: Notification['data'],
  timeZone: string,
  now: number,
): Job | undefined {
  const jobId = item['jobId'];
  if (typeof jobId !== 'number') return undefined;
  const state = String(item['state'] ?? 'ACTIVE');
  const sentTime = Number(item['startTime'] ?? now);
  const known = catalog.job(jobId);
  const startTime = withoutSkew(timeZone, sentTime);
  return catalog.putJob({
    jobId,
    parentJobId: Number(item['parentJobId'] ?? jobId),
    jobType: String(item['jobType'] ?? 'BACKUP'),
    policyName: String(item['policyName'] ?? ''),
    policyType: String(item['policyType'] ?? 'STANDARD'),
    scheduleType: String(item['scheduleType'] ?? 'ST_FULL'),
    clientName: String(item['clientName'] ?? ''),
    startTime,
    state,
    status: Number(item['status'] ?? 0),
    lastUpdateTime: now,
    kilobytes: known?.kilobytes ?? 1024 * (jobId % 4096),
    ...(state === 'DONE' && { endTime: Math.max(now, startTime) }),
  });
}

function recordImage(catalog: Catalog, item: Notification['data'], timeZone: string): void {
  const { backupId, operationId } = item;
  if (typeof backupId !== 'string') return;
  const known = catalog.image(backupId);
  if (operationId === 'DELETE') {
    catalog.deleteImage(backupId);
    return;
  }
  const createdTime = Number(item['createdTime'] ?? 0);
  const backupTime = Number(item['backupTime'] ?? 0);
  catalog.putImage({
    backupId,
    clientName: String(item['clientName'] ?? ''),
    clientType: String(item['clientType'] ?? 'STANDARD'),
    backupTime,
    createdTime: known?.createdTime ?? withoutSkew(timeZone, createdTime),
    policyName: known?.policyName ?? '',
    scheduleType: known?.scheduleType ?? 'ST_FULL',
    kilobytes: known?.kilobytes ?? 1024 * (backupTime % 4096),
    expiration: known?.expiration ?? backupTime + 30 * 86_400,
    copies: operationId === 'NO_LOCAL_COPY_AVAILABLE' ? 0 : 1,
  });
}
