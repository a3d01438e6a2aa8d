/**
 * The latest backups of each client under each policy, from which the last good one is found, however old. They merge like a
 * timeline: any order and any number of deliveries give the same result (I-3). Pure.
 */

import type { Notification } from '../../notifications/notification.ts';
import { latestOf, outcomeOf, outcomeOfStatus, parentOf, statusOf } from '../jobs/job.ts';
import type { TreePlace } from '../jobs/leaves.ts';
import { usableTime } from '../primary-time/usable-time.ts';

/** One finished backup job. */
export interface Backup extends TreePlace {
  /** NetBackup's `startTime` as sent (I-12); 0 if it is not usable. */
  readonly startTime: number;
  readonly status: number;
}
export interface ClientBackup extends Backup {
  readonly clientName: string;
  readonly policyName: string;
}

/** The types of jobs that produce a backup. */
const BACKUP_TYPES: readonly unknown[] = ['BACKUP', 'DBBACKUP', 'ARCHIVE'];

/** How many good ones and how many others are stored: a snapshot and its backup share client and policy. */
const MAX_STORED = 4;

export const isGood = ({ status }: Backup): boolean => outcomeOfStatus(status) !== 'failed';

/** The job as a backup; undefined for any other job, and for one that is not finished. @param events not empty, in order */
export const backupOf = (jobId: number, events: readonly Notification[]): ClientBackup | undefined => {
  const content = latestOf(events)?.content ?? {};
  const { jobType, clientName, policyName } = content;
  const startTime = usableTime(content['startTime'], events.at(-1)?.timeStamp ?? 0) ?? 0;
  const status = statusOf(content);
  if (outcomeOf(content) === 'running' || !BACKUP_TYPES.includes(jobType)) return undefined;
  if (typeof clientName !== 'string' || clientName === '' || typeof policyName !== 'string') return undefined;
  if (typeof status !== 'number') return undefined;
  const parentJobId = parentOf(content, jobId);
  // DynamoDB refuses a lone surrogate.
  const names = { clientName: clientName.toWellFormed(), policyName: policyName.toWellFormed() };
  return { jobId, parentJobId, startTime, status, ...names };
};

const later = (a: Backup, b: Backup): number => b.startTime - a.startTime || b.jobId - a.jobId;

/** The backups of one client and policy that are stored: the latest, parents included. */
export const latestBackups = (known: readonly Backup[], received: readonly Backup[]): Backup[] => {
  const byId = new Map([...known, ...received].map((one) => [one.jobId, one]));
  const all = [...byId.values()].sort(later);
  const others = all.filter((one) => !isGood(one));
  return [...all.filter(isGood).slice(0, MAX_STORED), ...others.slice(0, MAX_STORED)].sort(later);
};

/** The last good leaf. @param parents of {@link parentsAmong} all backups of the group */
export const lastGood = (backups: readonly Backup[], parents: ReadonlySet<number>): Backup | undefined =>
  backups.find((one) => isGood(one) && !parents.has(one.jobId));
