/** A job, as its notifications describe it (contract NOT-2, NOT-6). */
import type { Notification } from '../../notifications/notification.ts';
import { OUTCOMES, type Outcome } from '../../platform/bus/enumerations.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type PrimaryTime, UNKNOWN_TIME } from '../primary-time/primary-time.ts';
import { listedAt, partition, position } from '../views/index-keys.ts';
import { type Rank, reportedBetween, timelineEntry } from '../views/timeline.ts';
import type { ViewKind } from '../views/views-store.ts';
import { type StartView, startView } from './start.ts';
import { statusTextOf } from './status-text.ts';

type Content = Notification['content'];

/** QUEUED < other states < DONE (I-3). */
export const jobRank: Rank = ({ state }) => (state === 'DONE' ? 2 : state === 'QUEUED' ? 0 : 1);

/** The exit status; a string of digits is read as a number. */
export const statusOf = ({ status }: Content): unknown =>
  typeof status === 'string' && /^\d{1,9}$/.test(status) ? Number(status) : status;

/** Its parent's id; its own at the root (NOT-2), and where `parentJobId` is not a valid id. */
export const parentOf = ({ parentJobId }: Content, jobId: number): number => {
  const parent =
    typeof parentJobId === 'string' && /^\d{1,15}$/.test(parentJobId) ? Number(parentJobId) : parentJobId;
  return typeof parent === 'number' && Number.isSafeInteger(parent) && parent >= 0 ? parent : jobId;
};

/** The outcome of a finished job. @param status of {@link statusOf} */
export const outcomeOfStatus = (status: unknown): Exclude<Outcome, 'running'> =>
  status === 0 ? 'succeeded' : status === 1 ? 'warning' : 'failed';

export const outcomeOf = (content: Content): Outcome =>
  content['state'] === 'DONE' ? outcomeOfStatus(statusOf(content)) : 'running';

export const countOutcomes = (outcomes: readonly Outcome[]): Readonly<Record<Outcome, number>> =>
  Object.fromEntries(
    OUTCOMES.map((outcome) => [outcome, outcomes.filter((one) => one === outcome).length]),
  ) as Record<Outcome, number>;

/** NetBackup's fields under their own names, and computed ones. Computed times are ISO 8601 in UTC. */
export interface JobView extends StartView {
  readonly [field: string]: unknown;
  readonly groupId: string;
  readonly jobId: number;
  readonly outcome: Outcome;
  /** The exit status as text, once the job is DONE. */
  readonly statusText?: string;
  readonly firstReportedAt: string;
  readonly lastReportedAt: string;
}

/** The event that decides a job's state: the last DONE, since DONE is final whatever the clock says, else the last one. */
export const latestOf = (events: readonly Notification[]): Notification | undefined =>
  events.findLast(({ content }) => content['state'] === 'DONE') ?? events.at(-1);

const latestContent = (events: readonly Notification[]): Content => latestOf(events)?.content ?? {};

/** @param events not empty, in order. */
export const jobView = (
  groupId: string,
  jobId: number,
  events: readonly Notification[],
  time: PrimaryTime = UNKNOWN_TIME,
): JobView => {
  const content = latestContent(events);
  const outcome = outcomeOf(content);
  return {
    ...content,
    groupId,
    jobId,
    outcome,
    ...omitUndefined({
      statusText: outcome === 'running' ? undefined : statusTextOf(statusOf(content)),
    }),
    ...startView(content['startTime'], events, time),
    ...reportedBetween(events),
  };
};

export const jobTimeline = (events: readonly Notification[]) =>
  events.map((event) => {
    const { state, status } = event.content;
    return { ...timelineEntry(event), state, status };
  });

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
  rank: jobRank,
  indexes: { 'by-outcome': 'outcome', 'by-client': 'client', 'by-policy': 'policy', 'by-parent': 'parent' },
  position,
  at: (events) => listedAt(latestContent(events)['startTime'], events),
  keys(groupId, events) {
    const content = latestContent(events);
    const { clientName, policyName, parentJobId, jobType } = content;
    const status = statusOf(content);
    const outcome = outcomeOf(content);
    const isDone = outcome !== 'running';
    return omitUndefined({
      outcome: partition(groupId, outcome),
      client: partition(groupId, clientName),
      policy: partition(groupId, policyName),
      parent: partition(groupId, parentJobId),
      jobType: typeof jobType === 'string' ? jobType.toWellFormed() : undefined,
      doneAt: isDone ? (latestOf(events)?.timeStamp ?? 0) : undefined,
      status: isDone && typeof status === 'number' ? status : undefined,
    }) satisfies Partial<JobFacts>;
  },
};
