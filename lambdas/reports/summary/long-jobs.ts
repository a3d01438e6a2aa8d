/** Jobs that are queued or running for long: NetBackup sends no notification while nothing changes. Pure. */
import { DAY_MS, MINUTE_MS } from '../../platform/clock.ts';
import { groupBy } from '../../platform/collections.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { JobView } from '../jobs/job.ts';
import { stateOf } from '../jobs/job-state.ts';
import type { SummaryJob } from './summary-job.ts';

export interface RunningJob {
  readonly job: JobView;
  /** When its last notification arrived, epoch ms, by this side's clock, since NetBackup's may differ (TRAP-8). */
  readonly arrivedAt: number;
}

/** A queued job is listed when its last notification is older than this. */
const MAX_QUEUED_MS = 30 * MINUTE_MS;
/** A running job is listed after three times the median duration of the jobs of its class, and half an hour at least. */
const MEDIAN_FACTOR = 3;
const MIN_RUNNING_MS = 30 * MINUTE_MS;
/** The limit without a median: a day. */
const MAX_RUNNING_MS = DAY_MS;
/** How many finished jobs of a class a median needs. */
const MIN_SAMPLES = 3;

/**
 * Names the class of jobs that usually take as long as this one. A parent takes as long as all of its children together, so parents
 * and leaves are never of one class.
 */
export type ClassOf = (
  job: Pick<JobView, 'jobId'> & {
    readonly clientName?: unknown;
    readonly policyName?: unknown;
    readonly jobType?: unknown;
  },
) => string;

/** The median durations of the finished jobs of each class, in ms. */
const usualDurations = (jobs: readonly SummaryJob[], classOf: ClassOf): Map<string, number> => {
  const durations = jobs.flatMap((job) =>
    job.endedAt === undefined || job.startedAt === undefined
      ? []
      : [{ name: classOf(job), ms: (job.endedAt - job.startedAt) * 1000 }],
  );
  const usual = [...groupBy(durations, ({ name }) => name)].flatMap(([name, group]) => {
    const sorted = group.map(({ ms }) => ms).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)];
    return sorted.length < MIN_SAMPLES || median === undefined ? [] : [[name, median] as const];
  });
  return new Map(usual);
};

/** A row of a summary, and the threshold. */
export interface LongJob {
  readonly jobId: number;
  readonly jobType: unknown;
  readonly clientName: unknown;
  readonly policyName: unknown;
  readonly state: unknown;
  readonly startedAt?: string;
  readonly lastReportedAt: string;
  readonly minutes: number;
  readonly usualMinutes?: number;
  readonly limitMinutes: number;
}

const jobRow = (job: JobView) => ({
  jobId: job.jobId,
  jobType: job['jobType'],
  clientName: job['clientName'],
  policyName: job['policyName'],
  state: job['state'],
  ...omitUndefined({ startedAt: job.startedAt }),
  lastReportedAt: job.lastReportedAt,
});

export const minutesOf = (ms: number): number => Math.floor(ms / MINUTE_MS);

/** @param jobs that show usual durations; @param now epoch ms */
export const longJobs = (
  jobs: readonly SummaryJob[],
  running: readonly RunningJob[],
  now: number,
  classOf: ClassOf,
): { readonly queuedLong: readonly LongJob[]; readonly runningLong: readonly LongJob[] } => {
  const usual = usualDurations(jobs, classOf);
  const queuedLong = running.flatMap(({ job, arrivedAt }) =>
    stateOf(job) === 'QUEUED' && now - arrivedAt > MAX_QUEUED_MS
      ? [{ ...jobRow(job), minutes: minutesOf(now - arrivedAt), limitMinutes: minutesOf(MAX_QUEUED_MS) }]
      : [],
  );
  const runningLong = running.flatMap(({ job }) => {
    if (stateOf(job) === 'QUEUED') return [];
    const ms = now - Date.parse(job.startedAt ?? job.firstReportedAt);
    const median = usual.get(classOf(job));
    const limit = median === undefined ? MAX_RUNNING_MS : Math.max(MIN_RUNNING_MS, MEDIAN_FACTOR * median);
    if (ms <= limit) return [];
    const usualMinutes = median === undefined ? undefined : minutesOf(median);
    const times = {
      minutes: minutesOf(ms),
      limitMinutes: minutesOf(limit),
      ...omitUndefined({ usualMinutes }),
    };
    return [{ ...jobRow(job), ...times }];
  });
  return { queuedLong, runningLong };
};
