/** The summary of a group's jobs and backups (TRAP-7, I-12). Pure. */
import { HOUR_MS, isoTime } from '../../platform/clock.ts';
import { groupBy } from '../../platform/collections.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { clientPolicyKey } from '../backups/backup.ts';
import type { JudgedClientPolicy, JudgedRun } from '../backups/judge.ts';
import { beganAt } from '../backups/start-time.ts';
import { parentsAmong } from '../jobs/leaves.ts';
import { statusTextOf } from '../jobs/status-text.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import { isGood } from '../verdicts/verdict.ts';
import { lastGoodBackups } from './last-good.ts';
import { type ClassOf, type LongJob, longJobs, minutesOf, type RunningJob } from './long-jobs.ts';
import { inUtcOrder } from './run-order.ts';
import type { SummaryJob } from './summary-job.ts';

/** The data from which a summary is computed. */
export interface SummaryData {
  readonly groupId: string;
  /** Jobs that started or ended within the hours. */
  readonly jobs: readonly SummaryJob[];
  /** Ids of jobs that are parents of others, including parents of jobs that are not among `jobs`. */
  readonly parents: ReadonlySet<number>;
  /** Unfinished jobs, whenever they started. */
  readonly running: readonly RunningJob[];
  readonly clientPolicies: readonly JudgedClientPolicy[];
  readonly time: PrimaryTime;
  /** Epoch ms of the latest arrival. */
  readonly lastNotificationAt: number | undefined;
  /** False when there was more data than one request reads. */
  readonly complete: boolean;
  readonly hours: number;
  /** Epoch ms. */
  readonly now: number;
}

/** How many rows each list has in an answer. */
const MAX_ROWS = 500;

const countVerdicts = (jobs: readonly SummaryJob[]) => {
  const count = (verdict: SummaryJob['verdict']) => jobs.filter((job) => job.verdict === verdict).length;
  return {
    outcomes: {
      running: count('running'),
      succeeded: count('ok'),
      warning: count('warning'),
      failed: count('failed'),
    },
    cancelled: count('cancelled'),
    ignored: count('ignored'),
  };
};

const rate = ({ succeeded, warning, failed }: ReturnType<typeof countVerdicts>['outcomes']) => {
  const finished = succeeded + warning + failed;
  return finished === 0 ? undefined : Math.round(((succeeded + warning) / finished) * 1000) / 1000;
};

interface Recovered {
  readonly clientName: string;
  readonly policyName: string;
  readonly failedJobId: number;
  readonly recoveredByJobId: number;
}

/** The failures that recovered by a later good run of the same client and policy. */
const recoveredAmong = (
  failures: readonly SummaryJob[],
  clientPolicies: readonly JudgedClientPolicy[],
  time: PrimaryTime,
): Recovered[] => {
  const byClientPolicy = new Map(
    clientPolicies.map((one) => [clientPolicyKey(one.clientName, one.policyName), one]),
  );
  return failures.flatMap((failure) => {
    const clientPolicy = byClientPolicy.get(clientPolicyKey(failure.clientName, failure.policyName));
    const failedAt = failure.startedAt ?? failure.listedAt;
    const isKept = ({ leaves }: JudgedRun) => leaves.some(({ jobId }) => jobId === failure.jobId);
    // A run with many streams is not kept completely.
    const isOwn = (run: JudgedRun) =>
      isKept(run) ||
      (failure.parentJobId !== failure.jobId &&
        run.leaves.some(({ parentJobId }) => parentJobId === failure.parentJobId));
    // Only what the Backups table knows as a backup can recover by one.
    const isBackup = clientPolicy?.runs.some(isKept);
    const later = clientPolicy?.runs.findLast(
      (run) => isGood(run.verdict) && beganAt(run.leaf, time) > failedAt && !isOwn(run),
    );
    if (!clientPolicy || !later || (!isBackup && failure.jobType !== later.leaf.jobType)) return [];
    const { clientName, policyName } = clientPolicy;
    return [{ clientName, policyName, failedJobId: failure.jobId, recoveredByJobId: later.leaf.jobId }];
  });
};

/** How many failed and how many of them recovered, the most frequent first. */
const tally = <K>(
  failures: readonly SummaryJob[],
  recovered: ReadonlySet<number>,
  keyOf: (job: SummaryJob) => K,
) =>
  [...groupBy(failures, keyOf)]
    .map(([key, group]) => {
      const count = group.filter(({ jobId }) => recovered.has(jobId)).length;
      return [key, { failed: group.length, ...(count > 0 ? { recovered: count } : {}) }] as const;
    })
    .sort(([, a], [, b]) => b.failed - a.failed)
    .slice(0, MAX_ROWS);

