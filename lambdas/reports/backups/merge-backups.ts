/** How received backups merge with the stored ones of a client and policy. Pure. */
import { HOUR_S } from '../../platform/clock.ts';
import { type Backup, type ClientBackup, orderTime } from './backup.ts';
import { type PastRun, packHours, unpackHours } from './past-hours.ts';
import { type BackupRun, select, statusOfRun, union } from './runs.ts';

export interface StoredBackups {
  readonly backups: readonly Backup[];
  /** Packed by {@link packHours}. */
  readonly past: string;
}

/** The remembered data of a dropped run. */
const pastRun = (run: BackupRun): PastRun => ({
  hour: Math.floor(Math.min(...run.backups.map(orderTime)) / HOUR_S),
  status: statusOfRun(run),
});

/**
 * @param stored the row of one client and policy
 * @param parents ids of jobs that are known to be parents of others
 */
export const mergeBackups = (
  { backups, past }: StoredBackups,
  received: readonly Backup[],
  parents: ReadonlySet<number>,
): StoredBackups => {
  const all = union(backups, received).map((one) =>
    parents.has(one.jobId) && !one.isParent ? { ...one, isParent: true } : one,
  );
  const { kept, dropped } = select(all);
  if (dropped.length === 0) return { backups: kept, past };
  const known = unpackHours(past);
  const stored = new Set(backups.map(({ jobId }) => jobId));
  const fresh = dropped.flatMap((run) => {
    const one = pastRun(run);
    // A job that was dropped before arrives again (a replay, a rebuild): without the rest of its run it would be judged wrongly.
    const isAgain = !run.backups.some(({ jobId }) => stored.has(jobId));
    const isAlone = run.backups.every(({ jobId, parentJobId }) => jobId === parentJobId);
    return isAgain && !isAlone && known.some(({ hour }) => Math.abs(hour - one.hour) < 24) ? [] : [one];
  });
  return { backups: kept, past: fresh.length === 0 ? past : packHours([...known, ...fresh]) };
};

/** The name of the client as its latest backup spells it. */
export const latestSpelling = (
  stored: { readonly clientName: string; readonly backups: readonly Backup[] } | undefined,
  received: readonly ClientBackup[],
): string => {
  const times = (stored?.backups ?? []).map(orderTime);
  const newest = received.reduce((best, one) => (orderTime(one) > orderTime(best) ? one : best));
  return stored && Math.max(...times) > orderTime(newest) ? stored.clientName : newest.clientName;
};
