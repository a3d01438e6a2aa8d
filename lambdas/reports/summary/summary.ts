/** The summary of a group's jobs and backups, computed from what the indexes project (TRAP-7, I-12). Pure. */
import type { Outcome } from '../../platform/bus/enumerations.ts';
import { isoTime } from '../../platform/clock.ts';
import { groupBy } from '../../platform/collections.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { countOutcomes, type JobFacts, type JobView, outcomeOfStatus, parentOf } from '../jobs/job.ts';
import { parentsAmong } from '../jobs/leaves.ts';
import { startOfPosition } from '../jobs/start.ts';
import { statusTextOf } from '../jobs/status-text.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import { partitionValue } from '../views/index-keys.ts';
import type { Protection } from './backups-store.ts';
import { lastGood } from './protection.ts';

export interface RunningJob {
  readonly job: JobView;
  /** When its last notification arrived, epoch ms, by this side's clock, since NetBackup's may differ (TRAP-8). */
  readonly arrivedAt: number;
}

/** What a summary is computed from. */
export interface SummaryData {
  readonly groupId: string;
  /** Jobs that started within the hours, as the index `by-outcome` projects them. */
  readonly jobs: readonly JobFacts[];
  /** Unfinished jobs, whenever they started. */
  readonly running: readonly RunningJob[];
  readonly protections: readonly Protection[];
  readonly time: PrimaryTime;
  /** Epoch ms of the latest arrival. */
  readonly lastNotificationAt: number | undefined;
  /** False when there was more data than one request reads. */
  readonly complete: boolean;
  readonly hours: number;
  /** Epoch ms. */
  readonly now: number;
}

interface Failure {
  readonly clientName?: string;
  readonly status?: number;
  readonly statusText?: string;
  readonly failed: number;
}

/** A queued job is listed when its last notification is older than this. */
const MAX_QUEUED_MS = 30 * 60 * 1000;
/** A running job is listed after three times the median duration of its policy's jobs, and half an hour at least. */
const MEDIAN_FACTOR = 3;
const MIN_RUNNING_MS = 30 * 60 * 1000;
/** Without a median: after a day. */
const MAX_RUNNING_MS = 24 * 60 * 60 * 1000;
/** How many finished jobs of a policy a median needs. */
const MIN_SAMPLES = 3;
/** Rows of each list in an answer. */
const MAX_ROWS = 500;

const leavesOf = (groupId: string, jobs: readonly JobFacts[]): JobFacts[] => {
  const parents = parentsAmong(
    jobs.map(({ jobId, parent }) => ({
      jobId,
      parentJobId: parentOf({ parentJobId: partitionValue(groupId, parent) }, jobId),
    })),
  );
  return jobs.filter(({ jobId }) => !parents.has(jobId));
};

const rate = ({ succeeded, warning, failed }: Readonly<Record<Outcome, number>>): number | undefined => {
  const finished = succeeded + warning + failed;
  return finished === 0 ? undefined : Math.round(((succeeded + warning) / finished) * 1000) / 1000;
};

const tally = <T, K>(items: readonly T[], keyOf: (item: T) => K): [K, number][] =>
  [...groupBy(items, keyOf)]
    .map(([key, group]): [K, number] => [key, group.length])
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_ROWS);

const lastGoodBackups = ({ protections, time, now }: SummaryData) => {
  const parents = parentsAmong(protections.flatMap(({ backups }) => backups));
  const rows = protections.flatMap(({ clientName, policyName, backups }) => {
    const leaves = backups.filter(({ jobId }) => !parents.has(jobId));
    // A client that only parents of trees name has no backup.
    if (leaves.length === 0) return [];
    const good = lastGood(leaves, parents);
    const started = good && time.utcSeconds(good.startTime);
    return [
      {
        clientName,
        policyName,
        ...(good && { jobId: good.jobId, outcome: outcomeOfStatus(good.status) }),
        // Without the offset the age is not known.
        ...(started !== undefined && {
          startedAt: isoTime(started * 1000),
          ageHours: Math.max(0, Math.round((now / 1000 - started) / 36) / 100),
        }),
      },
    ];
  });
  // Those without a good backup first, then the oldest.
  const age = ({ ageHours }: { ageHours?: number }) => ageHours ?? Number.POSITIVE_INFINITY;
  return rows.sort((a, b) => (age(a) === age(b) ? 0 : age(b) - age(a)));
};

