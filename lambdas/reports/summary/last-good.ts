/** The last good backup of each client under each policy. Pure. */
import { isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { Backup } from '../backups/backup.ts';
import type { JudgedClientPolicy, JudgedRun } from '../backups/judge.ts';
import { isLater } from '../backups/start-time.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import { isGood } from '../verdicts/verdict.ts';

/** Its start in UTC, and its age. Both are absent while the offset is unknown, or without a usable start. */
const started = (
  { startTime, endedAt }: Backup,
  time: PrimaryTime,
  now: number,
): { readonly startedAt?: string; readonly ageHours?: number } => {
  const startedAt = time.utcSeconds(startTime, { notAfter: endedAt });
  return startedAt === undefined
    ? {}
    : {
        startedAt: isoTime(startedAt * 1000),
        ageHours: Math.max(0, Math.round((now / 1000 - startedAt) / 36) / 100),
      };
};

const outcomeOf = ({ verdict }: JudgedRun) =>
  verdict === 'ok' ? ('succeeded' as const) : ('warning' as const);

const rowOf = (
  { clientName, policyName, runs, begun }: JudgedClientPolicy,
  time: PrimaryTime,
  now: number,
) => {
  const counting = runs.filter(({ verdict }) => verdict !== 'ignored');
  const good = counting.find(({ verdict }) => isGood(verdict));
  const full = counting.find(({ verdict, isFull }) => isFull && isGood(verdict));
  const latest = counting[0];
  const isBegun = begun !== undefined && (latest === undefined || isLater(begun, latest.leaf, time));
  const latestView = isBegun
    ? { jobId: begun.jobId, verdict: 'running' as const, ...omitUndefined({ startedAt: begun.startedAt }) }
    : latest && {
        jobId: latest.leaf.jobId,
        verdict: latest.verdict,
        ...omitUndefined({ startedAt: started(latest.leaf, time, now).startedAt }),
      };
  return {
    clientName,
    policyName,
    ...(good ? { jobId: good.leaf.jobId, outcome: outcomeOf(good), ...started(good.leaf, time, now) } : {}),
    ...(good?.isSnapshotOnly ? { snapshotOnly: true as const } : {}),
    ...(good?.failedParent
      ? { parentFailed: { jobId: good.failedParent.jobId, status: good.failedParent.status } }
      : {}),
    ...(full ? { lastFull: { jobId: full.leaf.jobId, ...started(full.leaf, time, now) } } : {}),
    // If the last good run is the latest run, it is not repeated.
    ...(latestView && latestView.jobId !== good?.leaf.jobId ? { latest: latestView } : {}),
  };
};

/** As the API shows it, whose schema it is compared with. */
export type LastGood = ReturnType<typeof rowOf>;

export const isNever = ({ jobId }: LastGood): boolean => jobId === undefined;

/** Clients without a good backup first, then the oldest. @param now epoch ms */
export const lastGoodBackups = (
  clientPolicies: readonly JudgedClientPolicy[],
  time: PrimaryTime,
  now: number,
): LastGood[] => {
  const age = (row: LastGood) =>
    isNever(row) ? Number.POSITIVE_INFINITY : (row.ageHours ?? Number.MAX_VALUE);
  return clientPolicies
    .filter(({ isDismissed, runs }) => !isDismissed && runs.some(({ verdict }) => verdict !== 'ignored'))
    .map((clientPolicy) => rowOf(clientPolicy, time, now))
    .sort((a, b) => (age(a) === age(b) ? 0 : age(b) - age(a)));
};
