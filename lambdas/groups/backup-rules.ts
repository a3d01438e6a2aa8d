/** The rules by which the backups of a group are judged. `reports` applies them. */

/** Of a finished job, from the best to the worst. */
export const VERDICTS = ['ok', 'warning', 'ignored', 'cancelled', 'failed'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** Each given condition must hold, of a list one value. A single value needs no list. */
export interface VerdictRule {
  /** Exit statuses. */
  readonly status?: number | readonly number[] | undefined;
  /** Name of the policy in any letter case; `*` stands for any text. */
  readonly policy?: string | undefined;
  readonly jobType?: string | readonly string[] | undefined;
  readonly verdict: Verdict;
}

/** For clients and policies by pattern, in any letter case; `*` stands for any text. All that it names must fit. */
export interface TargetRule {
  readonly client?: string | undefined;
  readonly policy?: string | undefined;
  readonly targetHours?: number | undefined;
  /** Instead of hours: no backups are expected. */
  readonly retired?: true | undefined;
}
