/** When backups and jobs began, in UTC. Pure. */
import type { JobView } from '../jobs/job.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import type { Backup } from './backup.ts';

/** When a backup began, epoch seconds in UTC; as sent while the offset is unknown, and its end if it has no usable start. */
export const beganAt = ({ startTime, endedAt }: Backup, time: PrimaryTime): number =>
  startTime > 0 ? (time.utcSeconds(startTime, { notAfter: endedAt }) ?? startTime) : endedAt;

/** Whether a job that has not ended began later than a backup. A queued job may have no start yet: then its first report counts. */
export const isLater = (job: JobView, backup: Backup, time: PrimaryTime): boolean => {
  const startTime = Number(job['startTime'] ?? 0);
  if (startTime > 0 && backup.startTime > 0) return startTime >= backup.startTime;
  return Date.parse(job.firstReportedAt) / 1000 >= beganAt(backup, time);
};
