/** Judges runs of backups: all streams together, by the rules that apply now (TRAP-7). Pure. */
import type { Verdict, VerdictRule } from '../../groups/backup-rules.ts';
import { groupBy } from '../../platform/collections.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { JobView } from '../jobs/job.ts';
import { parentOf } from '../jobs/job-state.ts';
import { parentsAmong } from '../jobs/leaves.ts';
import { isGood, verdictOf, worstOf } from '../verdicts/verdict.ts';
import { type Backup, clientPolicyKey, orderTime } from './backup.ts';
import { type PastRun, unpackHours } from './past-hours.ts';
import { areOfOneTime } from './reused-ids.ts';
import { leavesOf, runsOf } from './runs.ts';
import type { ClientPolicyBackups } from './stored-backups.ts';

export interface JudgedRun {
  readonly verdict: Verdict | 'running';
  /** The latest leaf. */
  readonly leaf: Backup;
  readonly leaves: readonly Backup[];
  readonly isFull: boolean;
  /** Whether it consists of snapshots only. */
  readonly isSnapshotOnly: boolean;
  /** Whether a parent failed although the leaves are good. */
  readonly failedParent?: Backup;
}

export interface JudgedClientPolicy {
  readonly clientName: string;
  readonly policyName: string;
  readonly isDismissed: boolean;
  readonly past: string;
  /** The latest first. */
  readonly runs: readonly JudgedRun[];
  /** The latest job of a run in which nothing has ended yet. It may belong to an earlier run: NetBackup may never report its end. */
  readonly begun?: JobView;
}

export interface Evidence {
  readonly clientPolicies: readonly ClientPolicyBackups[];
  /** Ids of jobs that are parents of others. */
  readonly parents: ReadonlySet<number>;
  /** Unfinished jobs. */
  readonly running: readonly JobView[];
  readonly rules: readonly VerdictRule[];
}

/** The ancestors of a job, from its parent to the highest known one. */
const ancestorsOf = (jobId: number, parentById: ReadonlyMap<number, number>): number[] => {
  const ancestors: number[] = [];
  for (let next = jobId; ; ) {
    const parent = parentById.get(next);
    if (parent === undefined || parent === next || ancestors.includes(parent)) return ancestors;
    ancestors.push(parent);
    next = parent;
  }
};

/** The parent of each job. */
export const parentsById = (
  rows: readonly Pick<Backup, 'jobId' | 'parentJobId'>[],
  running: readonly JobView[],
): ReadonlyMap<number, number> =>
  new Map([
    ...rows.map((one) => [one.jobId, one.parentJobId] as const),
    ...running.map((job) => [job.jobId, parentOf(job, job.jobId)] as const),
  ]);

export const judge = ({ clientPolicies, parents, running, rules }: Evidence): JudgedClientPolicy[] => {
  // If two jobs have one id, the latest counts.
  const rows = clientPolicies
    .flatMap(({ backups }) => backups)
    .sort((left, right) => orderTime(left) - orderTime(right));
  const byId = new Map(rows.map((one) => [one.jobId, one]));
  const parentById = parentsById(rows, running);
  const topOf = (jobId: number): number => ancestorsOf(jobId, parentById).at(-1) ?? jobId;
  const runningByClientPolicy = groupBy(
    running.filter(({ jobId }) => !parents.has(jobId)),
    (job) => clientPolicyKey(job['clientName'], job['policyName']),
  );

  return clientPolicies.flatMap(({ clientName, policyName, isDismissed, past, backups }) => {
    const open = runningByClientPolicy.get(clientPolicyKey(clientName, policyName)) ?? [];
    const openIds = new Set(open.map(({ jobId }) => jobId));
    const openTops = new Set(open.map(({ jobId }) => topOf(jobId)));
    const judged = runsOf(backups).flatMap((run): JudgedRun[] => {
      const leaves = leavesOf(leavesOf(run.backups, parents), parentsAmong(run.backups));
      const leaf = [...leaves].sort((a, b) => orderTime(b) - orderTime(a) || b.jobId - a.jobId)[0];
      if (!leaf) return [];
      const verdictOfBackup = ({ status, jobType }: Backup) =>
        verdictOf(rules, { status, policyName, jobType });
      const verdicts = leaves.map(verdictOfBackup);
      const above = [...new Set(leaves.flatMap(({ jobId }) => ancestorsOf(jobId, parentById)))].flatMap(
        (id) => {
          const one = byId.get(id);
          return one && areOfOneTime(one, leaf) ? [one] : [];
        },
      );
      // A leaf that does not count decides nothing, unless no leaf counts.
      const counting = verdicts.filter((one) => one !== 'ignored');
      const worst = worstOf(counting) ?? 'ignored';
      const isPartial =
        worst === 'failed' &&
        verdicts.some(isGood) &&
        above.some((parent) => verdictOfBackup(parent) === 'warning');
      const isOpen = openTops.has(topOf(leaf.jobId)) || leaves.some(({ jobId }) => openIds.has(jobId));
      const verdict = isOpen ? 'running' : isPartial ? 'warning' : worst;
      const failedParent = isGood(verdict)
        ? above.find((parent) => verdictOfBackup(parent) === 'failed')
        : undefined;
      return [
        {
          verdict,
          leaf,
          leaves,
          isFull: leaves.some((one) => one.isFull),
          isSnapshotOnly: leaves.every(({ jobType }) => jobType === 'SNAPSHOT'),
          ...omitUndefined({ failedParent }),
        },
      ];
    });
    // A client that appears only in the parents of trees has no backup.
    if (judged.length === 0) return [];
    const tops = new Set(judged.map(({ leaf }) => topOf(leaf.jobId)));
    const begun = open
      .filter(({ jobId }) => !tops.has(topOf(jobId)))
      .reduce<JobView | undefined>(
        (latest, one) => (latest && latest.firstReportedAt >= one.firstReportedAt ? latest : one),
        undefined,
      );
    return [{ clientName, policyName, isDismissed, past, runs: judged, ...omitUndefined({ begun }) }];
  });
};

/** The runs that are no longer kept, by the same rules. They have the job type of the latest run, since theirs is not stored. */
export const judgePast = (
  { past, policyName, runs }: Pick<JudgedClientPolicy, 'past' | 'policyName' | 'runs'>,
  rules: readonly VerdictRule[],
): readonly (PastRun & { readonly verdict: Verdict })[] => {
  const jobType = runs[0]?.leaf.jobType ?? 'BACKUP';
  return unpackHours(past).map((run) => ({
    ...run,
    verdict: verdictOf(rules, { status: run.status, policyName, jobType }),
  }));
};