const usualDurations = ({ groupId, jobs, time }: SummaryData): Map<string, number> => {
  const durations = jobs.flatMap((job) => {
    const started = startOfPosition(job.at, time, { notAfter: job.doneAt });
    const policy = partitionValue(groupId, job.policy);
    return job.doneAt === undefined || started === undefined
      ? []
      : [{ policy, ms: (job.doneAt - started) * 1000 }];
  });
  const usual = [...groupBy(durations, ({ policy }) => policy)].flatMap(([policy, group]) => {
    const sorted = group.map(({ ms }) => ms).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    return sorted.length < MIN_SAMPLES || median === undefined ? [] : [[policy, median] as const];
  });
  return new Map(usual);
};

const jobRow = (job: JobView) => ({
  jobId: job.jobId,
  jobType: job['jobType'],
  clientName: job['clientName'],
  policyName: job['policyName'],
  state: job['state'],
  ...omitUndefined({ startedAt: job.startedAt }),
  lastReportedAt: job.lastReportedAt,
});

const minutesOf = (ms: number): number => Math.floor(ms / 60_000);

/** Jobs that are queued or running for long: NetBackup sends no notification while nothing changes. */
const longJobs = (source: SummaryData) => {
  const { running, now } = source;
  const usual = usualDurations(source);
  const queuedLong = running.flatMap(({ job, arrivedAt }) =>
    job['state'] === 'QUEUED' && now - arrivedAt > MAX_QUEUED_MS
      ? [{ ...jobRow(job), minutes: minutesOf(now - arrivedAt) }]
      : [],
  );
  const runningLong = running.flatMap(({ job }) => {
    if (job['state'] === 'QUEUED') return [];
    const ms = now - Date.parse(job.startedAt ?? job.firstReportedAt);
    const median = usual.get(String(job['policyName'] ?? ''));
    const limit = median === undefined ? MAX_RUNNING_MS : Math.max(MIN_RUNNING_MS, MEDIAN_FACTOR * median);
    return ms > limit
      ? [
          {
            ...jobRow(job),
            minutes: minutesOf(ms),
            ...(median === undefined ? {} : { usualMinutes: minutesOf(median) }),
          },
        ]
      : [];
  });
  return { queuedLong: queuedLong.slice(0, MAX_ROWS), runningLong: runningLong.slice(0, MAX_ROWS) };
};

export const summarize = (source: SummaryData) => {
  const { groupId, jobs, hours, now, lastNotificationAt, complete } = source;
  const leaves = leavesOf(groupId, jobs);
  const outcomeOf = ({ outcome }: JobFacts) => partitionValue(groupId, outcome) as Outcome;
  const outcomes = countOutcomes(leaves.map(outcomeOf));
  const failures = leaves.filter((job) => outcomeOf(job) === 'failed');
  const byClient = tally(failures, (job) => partitionValue(groupId, job.client));
  const byStatus = tally(failures, (job) => job.status);
  return {
    groupId,
    hours,
    from: isoTime(now - hours * 3_600_000),
    to: isoTime(now),
    complete,
    outcomes,
    ...omitUndefined({ successRate: rate(outcomes) }),
    jobTypes: Object.fromEntries(
      [...groupBy(leaves, (job) => job.jobType ?? 'unknown')].map(([type, group]) => [
        type,
        countOutcomes(group.map(outcomeOf)),
      ]),
    ),
    failures: {
      byClient: byClient.map(([clientName, failed]): Failure => ({ clientName, failed })),
      byStatus: byStatus.map(
        ([status, failed]): Failure => ({
          ...(status === undefined ? {} : { status, statusText: statusTextOf(status) }),
          failed,
        }),
      ),
    },
    lastGoodBackups: lastGoodBackups(source),
    ...longJobs(source),
    ...(lastNotificationAt === undefined
      ? {}
      : {
          lastNotificationAt: isoTime(lastNotificationAt),
          minutesSinceLastNotification: Math.max(0, minutesOf(now - lastNotificationAt)),
        }),
  };
};
export type Summary = ReturnType<typeof summarize>;
