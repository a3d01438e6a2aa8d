/** A finished backup job of one client under one policy, as the Backups table stores it. Pure. */
import type { Notification } from '../../notifications/notification.ts';
import { isDone, parentOf, statusOf } from '../jobs/job-state.ts';
import { usableTime } from '../primary-time/usable-time.ts';

/** The types of jobs that produce a backup; stored by their index. */
export const BACKUP_TYPES = ['BACKUP', 'DBBACKUP', 'ARCHIVE', 'SNAPSHOT'] as const;
export type BackupType = (typeof BACKUP_TYPES)[number];

export interface Backup {
  readonly jobId: number;
  /** Its own id at the root. */
  readonly parentJobId: number;
  readonly jobType: BackupType;
  /** NetBackup's `startTime` as sent (I-12); 0 if it is not usable. */
  readonly startTime: number;
  /** Epoch seconds at which NetBackup reported DONE. */
  readonly endedAt: number;
  readonly status: number;
  /** Whether its schedule is a full one. */
  readonly isFull: boolean;
  /** Whether another job named it as its parent. */
  readonly isParent: boolean;
}
/** What backups are counted by: a client under a policy. */
export interface ClientPolicy {
  readonly clientName: string;
  readonly policyName: string;
}
export interface ClientBackup extends Backup, ClientPolicy {}

const backupType = (jobType: unknown): BackupType | undefined =>
  BACKUP_TYPES.find((type) => typeof jobType === 'string' && type === jobType.toUpperCase());

/** Its vocabularies are several: `ST_FULL`, `FULL`, `FULL_BACKUP`. */
const isFullSchedule = (scheduleType: unknown): boolean =>
  typeof scheduleType === 'string' && /^(ST_)?FULL(_BACKUP)?$/i.test(scheduleType);

/**
 * A run of a job as a backup; undefined for any other job, and for one that is not finished.
 * @param latest its latest state
 */
export const backupOf = (
  jobId: number,
  { content, timeStamp }: Pick<Notification, 'content' | 'timeStamp'>,
): ClientBackup | undefined => {
  const { clientName, policyName, startTime, scheduleType } = content;
  const jobType = backupType(content['jobType']);
  const status = statusOf(content);
  if (!isDone(content) || jobType === undefined || typeof status !== 'number') return undefined;
  if (typeof clientName !== 'string' || clientName === '' || typeof policyName !== 'string') return undefined;
  return {
    jobId,
    parentJobId: parentOf(content, jobId),
    jobType,
    startTime: usableTime(startTime, timeStamp) ?? 0,
    endedAt: timeStamp,
    status,
    isFull: isFullSchedule(scheduleType),
    isParent: false,
    // DynamoDB refuses a lone surrogate.
    clientName: clientName.toWellFormed(),
    policyName: policyName.toWellFormed(),
  };
};

/** Names a client under a policy. Client names differ in the case of letters between jobs of one client. */
export const clientPolicyKey = (clientName: unknown, policyName: unknown): string =>
  JSON.stringify([String(clientName ?? '').toLowerCase(), String(policyName ?? '')]);

/** The time by which backups are ordered. Their starts are local times, which is near enough. */
export const orderTime = ({ startTime, endedAt }: Backup): number => (startTime > 0 ? startTime : endedAt);

const FULL = 1;
const PARENT = 2;

const digits = (value: number): string => value.toString(36);
const number = (text: string | undefined): number => Number.parseInt(text ?? '', 36);

/** Some 25 bytes each, since an item above 1 KB costs another write unit: numbers in base 36, related ones as differences. */
export const packBackups = (backups: readonly Backup[]): string =>
  backups
    .map(({ jobId, parentJobId, startTime, endedAt, status, jobType, isFull, isParent }) =>
      [
        jobId,
        parentJobId - jobId,
        endedAt,
        startTime === 0 ? '' : startTime - endedAt,
        status,
        BACKUP_TYPES.indexOf(jobType) * 4 + (isFull ? FULL : 0) + (isParent ? PARENT : 0),
      ]
        .map((value) => (typeof value === 'number' ? digits(value) : value))
        .join(','),
    )
    .join(' ');

export const unpackBackups = (text: string): Backup[] =>
  text
    .split(' ')
    .filter((row) => row !== '')
    .map((row) => {
      const [jobId, parent, ended, started, status, flags] = row.split(',');
      const bits = number(flags);
      const endedAt = number(ended);
      return {
        jobId: number(jobId),
        parentJobId: number(jobId) + number(parent),
        jobType: BACKUP_TYPES[Math.floor(bits / 4)] ?? 'BACKUP',
        startTime: started === '' ? 0 : endedAt + number(started),
        endedAt,
        status: number(status),
        isFull: (bits & FULL) !== 0,
        isParent: (bits & PARENT) !== 0,
      };
    });