/** Parents that failed although all their leaves are good: neither counts as a failure, so they are listed. */
const failedParents = (jobs: readonly SummaryJob[], parents: ReadonlySet<number>) => {
  const children = groupBy(
    jobs.filter(({ jobId, parentJobId }) => parentJobId !== jobId),
    ({ parentJobId }) => parentJobId,
  );
  const leavesBelow = (jobId: number, seen: ReadonlySet<number>): SummaryJob[] =>
    (children.get(jobId) ?? []).flatMap((child) => {
      if (seen.has(child.jobId)) return [];
      return parents.has(child.jobId) ? leavesBelow(child.jobId, new Set([...seen, child.jobId])) : [child];
    });
  return jobs
    .filter(({ jobId, verdict }) => verdict === 'failed' && parents.has(jobId))
    .filter(({ jobId }) => {
      const leaves = leavesBelow(jobId, new Set([jobId]));
      return leaves.length > 0 && leaves.every(({ verdict }) => isGood(verdict));
    })
    .slice(0, MAX_ROWS);
};

export const summarize = (source: SummaryData) => {
  const { groupId, jobs, running, hours, now, time, lastNotificationAt, complete } = source;
  const clientPolicies = source.clientPolicies.map((one) => inUtcOrder(one, time));
  const parents = new Set([...source.parents, ...parentsAmong(jobs)]);
  const leaves = jobs.filter(({ jobId }) => !parents.has(jobId));
  const counts = countVerdicts(leaves);
  const failures = leaves.filter(({ verdict }) => verdict === 'failed');
  const recovered = recoveredAmong(failures, clientPolicies, time);
  const recoveredIds = new Set(recovered.map(({ failedJobId }) => failedJobId));
  const spellings = new Map(clientPolicies.map(({ clientName }) => [clientName.toLowerCase(), clientName]));
  const spelled = (clientName: string) => spellings.get(clientName) ?? clientName;
  const classOf: ClassOf = ({ jobId, clientName, policyName, jobType }) =>
    parents.has(jobId)
      ? clientPolicyKey(clientName, policyName)
      : JSON.stringify(policyName ? [policyName] : ['', jobType]);
  return {
    groupId,
    hours,
    from: isoTime(now - hours * HOUR_MS),
    to: isoTime(now),
    complete,
    ...counts,
    recovered: recovered.length,
    ...omitUndefined({ successRate: rate(counts.outcomes) }),
    jobTypes: Object.fromEntries(
      [...groupBy(leaves, ({ jobType }) => jobType)].map(([type, group]) => [
        type,
        countVerdicts(group).outcomes,
      ]),
    ),
    failures: {
      recovered: recovered.slice(0, MAX_ROWS),
      byClient: tally(failures, recoveredIds, ({ clientName }) => clientName).map(([clientName, row]) => ({
        clientName: spelled(clientName),
        ...row,
      })),
      byStatus: tally(failures, recoveredIds, ({ status }) => status).map(([status, row]) => ({
        ...omitUndefined({ status, statusText: statusTextOf(status) }),
        ...row,
      })),
    },
    parentFailed: failedParents(jobs, parents).map(({ jobId, clientName, policyName, status }) => ({
      jobId,
      clientName: spelled(clientName),
      policyName,
      ...omitUndefined({ status, statusText: statusTextOf(status) }),
    })),
    lastGoodBackups: lastGoodBackups(clientPolicies, time, now),
    ...rows(longJobs(jobs, running, now, classOf)),
    ...(lastNotificationAt === undefined
      ? {}
      : {
          lastNotificationAt: isoTime(lastNotificationAt),
          minutesSinceLastNotification: Math.max(0, minutesOf(now - lastNotificationAt)),
        }),
  };
};
export type Summary = ReturnType<typeof summarize>;

const withoutLimit = ({ limitMinutes: _, ...row }: LongJob) => row;

const rows = ({ queuedLong, runningLong }: ReturnType<typeof longJobs>) => ({
  queuedLong: queuedLong.slice(0, MAX_ROWS).map(withoutLimit),
  runningLong: runningLong.slice(0, MAX_ROWS).map(withoutLimit),
});
