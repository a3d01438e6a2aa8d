/** A job, as its notifications describe it (contract NOT-2, NOT-6). */
import type { Notification } from '../../notifications/notification.ts';
import type { Outcome } from '../../platform/bus/enumerations.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type PrimaryTime, UNKNOWN_TIME } from '../primary-time/primary-time.ts';
import { clientPartition, listedAt, partition, position } from '../views/index-keys.ts';
import { reportedBetween, reportedStatesOf, stampsOf, timelineEntry } from '../views/timeline.ts';
import type { ViewKind } from '../views/views-store.ts';
import { jobOrder, outcomeOf, statusOf } from './job-state.ts';
import { latestRun, type Run, runsOf, statesOfJob } from './runs.ts';
import { type StartView, startView } from './start.ts';
import { statusTextOf } from './status-text.ts';

/** NetBackup's fields under their own names, and computed ones. Computed times are ISO 8601 in UTC. */
export interface JobView extends StartView {
  readonly [field: string]: unknown;
  readonly groupId: string;
  readonly jobId: number;
  readonly notificationType: string;
  readonly outcome: Outcome;
  /** The exit status as text, once the job is DONE. */
  readonly statusText?: string;
  /** The number of its latest run, from the second run on. */
  readonly run?: number;
  readonly firstReportedAt: string;
  readonly lastReportedAt: string;
}

const viewOfRun = (
  groupId: string,
  jobId: number,
  { latest: { content, notificationType } }: Run,
  states: Run['states'],
  time: PrimaryTime,
): JobView => {
  const outcome = outcomeOf(content);
  return {
    ...content,
    groupId,
    jobId,
    notificationType,
    outcome,
    ...omitUndefined({
      statusText: outcome === 'running' ? undefined : statusTextOf(statusOf(content)),
    }),
    ...startView(content['startTime'], states, time),
    ...reportedBetween(states),
  };
};

/** The latest run. @param reports not empty, in order. */
export const jobView = (
  groupId: string,
  jobId: number,
  reports: readonly Notification[],
  time: PrimaryTime = UNKNOWN_TIME,
): JobView => {
  const runs = runsOf(reportedStatesOf(reports));
  const run = latestRun(runs);
  return {
    ...viewOfRun(groupId, jobId, run, statesOfJob(runs, run), time),
    ...omitUndefined({ run: run.number > 1 ? run.number : undefined }),
  };
};

/** The latest run with its timeline and all runs, the earlier ones of other jobs that had this id included. */
export const jobDetails = (
  groupId: string,
  jobId: number,
  reports: readonly Notification[],
  time: PrimaryTime,
) => {
  const runs = runsOf(reportedStatesOf(reports));
  return {
    ...jobView(groupId, jobId, reports, time),
    runs: runs.map((run) => ({ ...viewOfRun(groupId, jobId, run, run.states, time), run: run.number })),
    timeline: runs.flatMap((run) =>
      run.states.map((one) => {
        const { state, status } = one.content;
        return { ...timelineEntry(one), run: run.number, state, status, outcome: outcomeOf(one.content) };
      }),
    ),
  };
};

/**
 * What the index `by-outcome` projects of a job, so that a summary need not read the jobs themselves. All of it changes
 * only when `outcome` does, so it costs no extra write.
 */
export interface JobFacts {
  readonly at: string;
  readonly jobId: number;
  /** {@link partition}s; absent where NetBackup sent no such field. */
  readonly outcome: string;
  readonly client?: string;
  readonly policy?: string;
  readonly parent?: string;
  readonly jobType?: string;
  readonly status?: number;
  /** Epoch seconds at which NetBackup reported DONE. */
  readonly doneAt?: number;
}

/** How jobs are stored. */
export const JOBS: ViewKind = {
  id: 'jobId',
  object: 'JOB',
  order: jobOrder,
  indexes: { 'by-outcome': 'outcome', 'by-client': 'client', 'by-policy': 'policy', 'by-parent': 'parent' },
  position,
  indexed(groupId, reports) {
    const runs = runsOf(reportedStatesOf(reports));
    const run = latestRun(runs);
    const { latest } = run;
    const { clientName, policyName, parentJobId, jobType, startTime } = latest.content;
    const status = statusOf(latest.content);
    const outcome = outcomeOf(latest.content);
    const isFinished = outcome !== 'running';
    const keys = omitUndefined({
      outcome: partition(groupId, outcome),
      client: clientPartition(groupId, clientName),
      policy: partition(groupId, policyName),
      parent: partition(groupId, parentJobId),
      jobType: typeof jobType === 'string' ? jobType.toWellFormed() : undefined,
      doneAt: isFinished ? latest.timeStamp : undefined,
      status: isFinished && typeof status === 'number' ? status : undefined,
    }) satisfies Partial<JobFacts>;
    return { at: listedAt(startTime, stampsOf(statesOfJob(runs, run))), keys };
  },
};
