/**
 * The latest backups of each client under each policy: what "last good backup" is answered from, however long ago that was.
 * A set that merges like a timeline does, so that any order and any number of deliveries come out alike (I-3). Pure.
 */

import { isTimeStamp } from '../../protocol/time-stamp.ts';
import { latestOf, outcomeOf, parentOf, statusOf } from '../jobs/job.ts';
import type { TimelineEvent } from '../views/timeline.ts';

/** One finished backup job. */
export interface Backup {
  readonly jobId: number;
  /** Equal to `jobId` at the root of a tree. */
  readonly parentJobId: number;
  /** NetBackup's `startTime` as it came (I-12). */
  readonly startTime: number;
  readonly status: number;
}
export interface ClientBackup extends Backup {
  readonly clientName: string;
  readonly policyName: string;
}

/** Job types that make a backup. */
const TYPES: readonly unknown[] = ['BACKUP', 'DBBACKUP', 'ARCHIVE'];

/** What is kept of the good ones, and of the others: a snapshot and its backup share client and policy. */
const KEPT = 4;

export const isGood = ({ status }: Pick<Backup, 'status'>): boolean => status === 0 || status === 1;

/** The finished backup that a job is, if it is one. @param events not empty, in order */
export const backupOf = (jobId: number, events: readonly TimelineEvent[]): ClientBackup | undefined => {
  const latest = latestOf(events);
  const content = latest ? (JSON.parse(latest.content) as Readonly<Record<string, unknown>>) : {};
  const { jobType, clientName, policyName, startTime } = content;
  const status = statusOf(content);
  if (outcomeOf(content) === 'running' || !TYPES.includes(jobType)) return undefined;
  if (typeof clientName !== 'string' || clientName === '' || typeof policyName !== 'string') return undefined;
  if (!isTimeStamp(startTime) || typeof status !== 'number') return undefined;
  const parentJobId = parentOf(content, jobId);
  // A lone surrogate has no UTF-8: no table takes it.
  const names = { clientName: clientName.toWellFormed(), policyName: policyName.toWellFormed() };
  return { jobId, parentJobId, startTime, status, ...names };
};

const later = (a: Backup, b: Backup): number => b.startTime - a.startTime || b.jobId - a.jobId;

/** What is kept of all that is known of one client and policy. Whatever has a child in it is no backup of its own (TRAP-7). */
export const latestBackups = (known: readonly Backup[], said: readonly Backup[]): Backup[] => {
  const byId = new Map([...known, ...said].map((one) => [one.jobId, one]));
  const all = [...byId.values()].sort(later);
  return [...all.filter(isGood).slice(0, KEPT), ...all.filter((one) => !isGood(one)).slice(0, KEPT)].sort(
    later,
  );
};

/** The last good leaf. @param parents every job that is known to have children */
export const lastGood = (backups: readonly Backup[], parents: ReadonlySet<number>): Backup | undefined =>
  backups.find((one) => isGood(one) && !parents.has(one.jobId));

/** Jobs that have a child among these. */
export const parentsAmong = (backups: readonly Backup[]): number[] =>
  backups.flatMap(({ jobId, parentJobId }) => (parentJobId === jobId ? [] : [parentJobId]));
