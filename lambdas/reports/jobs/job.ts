/** A job, folded from its notifications (contract NOT-2, NOT-6). */
import { isoTime } from '../../platform/clock.ts';
import { type UtcOffset, utcTime } from '../utc-offset/utc-offset.ts';
import { listedAt, partition, position } from '../views/index-keys.ts';
import { contentOf, type Rank, reportedBetween, type TimelineEvent } from '../views/timeline.ts';
import type { ViewKind } from '../views/views-store.ts';
import { statusTextOf } from './status-text.ts';

/** `running` until DONE; then by the exit status: 0 succeeded, 1 warning, anything else failed. */
export type Outcome = 'running' | 'succeeded' | 'warning' | 'failed';
export const OUTCOMES: readonly Outcome[] = ['running', 'succeeded', 'warning', 'failed'];

type Content = Readonly<Record<string, unknown>>;

/** QUEUED < other states < DONE (I-3). */
export const jobRank: Rank = ({ state }) => (state === 'DONE' ? 2 : state === 'QUEUED' ? 0 : 1);

/** The exit status; digits in quotes are the same number. */
export const statusOf = ({ status }: Content): unknown =>
  typeof status === 'string' && /^\d{1,9}$/.test(status) ? Number(status) : status;

/** Its parent's id; its own at the root (NOT-2), and where NetBackup names none that a job can have. */
export const parentOf = ({ parentJobId }: Content, jobId: number): number => {
  const parent =
    typeof parentJobId === 'string' && /^\d{1,15}$/.test(parentJobId) ? Number(parentJobId) : parentJobId;
  return typeof parent === 'number' && Number.isSafeInteger(parent) && parent >= 0 ? parent : jobId;
};

export const outcomeOf = (content: Content): Outcome => {
  if (content['state'] !== 'DONE') return 'running';
  const status = statusOf(content);
  return status === 0 ? 'succeeded' : status === 1 ? 'warning' : 'failed';
};

/** NetBackup's own fields under their own names, and what we know besides. Times of ours are ISO 8601 in UTC. */
export interface JobView {
  readonly [field: string]: unknown;
  readonly groupId: string;
  readonly jobId: number;
  readonly outcome: Outcome;
  /** The exit status in words, once there is one. */
  readonly statusText?: string;
  /** `startTime` corrected to UTC (I-12); absent as long as the primary's offset is not known. */
  readonly startedAt?: string;
  readonly firstReportedAt: string;
  readonly lastReportedAt: string;
}
export interface JobTimelineEntry {
  readonly eventId: string;
  readonly reportedAt: string;
  readonly receivedAt: string;
  readonly state: unknown;
  readonly status: unknown;
}

/** The event that tells a job's state: the last DONE, since DONE is final whatever the clock says, else the last one. */
export const latestOf = (events: readonly TimelineEvent[]): TimelineEvent | undefined =>
  events.findLast((event) => contentOf(event)['state'] === 'DONE') ?? events.at(-1);

const latestContent = (events: readonly TimelineEvent[]): Content => {
  const latest = latestOf(events);
  return latest ? contentOf(latest) : {};
};

/** @param events not empty, in order. */
export const jobView = (
  groupId: string,
  jobId: number,
  events: readonly TimelineEvent[],
  offsets: readonly UtcOffset[] = [],
): JobView => {
  const content = latestContent(events);
  const startedAt = utcTime(content['startTime'], offsets);
  const outcome = outcomeOf(content);
  return {
    ...content,
    groupId,
    jobId,
    outcome,
    ...(outcome === 'running' ? {} : { statusText: statusTextOf(statusOf(content)) }),
    ...(startedAt === undefined ? {} : { startedAt }),
    ...reportedBetween(events),
  };
};

export const jobTimeline = (events: readonly TimelineEvent[]): JobTimelineEntry[] =>
  events.map((event) => {
    const { state, status } = contentOf(event);
    return {
      eventId: event.eventId,
      reportedAt: isoTime(event.timeStamp * 1000),
      receivedAt: isoTime(event.receivedAt),
      state,
      status,
    };
  });

/**
 * What the index `by-outcome` holds of a job, so that a summary need not read the jobs themselves. All of it changes
 * only when `outcome` does, so it costs no write of its own.
 */
export interface JobFacts {
  readonly at: string;
  readonly jobId: number;
  /** {@link partition}s; absent where NetBackup said nothing. */
  readonly outcome: string;
  readonly client?: string;
  readonly policy?: string;
  readonly parent?: string;
  readonly jobType?: string;
  readonly status?: number;
  /** Epoch seconds at which NetBackup said DONE. */
  readonly doneAt?: number;
}

/** How jobs are kept. */
export const JOBS: ViewKind = {
  id: 'jobId',
  object: 'JOB',
  rank: jobRank,
  indexes: { 'by-outcome': 'outcome', 'by-client': 'client', 'by-policy': 'policy', 'by-parent': 'parent' },
  position,
  at: (events) => listedAt(latestContent(events)['startTime'], events[0]?.timeStamp ?? 0),
  keys(groupId, events) {
    const content = latestContent(events);
    const { clientName, policyName, parentJobId, jobType } = content;
    const status = statusOf(content);
    const outcome = outcomeOf(content);
    const facts: Partial<JobFacts> = {
      outcome: partition(groupId, outcome) ?? '',
      ...given('client', partition(groupId, clientName)),
      ...given('policy', partition(groupId, policyName)),
      ...given('parent', partition(groupId, parentJobId)),
      ...(typeof jobType === 'string' ? { jobType: jobType.toWellFormed() } : {}),
      ...(outcome === 'running' ? {} : { doneAt: latestOf(events)?.timeStamp ?? 0 }),
      ...(outcome !== 'running' && typeof status === 'number' ? { status } : {}),
    };
    return facts;
  },
};

const given = (name: string, value: string | undefined) => (value === undefined ? {} : { [name]: value });
