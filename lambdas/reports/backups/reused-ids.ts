/**
 * NetBackup counts jobs from 1 again when its job database is created again. Old backups are kept, and the id of their parent is then
 * that of another job. Pure.
 */
import { MAX_SAME_JOB } from '../jobs/runs.ts';
import { type Backup, orderTime } from './backup.ts';

/** Backups whose parent ids cannot have been reused: all later jobs have higher ids. In no order. */
export const ofCurrentIds = (backups: readonly Backup[]): Backup[] => {
  const latestFirst = [...backups].sort((a, b) => orderTime(b) - orderTime(a));
  const later = latestFirst.values();
  let next = later.next();
  let lowest = Number.POSITIVE_INFINITY;
  return latestFirst.filter((one) => {
    for (; !next.done && orderTime(next.value) > orderTime(one) + MAX_SAME_JOB; next = later.next())
      lowest = Math.min(lowest, next.value.jobId);
    return one.parentJobId < lowest;
  });
};

/** Whether two jobs that belong to one tree by their ids can also belong to it by their times. */
export const areOfOneTime = (left: Backup, right: Backup): boolean =>
  Math.abs(orderTime(left) - orderTime(right)) <= MAX_SAME_JOB;
