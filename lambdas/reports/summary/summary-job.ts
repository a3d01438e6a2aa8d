/** A job as a summary counts it. Pure. */
import type { Verdict, VerdictRule } from '../../groups/backup-rules.ts';
import type { Outcome } from '../../platform/bus/enumerations.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { ClientBackup } from '../backups/backup.ts';
import type { JobFacts } from '../jobs/job.ts';
import { parentOf } from '../jobs/job-state.ts';
import { startOfPosition } from '../jobs/start.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import { verdictOf } from '../verdicts/verdict.ts';
import { listedAtOfPosition, partitionValue } from '../views/index-keys.ts';

export interface SummaryJob {
  readonly jobId: number;
  readonly parentJobId: number;
  /** In lower case where it comes from an index. */
  readonly clientName: string;
  readonly policyName: string;
  readonly jobType: string;
  readonly status?: number;
  readonly verdict: Verdict | 'running';
  /** The time by which it is listed, as NetBackup sent it. */
  readonly listedAt: number;
  /** Epoch seconds, UTC; absent while the offset is unknown. */
  readonly startedAt?: number;
  /** Epoch seconds at which NetBackup reported DONE. */
  readonly endedAt?: number;
}

export const jobOfFacts = (
  groupId: string,
  facts: JobFacts,
  time: PrimaryTime,
  rules: readonly VerdictRule[],
): SummaryJob => {
  const { jobId, status, doneAt, jobType = 'unknown' } = facts;
  const policyName = partitionValue(groupId, facts.policy);
  const isRunning = (partitionValue(groupId, facts.outcome) as Outcome) === 'running';
  const { seconds: listedAt } = listedAtOfPosition(facts.at);
  const startedAt = startOfPosition(facts.at, time, { notAfter: doneAt });
  return {
    jobId,
    parentJobId: parentOf({ parentJobId: partitionValue(groupId, facts.parent) }, jobId),
    clientName: partitionValue(groupId, facts.client),
    policyName,
    jobType,
    verdict: isRunning ? 'running' : verdictOf(rules, { status, policyName, jobType }),
    listedAt,
    ...omitUndefined({ status, startedAt, endedAt: doneAt }),
  };
};

export const jobOfBackup = (
  backup: ClientBackup,
  time: PrimaryTime,
  rules: readonly VerdictRule[],
): SummaryJob => {
  const { jobId, parentJobId, clientName, policyName, jobType, status, startTime, endedAt } = backup;
  const startedAt = time.utcSeconds(startTime, { notAfter: endedAt });
  return {
    jobId,
    parentJobId,
    clientName: clientName.toLowerCase(),
    policyName,
    jobType,
    status,
    verdict: verdictOf(rules, { status, policyName, jobType }),
    listedAt: startTime > 0 ? startTime : endedAt,
    ...omitUndefined({ startedAt }),
    endedAt,
  };
};

/** Whether it started or ended within a period. @param period epoch seconds; `from` inclusive, `to` exclusive */
export const isWithin = (
  { startedAt, listedAt, endedAt }: SummaryJob,
  { from, to }: { readonly from: number; readonly to: number },
): boolean => [startedAt ?? listedAt, endedAt].some((at) => at !== undefined && at >= from && at < to);
