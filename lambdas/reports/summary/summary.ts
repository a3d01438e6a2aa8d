/** The questions that administrators ask first, answered from what the indexes hold (TRAP-7, I-12). Pure. */
import { isoTime } from '../../platform/clock.ts';
import { groupBy } from '../../platform/collections.ts';
import { type JobFacts, type JobView, OUTCOMES, type Outcome } from '../jobs/job.ts';
import { statusTextOf } from '../jobs/status-text.ts';
import { type UtcOffset, utcSeconds } from '../utc-offset/utc-offset.ts';
import { partitionValue } from '../views/index-keys.ts';
import type { Protection } from './backups-store.ts';
import { lastGood, parentsAmong } from './protection.ts';

export interface RunningJob {
  readonly job: JobView;
  /** When something new of it last arrived, epoch ms: by our own clock, since NetBackup's may be another (TRAP-8). */
  readonly arrivedAt: number;
}

/** What a summary is made of. */
export interface SummarySource {
  readonly groupId: string;
  /** Jobs that started within the hours asked for, as the index `by-outcome` has them. */
  readonly jobs: readonly JobFacts[];
  /** Jobs that are not done, whenever they started. */
  readonly running: readonly RunningJob[];
  readonly protections: readonly Protection[];
  readonly offsets: readonly UtcOffset[];
  /** Epoch ms of the latest arrival. */
  readonly lastNotificationAt: number | undefined;
  /** False when there was more than is read. */
  readonly complete: boolean;
  readonly hours: number;
  /** Epoch ms. */
  readonly now: number;
}

export type Counts = Readonly<Record<Outcome, number>>;

interface Failure {
  readonly clientName?: string;
  readonly status?: number;
  readonly statusText?: string;
  readonly failed: number;
}

/** A job that was reported QUEUED, and not since, for longer than this. */
const QUEUED_TOO_LONG_MS = 30 * 60 * 1000;
/** A job that runs for three times what its policy's jobs usually take, and for half an hour at least. */
const TIMES_LONGER = 3;
const LEAST_LONG_MS = 30 * 60 * 1000;
/** Where nothing is known of its policy: a day. */
const LONG_MS = 24 * 60 * 60 * 1000;
/** Finished jobs of a policy that make "usually". */
const SAMPLES = 3;
/** Rows of each list in an answer. */
const MAX_ROWS = 500;

const countOf = (outcomes: readonly Outcome[]): Counts =>
  Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, outcomes.filter((one) => one === outcome).length]),
  ) as Record<Outcome, number>;

const outcomeOf = (groupId: string, { outcome }: JobFacts): Outcome =>
  partitionValue(groupId, outcome) as Outcome;

/** Jobs that have no children among those that are known: what a tree did is what its leaves did. */
const leavesOf = (groupId: string, jobs: readonly JobFacts[]): JobFacts[] => {
  const parents = new Set(
    jobs
      .filter((job) => partitionValue(groupId, job.parent) !== String(job.jobId))
      .map((job) => partitionValue(groupId, job.parent)),
  );
  return jobs.filter((job) => !parents.has(String(job.jobId)));
};

const rate = ({ succeeded, warning, failed }: Counts): number | undefined => {
  const finished = succeeded + warning + failed;
  return finished === 0 ? undefined : Math.round(((succeeded + warning) / finished) * 1000) / 1000;
};

const tally = <T, K>(items: readonly T[], keyOf: (item: T) => K): [K, number][] =>
  [...groupBy(items, keyOf)]
    .map(([key, group]): [K, number] => [key, group.length])
    .sort((a, b) => b[1] - a[1])
    .slice(0, MAX_ROWS);

