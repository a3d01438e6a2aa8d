/**
 * The meaning of an exit status for a deployment or a group. Verdicts are never stored: rules apply when something is read, so that a
 * changed rule applies to the past too. Pure.
 */
import { VERDICTS, type Verdict, type VerdictRule } from '../../groups/backup-rules.ts';
import type { Outcome } from '../../platform/bus/enumerations.ts';
import { matchesPattern } from '../../platform/pattern.ts';
import { outcomeOfStatus, statusOf } from '../jobs/job-state.ts';

/** The attributes that rules compare. */
export interface Judged {
  /** Undefined if NetBackup sent no number. */
  readonly status: number | undefined;
  readonly policyName: string;
  readonly jobType: string;
}

/** The status of a job that an administrator terminated. */
const CANCELLED = 150;

const applies = ({ status, policy, jobType }: VerdictRule, job: Judged): boolean =>
  (status === undefined || [status].flat().some((one) => one === job.status)) &&
  (policy === undefined || matchesPattern(policy, job.policyName)) &&
  (jobType === undefined ||
    [jobType].flat().some((type) => type.toUpperCase() === job.jobType.toUpperCase()));

/** The verdict where no rule applies. */
export const verdictOfStatus = (status: number | undefined): Verdict => {
  const outcome = outcomeOfStatus(status);
  if (outcome === 'succeeded') return 'ok';
  return status === CANCELLED ? 'cancelled' : outcome;
};

/** The verdict of the first rule that applies; without one: 0 ok, 1 warning, 150 cancelled, anything else failed. */
export const verdictOf = (rules: readonly VerdictRule[], job: Judged): Verdict =>
  rules.find((rule) => applies(rule, job))?.verdict ?? verdictOfStatus(job.status);

export const isGood = (result: Verdict | Outcome): boolean =>
  result === 'ok' || result === 'succeeded' || result === 'warning';

/** The worst of several verdicts; undefined if there are none. */
export const worstOf = (verdicts: readonly Verdict[]): Verdict | undefined =>
  VERDICTS.findLast((verdict) => verdicts.includes(verdict));
/** The best of several verdicts; undefined if there are none. */
export const bestOf = (verdicts: readonly Verdict[]): Verdict | undefined =>
  VERDICTS.find((verdict) => verdicts.includes(verdict));

/** The attributes of a job that rules compare. */
export const judged = (content: Readonly<Record<string, unknown>>): Judged => {
  const status = statusOf(content);
  const { policyName, jobType } = content;
  return {
    status: typeof status === 'number' ? status : undefined,
    policyName: typeof policyName === 'string' ? policyName : '',
    jobType: typeof jobType === 'string' ? jobType : '',
  };
};
