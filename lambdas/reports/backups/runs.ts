/**
 * The backups of one client under one policy, run by run. A run is what one root job backed up: all its streams together (TRAP-7).
 * The kept backups are always enough to judge by. Pure.
 */
import { groupBy } from '../../platform/collections.ts';
import { parentsAmong } from '../jobs/leaves.ts';
import { isGood, verdictOfStatus } from '../verdicts/verdict.ts';
import { type Backup, orderTime } from './backup.ts';
import { areOfOneTime } from './reused-ids.ts';

export interface BackupRun {
  /** The id of its root, if that is known. */
  readonly root: number;
  /** Not empty: leaves, and parents of the same client. */
  readonly backups: readonly Backup[];
}

/** How many of the latest runs are kept. */
const MAX_LATEST = 6;
/** How many older runs of each class are kept, so that the last good one and the last good full one stay, however old. */
const MAX_OF_CLASS = 2;
/** How many classes of failures are kept, those with the latest runs: a client under a policy has only a few exit statuses. */
const MAX_FAILED_CLASSES = 8;
/** How many runs that are only parents are kept: under the name of the primary there is one for each run of any client. */
const MAX_PARENTS = 32;
/** How many jobs of one run are kept. */
const MAX_JOBS = 32;

const byJobId = (backups: readonly Backup[]): ReadonlyMap<number, Backup> =>
  new Map(backups.map((one) => [one.jobId, one]));

/** A job and its known ancestors, the highest last. */
const lineOf = (backup: Backup, byId: ReadonlyMap<number, Backup>): readonly Backup[] => {
  const line = new Set<Backup>();
  for (let next: Backup | undefined = backup; next && !line.has(next); next = byId.get(next.parentJobId))
    line.add(next);
  return [...line];
};
/** The id at the top of a job's known ancestors. */
const rootOf = (backup: Backup, byId: ReadonlyMap<number, Backup>): number =>
  lineOf(backup, byId).at(-1)?.parentJobId ?? backup.parentJobId;

const startOf = ({ backups }: BackupRun): number => Math.min(...backups.map(orderTime));
const later = (a: BackupRun, b: BackupRun): number => startOf(b) - startOf(a) || b.root - a.root;

/** All runs, the latest first. */
export const runsOf = (backups: readonly Backup[]): BackupRun[] => {
  const byId = byJobId(backups);
  return [...groupBy(backups, (one) => rootOf(one, byId))]
    .map(([root, group]) => ({ root, backups: group }))
    .sort(later);
};

/** The backups without parents of others: the children report the same work. */
export const leavesOf = (backups: readonly Backup[], parents: ReadonlySet<number>): Backup[] =>
  backups.filter(({ jobId, isParent }) => !isParent && !parents.has(jobId));

/** The worst exit status of a run, by the usual meaning; the parent's status if it says that the run is partially successful. */
export const statusOfRun = ({ backups }: BackupRun): number => {
  const parents = parentsAmong(backups);
  const leaves = leavesOf(backups, parents);
  const statuses = (leaves.length > 0 ? leaves : backups).map(({ status }) => status);
  const failed = statuses.filter((status) => verdictOfStatus(status) === 'failed');
  const isPartial =
    statuses.some((status) => isGood(verdictOfStatus(status))) &&
    backups.some(({ jobId, status }) => verdictOfStatus(status) === 'warning' && parents.has(jobId));
  if (failed.length > 0) return isPartial ? 1 : Math.max(...failed);
  return Math.max(...statuses);
};

const hasLeaves = ({ backups }: BackupRun): boolean => leavesOf(backups, parentsAmong(backups)).length > 0;

/** The exit statuses of the latest run; empty if there are only parents. */
export const latestStatuses = (backups: readonly Backup[]): readonly number[] =>
  runsOf(backups)
    .find(hasLeaves)
    ?.backups.map(({ status }) => status) ?? [];

/**
 * The class of a run, by its exit status: rules, which are not known here, can make any status good. A failed run with good streams has
 * another class than one without: its parent, which may have another client name, can say that it is partially successful.
 */
const classOf = (run: BackupRun): string => {
  const { backups } = run;
  const leaves = leavesOf(backups, parentsAmong(backups));
  const hasGood = leaves.some(({ status }) => isGood(verdictOfStatus(status)));
  return `${backups.some((one) => one.isFull)} ${statusOfRun(run)} ${hasGood}`;
};

/** The attributes on which a verdict can depend. */
const kindOf = ({ status, jobType, isFull }: Backup): string => `${status} ${jobType} ${isFull}`;

/**
 * The streams of one run that decide its verdict: one of each kind, failures, and some others. Also the jobs above them, without
 * which they would be runs of their own.
 */
const boundedRun = ({ backups }: BackupRun): readonly Backup[] => {
  if (backups.length <= MAX_JOBS) return backups;
  const byId = byJobId(backups);
  const weight = ({ status }: Backup) => Math.min(status, 2);
  const sorted = [...backups].sort((a, b) => weight(b) - weight(a) || b.jobId - a.jobId);
  const leaves = leavesOf(sorted, parentsAmong(backups));
  const ofEachKind = [...groupBy(leaves, kindOf).values()].flatMap((some) => some.slice(0, 1));
  const kept = new Set<Backup>();
  for (const one of [...ofEachKind, ...leaves, ...sorted]) {
    const line = lineOf(one, byId).filter((job) => !kept.has(job));
    if (kept.size + line.length > MAX_JOBS) break;
    for (const job of line) kept.add(job);
  }
  return [...kept];
};

/** Ordered by their ends: of two starts the later one can have the earlier local time, and a start can be absent. */
const isNewer = (a: Backup, b: Backup): boolean =>
  a.endedAt === b.endedAt ? a.startTime >= b.startTime : a.endedAt > b.endedAt;

/** The union, with the latest run of each job. */
export const union = (known: readonly Backup[], received: readonly Backup[]): Backup[] => {
  const byId = new Map<number, Backup>();
  for (const one of [...known, ...received]) {
    const same = byId.get(one.jobId);
    const latest = same && !isNewer(one, same) ? same : one;
    const wasParent = same?.isParent === true && areOfOneTime(one, same);
    byId.set(one.jobId, { ...latest, isParent: one.isParent || wasParent });
  }
  return [...byId.values()];
};

/** Divides into the kept and the dropped runs. Whole runs, since a run without some of its jobs would be judged wrongly. */
export const select = (backups: readonly Backup[]): { kept: Backup[]; dropped: BackupRun[] } => {
  const all = runsOf(backups);
  const runs = all.filter(hasLeaves);
  const parents = all.filter((run) => !hasLeaves(run)).slice(0, MAX_PARENTS);
  const older = runs.slice(MAX_LATEST);
  const classes = [...groupBy(older, classOf).values()];
  const isGoodClass = ([run]: readonly BackupRun[]) => run !== undefined && statusOfRun(run) <= 1;
  const keptOlder = [
    ...classes.filter(isGoodClass),
    ...classes.filter((group) => !isGoodClass(group)).slice(0, MAX_FAILED_CLASSES),
  ].flatMap((group) => group.slice(0, MAX_OF_CLASS));
  const kept = [...runs.slice(0, MAX_LATEST), ...keptOlder, ...parents].sort(later);
  return {
    kept: kept.flatMap((run) => [...boundedRun(run)].sort((a, b) => a.jobId - b.jobId)),
    dropped: older.filter((run) => !keptOlder.includes(run)),
  };
};
