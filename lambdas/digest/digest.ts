/** What a digest contains: the state now, and what happened in the hours before. Pure. */
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { Measure, Subject } from '../problems/finding.ts';
import type { Severity } from '../problems/kinds.ts';

/** How far back a digest looks. */
export const DIGEST_HOURS = 24;

/** An open problem. */
export interface OpenProblem {
  readonly kind: string;
  readonly severity: Severity;
  /** Absent if it is about the whole deployment. */
  readonly groupId?: string;
  readonly subject: Subject;
  /** One sentence, in English. */
  readonly text: string;
  /** Epoch ms. */
  readonly since: number;
  readonly measures: readonly Measure[];
}

/** Leaf jobs that started or ended in the hours, by their verdict. */
export interface Totals {
  readonly succeeded: number;
  readonly warning: number;
  readonly failed: number;
  /** How many of the failed have recovered by a later run. */
  readonly recovered: number;
}
const NO_JOBS: Totals = { succeeded: 0, warning: 0, failed: 0, recovered: 0 };

interface Failures {
  readonly failed: number;
  readonly recovered: number;
}
/** The failures of one domain, with the clients that have the most. */
export interface FailingDomain extends Failures {
  readonly groupId: string;
  readonly clients: readonly (Failures & { readonly clientName: string })[];
}

/** The last good backup of a client under a policy. */
export interface OldBackup {
  readonly groupId: string;
  readonly clientName: string;
  readonly policyName: string;
  /** Absent if there is none, or its time is not known. */
  readonly ageHours?: number;
  readonly isNever: boolean;
  /** The target, where a problem names it. */
  readonly targetHours?: number;
}

/** A domain that should be connected, and is not. */
export interface DisconnectedDomain {
  readonly groupId: string;
  /** Epoch ms. */
  readonly since: number;
}

/** Means of the days before. */
export interface Usual {
  readonly days: number;
  readonly jobs: number;
  readonly failed: number;
  /** The share of good jobs on these days, 0 to 1; absent without a finished job. */
  readonly successRate?: number;
}

/** The first rows of a list, and how many rows it has in total. */
export interface Listed<T> {
  readonly rows: readonly T[];
  readonly total: number;
}

export interface Digest {
  /** Epoch ms. */
  readonly now: number;
  readonly problems: Listed<OpenProblem>;
  readonly critical: number;
  /** There are more problems than one digest reads. */
  readonly hasMoreProblems: boolean;
  readonly totals: Totals;
  readonly failing: Listed<FailingDomain>;
  /** Only the oldest ones. */
  readonly oldest: readonly OldBackup[];
  /** Clients and policies that had runs, but no good backup. */
  readonly withoutGoodBackup: number;
  readonly disconnected: Listed<DisconnectedDomain>;
  readonly domains: number;
  /** Domains whose jobs could not be read in time. */
  readonly leftOut: number;
  /** Domains that have more jobs than one summary reads. */
  readonly incomplete: number;
  /** Means of the days before; absent on the first day. */
  readonly usual?: Usual;
}

export const jobsOf = ({ succeeded, warning, failed }: Totals): number => succeeded + warning + failed;

/** The share of good jobs, 0 to 1; undefined without a finished job. */
export const successRateOf = (totals: Totals): number | undefined => {
  const jobs = jobsOf(totals);
  return jobs === 0 ? undefined : (totals.succeeded + totals.warning) / jobs;
};

export const sumOf = (all: readonly Totals[]): Totals =>
  all.reduce(
    (sum, one) => ({
      succeeded: sum.succeeded + one.succeeded,
      warning: sum.warning + one.warning,
      failed: sum.failed + one.failed,
      recovered: sum.recovered + one.recovered,
    }),
    NO_JOBS,
  );

/** The means of some days; undefined without a day. */
export const usualOf = (days: readonly Totals[]): Usual | undefined => {
  if (days.length === 0) return undefined;
  const sum = sumOf(days);
  const successRate = successRateOf(sum);
  return {
    days: days.length,
    jobs: jobsOf(sum) / days.length,
    failed: sum.failed / days.length,
    ...omitUndefined({ successRate }),
  };
};

/** Whether something could not be read, so that the digest is incomplete. */
const isPartial = ({ leftOut, incomplete, hasMoreProblems }: Digest): boolean =>
  leftOut + incomplete > 0 || hasMoreProblems;

/** Whether there is anything that somebody should read. */
export const hasContent = (digest: Digest): boolean => {
  const { problems, totals, disconnected, withoutGoodBackup } = digest;
  return problems.total + totals.failed + disconnected.total + withoutGoodBackup > 0 || isPartial(digest);
};
