/** Which jobs a query asks for. Pure. */

import { isMoment } from '../../protocol/time-stamp.ts';
import { type UtcOffset, utcSeconds } from '../utc-offset/utc-offset.ts';
import { partition } from '../views/index-keys.ts';
import { type JobView, OUTCOMES, type Outcome, statusOf } from './job.ts';

/** All of what is given must hold; of a list, one. Times are epoch seconds, from `from` up to, not including, `to`. */
export interface JobFilter {
  readonly state?: readonly string[] | undefined;
  readonly outcome?: readonly Outcome[] | undefined;
  readonly status?: readonly number[] | undefined;
  readonly jobType?: readonly string[] | undefined;
  readonly policyType?: readonly string[] | undefined;
  readonly scheduleType?: readonly string[] | undefined;
  readonly policyName?: string | undefined;
  readonly clientName?: string | undefined;
  readonly parentJobId?: number | undefined;
  /** When the job started, UTC (I-12). */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** When NetBackup first reported it. */
  readonly reportedFrom?: number | undefined;
  readonly reportedTo?: number | undefined;
}

const among = <T>(wanted: readonly T[] | undefined, value: unknown): boolean =>
  wanted === undefined || (wanted as readonly unknown[]).includes(value);
const same = (wanted: unknown, value: unknown): boolean => wanted === undefined || wanted === value;

/** Whether a moment lies in a range. */
export const within = (from: number | undefined, to: number | undefined, value: number): boolean =>
  (from === undefined || value >= from) && (to === undefined || value < to);

export const matchesJob = (filter: JobFilter, job: JobView, offsets: readonly UtcOffset[]): boolean => {
  const local = job['startTime'];
  // As long as the offset is not known, times are taken as they came.
  const started = utcSeconds(local, offsets) ?? (isMoment(local) ? local : undefined);
  const reported = Date.parse(job.firstReportedAt) / 1000;
  return (
    among(filter.state, job['state']) &&
    among(filter.outcome, job.outcome) &&
    (filter.status === undefined || (job.outcome !== 'running' && among(filter.status, statusOf(job)))) &&
    among(filter.jobType, job['jobType']) &&
    among(filter.policyType, job['policyType']) &&
    among(filter.scheduleType, job['scheduleType']) &&
    same(filter.policyName, job['policyName']) &&
    same(filter.clientName, job['clientName']) &&
    (filter.parentJobId === undefined || Number(job['parentJobId']) === filter.parentJobId) &&
    (started === undefined || within(filter.from, filter.to, started)) &&
    within(filter.reportedFrom, filter.reportedTo, reported)
  );
};

/** The index to read, and the partitions of it that hold every job that can match: the narrowest that there is. */
export const jobSources = (
  groupId: string,
  filter: JobFilter,
): { readonly index: string; readonly partitions: readonly string[] } => {
  const one = (index: string, value: string | number) => ({
    index,
    partitions: [partition(groupId, value)].filter((key) => key !== undefined),
  });
  if (filter.parentJobId !== undefined) return one('by-parent', filter.parentJobId);
  if (filter.clientName) return one('by-client', filter.clientName);
  if (filter.policyName) return one('by-policy', filter.policyName);
  const outcomes = filter.outcome ?? outcomesOf(filter);
  return {
    index: 'by-outcome',
    partitions: outcomes.map((outcome) => partition(groupId, outcome)).filter((key) => key !== undefined),
  };
};

/** What state and status say about the outcome. */
const outcomesOf = ({ state, status }: JobFilter): readonly Outcome[] => {
  const finished = OUTCOMES.filter((outcome) => outcome !== 'running');
  const byStatus = status?.map((code) => (code === 0 ? 'succeeded' : code === 1 ? 'warning' : 'failed'));
  if (byStatus) return finished.filter((outcome) => byStatus.includes(outcome));
  if (state === undefined) return OUTCOMES;
  return OUTCOMES.filter((outcome) =>
    outcome === 'running' ? state.some((one) => one !== 'DONE') : state.includes('DONE'),
  );
};
