/** Judges the backups of one client under one policy for its problems: with the unfinished jobs, and the jobs above. */
import type { Group } from '../../groups/group.ts';
import type { Clock } from '../../platform/clock.ts';
import { backupOf, clientPolicyKey } from '../backups/backup.ts';
import { type JudgedClientPolicy, type JudgedRun, judge, parentsById } from '../backups/judge.ts';
import type { ClientPolicyBackups } from '../backups/stored-backups.ts';
import { type JobView, jobView } from '../jobs/job.ts';
import { isDone, parentOf } from '../jobs/job-state.ts';
import { parentsAmong } from '../jobs/leaves.ts';
import { latestRun, runsOf } from '../jobs/runs.ts';
import { UNKNOWN_TIME } from '../primary-time/primary-time.ts';
import { type RulesContext, rulesOf } from '../verdicts/rules.ts';
import { isGood, verdictOf } from '../verdicts/verdict.ts';
import { clientPartition, partition, positionsBetween } from '../views/index-keys.ts';
import { reportedStatesOf } from '../views/timeline.ts';
import type { ViewItem, ViewStore } from '../views/views-store.ts';

export interface JudgeContext extends RulesContext {
  readonly jobs: Pick<ViewStore, 'page' | 'getMany'>;
  readonly clock: Clock;
}

/** How many of its backups are read as jobs, to know exactly when they ended. */
const MAX_FAILED = 60;
const MAX_ROOTS = 6;
/** How many of its client's latest jobs are read: a retry is among them. */
const LATEST_JOBS = 20;
/** How many levels are read: NetBackup's trees have three. */
const MAX_LEVELS = 5;

const viewOf = ({ groupId, jobId = 0, events }: ViewItem): JobView =>
  jobView(groupId, jobId, events, UNKNOWN_TIME);

/** The latest jobs of the client, and its failed backups. */
const readLatest = async (
  { jobs, clock }: JudgeContext,
  groupId: string,
  { clientName, backups }: ClientPolicyBackups,
): Promise<ViewItem[]> => {
  const ofClient = clientPartition(groupId, clientName);
  if (ofClient === undefined) return [];
  const range = { ...positionsBetween(), order: 'desc' as const };
  const { items } = await jobs.page<{ at: string; jobId: number }>('by-client', ofClient, range, LATEST_JOBS);
  const failed = backups.filter(({ status }) => status !== 0).slice(0, MAX_FAILED);
  const ids = new Set([...items, ...failed].map(({ jobId }) => jobId));
  return jobs.getMany(groupId, [...ids], clock, { consistent: true });
};

/** The jobs above its backups that are not among its backups. */
const readAncestors = async (
  { jobs, clock }: JudgeContext,
  groupId: string,
  { backups }: ClientPolicyBackups,
): Promise<ViewItem[]> => {
  const known = new Set(backups.map(({ jobId }) => jobId));
  const found: ViewItem[] = [];
  let above = backups.map(({ parentJobId }) => parentJobId);
  for (let level = 0; level < MAX_LEVELS; level++) {
    const wanted = [...new Set(above)].filter((jobId) => !known.has(jobId));
    if (wanted.length === 0) break;
    for (const jobId of wanted) known.add(jobId);
    const items = await jobs.getMany(groupId, wanted, clock, { consistent: true });
    found.push(...items);
    above = items.map((item) => parentOf(viewOf(item), item.jobId ?? 0));
  }
  return found;
};

const finishedBackup = ({ jobId = 0, events }: ViewItem) =>
  backupOf(jobId, latestRun(runsOf(reportedStatesOf(events))).latest);

/**
 * The backups with the ends of the jobs themselves. A message that was sent again with another stamp, and arrived first, has left a
 * later end in the Backups table.
 */
const withEnds = (clientPolicy: ClientPolicyBackups, jobs: readonly ViewItem[]): ClientPolicyBackups => {
  const found = new Map(jobs.map((item) => [item.jobId, finishedBackup(item)]));
  const backups = clientPolicy.backups.map((one) => {
    const job = found.get(one.jobId);
    const isSame = job?.startTime === one.startTime && job.status === one.status;
    return isSame ? { ...one, endedAt: job.endedAt } : one;
  });
  return { ...clientPolicy, backups };
};

