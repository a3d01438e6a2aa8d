/** The filters of a query for jobs. Pure. */

import { OUTCOMES, type Outcome } from '../../platform/bus/enumerations.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import { isSameClient, partition } from '../views/index-keys.ts';
import type { JobView } from './job.ts';
import { outcomeOfStatus, stateOf, statusOf } from './job-state.ts';
import { localStart, possibleStarts } from './start.ts';

/** Every given filter must match; one value of a list is enough. Times are epoch seconds: `from` inclusive, `to` exclusive. */
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
  /** When the job started, UTC; without a usable start when it was first reported (I-12). */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** When NetBackup first reported it. */
  readonly reportedFrom?: number | undefined;
  readonly reportedTo?: number | undefined;
}

const isOneOf = (values: readonly unknown[] | undefined, value: unknown): boolean =>
  values === undefined || values.includes(value);
const upper = (texts: readonly string[] | undefined) => texts?.map((text) => text.toUpperCase());
const isEqual = (wanted: unknown, value: unknown): boolean => wanted === undefined || wanted === value;

const isWithin = (from: number | undefined, to: number | undefined, value: number): boolean =>
  (from === undefined || value >= from) && (to === undefined || value < to);

/** The times by which it can be listed: its start, as sent while the offset is unknown; otherwise its first report. */
const listedTimes = (job: JobView, reported: number, time: PrimaryTime): readonly number[] => {
  const starts = possibleStarts(job, time);
  return starts.length > 0 ? starts : [localStart(job) ?? reported];
};

/** Whether the shown start, if there is one, is within the range: an ambiguous start may be decided after the job was found. */
export const isShownWithin = (filter: JobFilter, { startedAt }: JobView): boolean =>
  startedAt === undefined || isWithin(filter.from, filter.to, Date.parse(startedAt) / 1000);

/** An ambiguous start matches if one of its readings does. */
export const matchesJob = (filter: JobFilter, job: JobView, time: PrimaryTime): boolean => {
  const reported = Date.parse(job.firstReportedAt) / 1000;
  return (
    isOneOf(upper(filter.state), stateOf(job)) &&
    isOneOf(filter.outcome, job.outcome) &&
    (filter.status === undefined || (job.outcome !== 'running' && isOneOf(filter.status, statusOf(job)))) &&
    isOneOf(filter.jobType, job['jobType']) &&
    isOneOf(filter.policyType, job['policyType']) &&
    isOneOf(filter.scheduleType, job['scheduleType']) &&
    isEqual(filter.policyName, job['policyName']) &&
    (filter.clientName === undefined || isSameClient(filter.clientName, job['clientName'])) &&
    (filter.parentJobId === undefined || Number(job['parentJobId']) === filter.parentJobId) &&
    listedTimes(job, reported, time).some((at) => isWithin(filter.from, filter.to, at)) &&
    isWithin(filter.reportedFrom, filter.reportedTo, reported)
  );
};

/** The narrowest index, and its partitions, that contain every matching job. */
export const jobSources = (
  groupId: string,
  filter: JobFilter,
): { readonly index: string; readonly partitions: readonly string[] } => {
  const one = (index: string, value: string | number) => ({
    index,
    partitions: [partition(groupId, value)].filter((key) => key !== undefined),
  });
  if (filter.parentJobId !== undefined) return one('by-parent', filter.parentJobId);
  if (filter.clientName) return one('by-client', filter.clientName.toLowerCase());
  if (filter.policyName) return one('by-policy', filter.policyName);
  const outcomes = filter.outcome ?? outcomesOf(filter);
  return {
    index: 'by-outcome',
    partitions: outcomes.map((outcome) => partition(groupId, outcome)).filter((key) => key !== undefined),
  };
};

/** The outcomes that the filters by state and status allow. */
const outcomesOf = ({ state, status }: JobFilter): readonly Outcome[] => {
  const finished = OUTCOMES.filter((outcome) => outcome !== 'running');
  const byStatus = status?.map(outcomeOfStatus);
  if (byStatus) return finished.filter((outcome) => byStatus.includes(outcome));
  if (state === undefined) return OUTCOMES;
  return OUTCOMES.filter((outcome) =>
    outcome === 'running'
      ? state.some((one) => one.toUpperCase() !== 'DONE')
      : state.some((one) => one.toUpperCase() === 'DONE'),
  );
};
