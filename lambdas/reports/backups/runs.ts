/**
 * The backups of one client under one policy, run by run. A run is what one root job backed up: all its streams together (TRAP-7).
 * What is kept of them is always enough to judge by. Pure.
 */
import { groupBy } from '../../platform/collections.ts';
import { parentsAmong } from '../jobs/leaves.ts';
import { isGood, verdictOfStatus } from '../verdicts/verdict.ts';
import { type Backup, orderTime } from './backup.ts';

export interface BackupRun {
  /** The id of its root, as far as that is known. */
  readonly root: number;
  /** Not empty: leaves, and parents of the same client. */
  readonly backups: readonly Backup[];
}

/** How many of the latest runs are kept. */
const MAX_LATEST = 6;
/** Of the older ones: how many of each class, so that the last good one and the last good full one stay, however old. */
const MAX_OF_CLASS = 2;
/** Of runs that are parents only: under the name of the primary there is one for each run of any client. */
const MAX_PARENTS = 32;
/** Streams that are kept of one run. */
const MAX_STREAMS = 32;

/** The id at the top of a job's known ancestors. */
const rootOf = (backup: Backup, byId: ReadonlyMap<number, Backup>): number => {
  const seen = new Set<number>();
  let top = backup;
  for (;;) {
    seen.add(top.jobId);
    const parent = byId.get(top.parentJobId);
    if (!parent || seen.has(parent.jobId)) return top.parentJobId;
    top = parent;
  }
};

const startOf = ({ backups }: BackupRun): number => Math.min(...backups.map(orderTime));
const later = (a: BackupRun, b: BackupRun): number => startOf(b) - startOf(a) || b.root - a.root;

/** All runs, the latest first. */
export const runsOf = (backups: readonly Backup[]): BackupRun[] => {
  const byId = new Map(backups.map((one) => [one.jobId, one]));
  return [...groupBy(backups, (one) => rootOf(one, byId))]
    .map(([root, group]) => ({ root, backups: group }))
    .sort(later);
};

/** Without those that are parents of others: their work is reported again by their children. */
export const leavesOf = (backups: readonly Backup[], parents: ReadonlySet<number>): Backup[] =>
  backups.filter(({ jobId, isParent }) => !isParent && !parents.has(jobId));

/** The worst exit status of a run, by the usual meaning; that of its parent if this says that it is partially successful. */
export const statusOfRun = ({ backups }: BackupRun): number => {
  const parents = parentsAmong(backups);
  const leaves = leavesOf(backups, parents);
  const statuses = (leaves.length > 0 ? leaves : backups).map(({ status }) => status);
  const failed = statuses.filter((status) => verdictOfStatus(status) === 'failed');
  const isPartial =
    statuses.some((status) => isGood(verdictOfStatus(status))) &&
    backups.some(({ jobId, status }) => status === 1 && parents.has(jobId));
  if (failed.length > 0) return isPartial ? 1 : Math.max(...failed);
  return Math.max(...statuses);
};

const hasLeaves = ({ backups }: BackupRun): boolean => leavesOf(backups, parentsAmong(backups)).length > 0;

/** The exit statuses of the latest run; empty if there is none but parents. */
export const latestStatuses = (backups: readonly Backup[]): readonly number[] =>
  runsOf(backups)
    .find(hasLeaves)
    ?.backups.map(({ status }) => status) ?? [];

const classOf = (run: BackupRun): string => {
  const status = statusOfRun(run);
  const isFull = run.backups.some((one) => one.isFull);
  return `${isFull} ${status === 0 || status === 1 ? status : 'other'}`;
};

/** The streams of one run that decide its verdict: parents, failures, and some of the others. */
const boundedRun = (run: BackupRun): readonly Backup[] => {
  if (run.backups.length <= MAX_STREAMS) return run.backups;
  const weight = ({ isParent, status }: Backup) => (isParent ? 3 : status > 1 ? 2 : status);
  return [...run.backups].sort((a, b) => weight(b) - weight(a) || b.jobId - a.jobId).slice(0, MAX_STREAMS);
};

const isNewer = (a: Backup, b: Backup): boolean =>
  a.startTime === b.startTime ? a.endedAt >= b.endedAt : a.startTime > b.startTime;

/** The union, with the latest run of each job. */
export const union = (known: readonly Backup[], received: readonly Backup[]): Backup[] => {
  const byId = new Map<number, Backup>();
  for (const one of [...known, ...received]) {
    const same = byId.get(one.jobId);
    const latest = same && !isNewer(one, same) ? same : one;
    byId.set(one.jobId, { ...latest, isParent: one.isParent || same?.isParent === true });
  }
  return [...byId.values()];
};

/** Divides into what stays and the runs that are dropped: whole ones, since a run without some of its jobs would be judged wrongly. */
export const select = (backups: readonly Backup[]): { kept: Backup[]; dropped: BackupRun[] } => {
  const all = runsOf(backups);
  const runs = all.filter(hasLeaves);
  const parents = all.filter((run) => !hasLeaves(run)).slice(0, MAX_PARENTS);
  const older = runs.slice(MAX_LATEST);
  const keptOlder = [...groupBy(older, classOf).values()].flatMap((group) => group.slice(0, MAX_OF_CLASS));
  const kept = [...runs.slice(0, MAX_LATEST), ...keptOlder, ...parents].sort(later);
  return {
    kept: kept.flatMap((run) => [...boundedRun(run)].sort((a, b) => a.jobId - b.jobId)),
    dropped: older.filter((run) => !keptOlder.includes(run)),
  };
};