const lastGoodBackups = ({ protections, offsets, now }: SummarySource) => {
  const parents = new Set(protections.flatMap(({ backups }) => parentsAmong(backups)));
  const rows = protections.flatMap(({ clientName, policyName, backups }) => {
    const leaves = backups.filter(({ jobId }) => !parents.has(jobId));
    // A client that is only named by parents of trees has no backup of its own.
    if (leaves.length === 0) return [];
    const good = lastGood(leaves, parents);
    const started = good && (utcSeconds(good.startTime, offsets) ?? good.startTime);
    return [
      {
        clientName,
        policyName,
        ...(good && started !== undefined
          ? {
              jobId: good.jobId,
              outcome: good.status === 0 ? 'succeeded' : 'warning',
              startedAt: isoTime(started * 1000),
              ageHours: Math.round((now / 1000 - started) / 36) / 100,
            }
          : {}),
      },
    ];
  });
  // The most urgent first: without any, then the oldest.
  const age = ({ ageHours }: { ageHours?: number }) => ageHours ?? Number.POSITIVE_INFINITY;
  return rows.sort((a, b) => (age(a) === age(b) ? 0 : age(b) - age(a)));
};

const usualDurations = ({ groupId, jobs, offsets }: SummarySource): Map<string, number> => {
  const durations = jobs.flatMap((job) => {
    const started = utcSeconds(Number(job.at.slice(0, 12)), offsets);
    const policy = partitionValue(groupId, job.policy);
    return job.doneAt === undefined || started === undefined
      ? []
      : [{ policy, ms: (job.doneAt - started) * 1000 }];
  });
  const usual = [...groupBy(durations, ({ policy }) => policy)].flatMap(([policy, group]) => {
    const sorted = group.map(({ ms }) => ms).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    return sorted.length < SAMPLES || median === undefined ? [] : [[policy, median] as const];
  });
  return new Map(usual);
};

const named = (job: JobView) => ({
  jobId: job.jobId,
  jobType: job['jobType'],
  clientName: job['clientName'],
  policyName: job['policyName'],
  state: job['state'],
  ...(job.startedAt === undefined ? {} : { startedAt: job.startedAt }),
  lastReportedAt: job.lastReportedAt,
});

const minutesOf = (ms: number): number => Math.floor(ms / 60_000);

/** Running jobs that deserve a look: NetBackup says nothing of a job that goes on as it did. */
const noteworthy = (source: SummarySource) => {
  const { running, now } = source;
  const usual = usualDurations(source);
  const queuedLong = running.flatMap(({ job, arrivedAt }) =>
    job['state'] === 'QUEUED' && now - arrivedAt > QUEUED_TOO_LONG_MS
      ? [{ ...named(job), minutes: minutesOf(now - arrivedAt) }]
      : [],
  );
  const runningLong = running.flatMap(({ job }) => {
    if (job['state'] === 'QUEUED') return [];
    const ms = now - Date.parse(job.startedAt ?? job.firstReportedAt);
    const median = usual.get(String(job['policyName'] ?? ''));
    const limit = median === undefined ? LONG_MS : Math.max(LEAST_LONG_MS, TIMES_LONGER * median);
    const compared = median === undefined ? {} : { usualMinutes: minutesOf(median) };
    return ms > limit ? [{ ...named(job), minutes: minutesOf(ms), ...compared }] : [];
  });
  return { queuedLong: queuedLong.slice(0, MAX_ROWS), runningLong: runningLong.slice(0, MAX_ROWS) };
};

export const summarize = (source: SummarySource) => {
  const { groupId, jobs, hours, now, lastNotificationAt, complete } = source;
  const leaves = leavesOf(groupId, jobs);
  const outcomes = countOf(leaves.map((job) => outcomeOf(groupId, job)));
  const failures = leaves.filter((job) => outcomeOf(groupId, job) === 'failed');
  const successRate = rate(outcomes);
  const byClient = tally(failures, (job) => partitionValue(groupId, job.client));
  const byStatus = tally(failures, (job) => job.status);
  return {
    groupId,
    hours,
    from: isoTime(now - hours * 3_600_000),
    to: isoTime(now),
    complete,
    outcomes,
    ...(successRate === undefined ? {} : { successRate }),
    jobTypes: Object.fromEntries(
      [...groupBy(leaves, (job) => job.jobType ?? 'unknown')].map(([type, group]) => [
        type,
        countOf(group.map((job) => outcomeOf(groupId, job))),
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
    ...noteworthy(source),
    ...(lastNotificationAt === undefined
      ? {}
      : {
          lastNotificationAt: isoTime(lastNotificationAt),
          minutesSinceLastNotification: Math.max(0, Math.floor((now - lastNotificationAt) / 60_000)),
        }),
  };
};
export type Summary = ReturnType<typeof summarize>;