/**
 * The failed backups at the top of a tree that have jobs below them, finished or not: a parent can be reported before its
 * children have ended.
 */
const readParents = async (
  { jobs }: JudgeContext,
  groupId: string,
  { backups }: ClientPolicyBackups,
): Promise<number[]> => {
  const roots = backups.filter((one) => one.parentJobId === one.jobId && one.status !== 0 && !one.isParent);
  const found = await Promise.all(
    roots.slice(0, MAX_ROOTS).map(async ({ jobId }) => {
      const range = { ...positionsBetween(), order: 'desc' as const };
      const below = await jobs.page<{ at: string; jobId: number }>(
        'by-parent',
        partition(groupId, jobId) ?? '',
        range,
        // Two of them: the root is its own parent.
        2,
      );
      return below.items.some((one) => one.jobId !== jobId) ? [jobId] : [];
    }),
  );
  return found.flat();
};

/** The finished job as a backup of a client without a name: only its status matters. */
const finished = (item: ViewItem): ClientPolicyBackups[] => {
  const backup = finishedBackup(item);
  const unnamed = { clientName: '', policyName: '', past: '', isDismissed: false };
  return backup ? [{ ...unnamed, backups: [backup] }] : [];
};

/** Whether a job above a run can still change its verdict: streams may follow, or the parent may make a failure a warning. */
const isUndecided = (
  run: JudgedRun,
  key: string,
  parentById: ReadonlyMap<number, number>,
  unfinished: ReadonlyMap<number, JobView>,
  allFailed: boolean,
): boolean => {
  const seen = new Set<number>();
  for (const { parentJobId } of run.leaves) {
    for (let next: number | undefined = parentJobId; next !== undefined && !seen.has(next); ) {
      seen.add(next);
      const job = unfinished.get(next);
      const isOwn = job && clientPolicyKey(job['clientName'], job['policyName']) === key;
      if (job && (isOwn || !allFailed)) return true;
      next = parentById.get(next);
    }
  }
  return false;
};

/** Undefined if the pair has no backups of its own. Reads are consistent, except the choice of the latest jobs. */
export const judgeClientPolicy = async (
  context: JudgeContext,
  group: Group,
  clientPolicy: ClientPolicyBackups,
  parents: ReadonlySet<number>,
): Promise<JudgedClientPolicy | undefined> => {
  const { groupId } = group;
  const { clientName, policyName, backups } = clientPolicy;
  const rules = rulesOf(context, group);
  const [latest, ancestors, ownParents] = await Promise.all([
    readLatest(context, groupId, clientPolicy),
    readAncestors(context, groupId, clientPolicy),
    readParents(context, groupId, clientPolicy),
  ]);
  const running = [...latest, ...ancestors].map(viewOf).filter((job) => !isDone(job));
  const above = ancestors.flatMap(finished);
  const rows = [...backups, ...above.flatMap((one) => one.backups)];
  const [judged] = judge({
    clientPolicies: [withEnds(clientPolicy, latest), ...above],
    parents: new Set([...parents, ...ownParents, ...parentsAmong(rows)]),
    running,
    rules,
  });
  // A client that appears only in parents has none.
  if (judged?.clientName !== clientName) return undefined;
  const unfinished = new Map(running.map((job) => [job.jobId, job]));
  const parentById = parentsById(rows, running);
  const key = clientPolicyKey(clientName, policyName);
  const runs = judged.runs.map((run): JudgedRun => {
    const verdicts = run.leaves.map(({ status, jobType }) =>
      verdictOf(rules, { status, policyName, jobType }),
    );
    const isOpen = isUndecided(run, key, parentById, unfinished, !verdicts.some(isGood));
    return isOpen ? { ...run, verdict: 'running' } : run;
  });
  return { ...judged, runs };
};
