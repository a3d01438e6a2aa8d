/** The part of one domain's summary that a digest uses: bounded, so that thousands of them fit into memory. Pure. */
import { omitUndefined } from '../platform/omit-undefined.ts';
import { isNever } from '../reports/summary/last-good.ts';
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

/** Rows for one domain: clients with the most failures, and oldest good backups. */
const CLIENTS = 5;
const OLDEST = 10;

const ageOf = ({ isNever, ageHours }: OldBackup): number =>
  isNever ? Number.POSITIVE_INFINITY : (ageHours ?? Number.MAX_VALUE);

/** Clients without a good backup first, then the oldest. */
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
    oldest: lastGoodBackups.slice(0, OLDEST).map((row) => ({
      groupId,
      clientName: row.clientName,
      policyName: row.policyName,
      isNever: isNever(row),
      ...omitUndefined({ ageHours: row.ageHours }),
    })),
    withoutGoodBackup: lastGoodBackups.filter(isNever).length,
    isComplete: complete,
  };
};
