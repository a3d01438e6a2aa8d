/**
 * NetBackup counts jobs from 1 again when its job database is made anew. Old backups are kept, and what they name as a parent is
 * another job then. Pure.
 */
import { MAX_SAME_JOB } from '../jobs/runs.ts';
import { type Backup, orderTime } from './backup.ts';

/** Those of whose parents no id can have been used again: all later jobs have higher ones. In no order. */
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

/** Whether two jobs of one tree, as their ids say, can be of one tree by their times. */
export const areOfOneTime = (left: Backup, right: Backup): boolean =>
  Math.abs(orderTime(left) - orderTime(right)) <= MAX_SAME_JOB;
