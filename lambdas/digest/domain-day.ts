/** What a digest takes from the summary of one domain: bounded, so that those of thousands fit into memory. Pure. */
import { omitUndefined } from '../platform/omit-undefined.ts';
import type { Summary } from '../reports/summary/summary.ts';
import type { FailingDomain, OldBackup, Totals } from './digest.ts';

export interface DomainDay {
  readonly totals: Totals;
  readonly failing?: FailingDomain;
  readonly oldest: readonly OldBackup[];
  readonly withoutGoodBackup: number;
  /** False when the domain has more jobs than one summary reads. */
  readonly isComplete: boolean;
}

/** Of one domain: clients with most failures, and oldest good backups. */
const CLIENTS = 5;
const OLDEST = 10;

const ageOf = ({ isNever, ageHours }: OldBackup): number =>
  isNever ? Number.POSITIVE_INFINITY : (ageHours ?? Number.MAX_VALUE);

/** Those without a good backup first, then the oldest. */
export const oldestFirst = (one: OldBackup, other: OldBackup): number => {
  const [a, b] = [ageOf(one), ageOf(other)];
  if (a !== b) return a > b ? -1 : 1;
  return one.groupId < other.groupId ? -1 : 1;
};

export const dayOfDomain = (summary: Summary): DomainDay => {
  const { groupId, outcomes, recovered, failures, lastGoodBackups, complete } = summary;
  const { succeeded, warning, failed } = outcomes;
  const clients = failures.byClient.slice(0, CLIENTS).map((row) => ({ recovered: 0, ...row }));
  return {
    totals: { succeeded, warning, failed, recovered },
    ...(failed > 0 ? { failing: { groupId, failed, recovered, clients } } : {}),
    // The summary lists them in this order.
    oldest: lastGoodBackups.slice(0, OLDEST).map(({ clientName, policyName, jobId, ageHours }) => ({
      groupId,
      clientName,
      policyName,
      isNever: jobId === undefined,
      ...omitUndefined({ ageHours }),
    })),
    withoutGoodBackup: lastGoodBackups.filter(({ jobId }) => jobId === undefined).length,
    isComplete: complete,
  };
};
