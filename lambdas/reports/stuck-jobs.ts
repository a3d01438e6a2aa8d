/** `job-stuck`: jobs of a client under a policy have been queued or running for too long, as in the summary. */
import type { Group } from '../groups/group.ts';
import { type Check, type Found, isUpToDate } from '../groups/review/check.ts';
import { type Clock, hoursOf, MINUTE_MS } from '../platform/clock.ts';
import { groupBy } from '../platform/collections.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { Measure } from '../problems/finding.ts';
import { clientPolicyKey } from './backups/backup.ts';
import type { BackupsStore } from './backups/backups-store.ts';
import { parentOf } from './jobs/job-state.ts';
import { parentsAmong } from './jobs/leaves.ts';
import { type PrimaryTime, primaryTime } from './primary-time/primary-time.ts';
import { type LongJob, longJobs, type RunningJob } from './summary/long-jobs.ts';
import { jobOfBackup, type SummaryJob } from './summary/summary-job.ts';
import { readRunning } from './summary/summary-reader.ts';
import type { ViewStore } from './views/views-store.ts';

export interface StuckJobsContext {
  readonly jobs: ViewStore;
  readonly backups: Pick<BackupsStore, 'ofClientPolicies'>;
  readonly clock: Clock;
}

const MAX_JOB_IDS = 20;
/** How many clients under policies are reported, those that have been stuck longest: more than that have one cause. */
const MAX_SUBJECTS = 50;

interface StuckJob {
  readonly jobId: number;
  readonly clientName: string;
  readonly policyName: string;
  /** Epoch ms. */
  readonly since: number;
  readonly last: number;
  readonly measure: Measure;
}

const stuckJob = (
  name: 'queuedHours' | 'runningHours',
  since: number,
  row: LongJob,
  now: number,
): StuckJob => ({
  jobId: row.jobId,
  // DynamoDB refuses a lone surrogate, and the problems of the other clients would not be settled either.
  clientName: String(row.clientName ?? '').toWellFormed(),
  policyName: String(row.policyName ?? '').toWellFormed(),
  since,
  last: Date.parse(row.lastReportedAt),
  measure: {
    name,
    ageOf: since,
    value: hoursOf(now - since),
    threshold: hoursOf(row.limitMinutes * MINUTE_MS),
    from: row.usualMinutes === undefined ? 'default' : 'learned',
  },
});

const TEXT =
  "Jobs are queued or running for too long: check them in NetBackup's Activity Monitor; they may wait for a drive, for storage or for a client.";

/**
 * One problem for each client under a policy. Pure.
 * @param finished jobs that show usual durations; @param parents ids of jobs that are parents of others
 */
const stuckJobs = (
  finished: readonly SummaryJob[],
  running: readonly RunningJob[],
  parents: ReadonlySet<number>,
  now: number,
): Found[] => {
  const { queuedLong, runningLong } = longJobs(
    finished,
    running,
    now,
    ({ jobId, clientName, policyName }) => `${parents.has(jobId)} ${clientPolicyKey(clientName, policyName)}`,
  );
  const firstReport = new Map(running.map(({ job }) => [job.jobId, job.firstReportedAt]));
  const stuck = [
    ...queuedLong.map((row) => stuckJob('queuedHours', Date.parse(row.lastReportedAt), row, now)),
    ...runningLong.map((row) => {
      const startedAt = row.startedAt ?? firstReport.get(row.jobId) ?? row.lastReportedAt;
      return stuckJob('runningHours', Date.parse(startedAt), row, now);
    }),
  ];
  // In their order, so that pairs that get stuck later do not displace others.
  stuck.sort((a, b) => a.since - b.since || a.jobId - b.jobId);
  const subjects = [...groupBy(stuck, (one) => clientPolicyKey(one.clientName, one.policyName)).values()];
  return subjects.slice(0, MAX_SUBJECTS).map((oldestFirst) => {
    const measures = (['queuedHours', 'runningHours'] as const).flatMap(
      (name) => oldestFirst.find(({ measure }) => measure.name === name)?.measure ?? [],
    );
    const { clientName = '', policyName = '', since = now } = oldestFirst[0] ?? {};
    const ids = oldestFirst.map(({ jobId }) => jobId).sort((a, b) => b - a);
    return {
      subject: omitUndefined({ clientName: clientName || undefined, policyName: policyName || undefined }),
      finding: {
        kind: 'job-stuck',
        since,
        last: Math.max(...oldestFirst.map(({ last }) => last)),
        count: oldestFirst.length,
        jobIds: ids.slice(0, MAX_JOB_IDS),
        measures,
        text: TEXT,
      },
    };
  });
};

/** In a jam the latest jobs are not stuck yet; the oldest may be jobs whose end was never reported. */
const latestAndOldest = async (
  context: StuckJobsContext,
  groupId: string,
  time: PrimaryTime,
): Promise<readonly RunningJob[]> => {
  const latest = await readRunning(context, groupId, time);
  if (latest.complete) return latest.items;
  const oldest = await readRunning(context, groupId, time, 'asc');
  return [...new Map([...latest.items, ...oldest.items].map((one) => [one.job.jobId, one])).values()];
};

/**
 * Usual durations are those of the stored backups of the clients that run now. Not evaluated while the domain is disconnected: the
 * ends of its jobs are not known then.
 */
export const stuckJobsCheck = (context: StuckJobsContext): Check => ({
  kind: 'job-stuck',
  quick: 'never',
  async find(group: Group) {
    const now = context.clock();
    if (!isUpToDate(group, now)) return undefined;
    const { groupId } = group;
    const time = primaryTime(group);
    const running = await latestAndOldest(context, groupId, time);
    const clientPolicies = new Map(
      running.map(({ job }) => {
        const [clientName, policyName] = [String(job['clientName'] ?? ''), String(job['policyName'] ?? '')];
        return [clientPolicyKey(clientName, policyName), { clientName, policyName }];
      }),
    );
    const stored = await context.backups.ofClientPolicies(
      groupId,
      [...clientPolicies.values()],
      context.clock,
    );
    const rows = stored.clientPolicies.flatMap(({ clientName, policyName, backups }) =>
      backups.map((backup) => ({ ...backup, clientName, policyName })),
    );
    const finished = rows.map((row) => jobOfBackup(row, time, []));
    const places = running.map(({ job }) => ({ jobId: job.jobId, parentJobId: parentOf(job, job.jobId) }));
    const parents = new Set([
      ...stored.parents,
      ...rows.filter(({ isParent }) => isParent).map(({ jobId }) => jobId),
      ...parentsAmong([...rows, ...places]),
    ]);
    return stuckJobs(finished, running, parents, now);
  },
});
