/** The finished runs of a client under a policy that count: the kept ones, and those that are remembered only by their hours. Pure. */
import type { VerdictRule } from '../../groups/backup-rules.ts';
import { HOUR_S } from '../../platform/clock.ts';
import { type JudgedClientPolicy, type JudgedRun, judgePast } from '../backups/judge.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import { isGood, verdictOf } from '../verdicts/verdict.ts';

export interface Attempt {
  /** Epoch seconds, UTC. For a remembered run the beginning of its hour. */
  readonly startedAt: number;
  /** The hour of its start by the clock of the primary, counted from 1970. */
  readonly localHour: number;
  readonly isGood: boolean;
  /** The exit status; the highest one of several failed streams. */
  readonly status: number;
  /** When its last job ended by NetBackup's report, epoch seconds; undefined for a remembered run. */
  readonly endedAt?: number;
  /** For a good run its latest job, for a failed run its failed jobs, the latest first. */
  readonly jobIds: readonly number[];
}

type Rules = readonly VerdictRule[];

/** The hour by the wall clock of the primary; in UTC while its offset is unknown. */
const localHour = (utc: number, time: PrimaryTime): number =>
  Math.floor((utc - (time.offsetsBetween(utc, utc)[0]?.seconds ?? 0)) / HOUR_S);

const attemptOf = (
  { leaf, leaves, verdict }: JudgedRun,
  policyName: string,
  rules: Rules,
  time: PrimaryTime,
): Attempt => {
  const failed = leaves
    .filter(({ status, jobType }) => verdictOf(rules, { status, policyName, jobType }) === 'failed')
    .sort((a, b) => b.endedAt - a.endedAt || b.jobId - a.jobId);
  const good = isGood(verdict);
  const startedAt = time.utcSeconds(leaf.startTime, { notAfter: leaf.endedAt }) ?? leaf.endedAt;
  return {
    startedAt,
    localHour: localHour(startedAt, time),
    isGood: good,
    status: good ? leaf.status : Math.max(...failed.map(({ status }) => status)),
    endedAt: Math.max(...leaves.map(({ endedAt }) => endedAt)),
    jobIds: good ? [leaf.jobId] : failed.map(({ jobId }) => jobId),
  };
};

/** The latest first. What is ignored, cancelled or not finished does not count. */
export const attemptsOf = (
  judged: Pick<JudgedClientPolicy, 'runs' | 'past' | 'policyName'>,
  rules: Rules,
  time: PrimaryTime,
): Attempt[] => {
  const counts = (verdict: JudgedRun['verdict']) => isGood(verdict) || verdict === 'failed';
  const kept = judged.runs
    .filter(({ verdict }) => counts(verdict))
    .map((run) => attemptOf(run, judged.policyName, rules, time));
  const remembered = judgePast(judged, rules).flatMap(({ hour, status, verdict }): Attempt[] => {
    if (!counts(verdict)) return [];
    const startedAt = time.utcSeconds(hour * HOUR_S) ?? hour * HOUR_S;
    return [
      { startedAt, localHour: localHour(startedAt, time), isGood: isGood(verdict), status, jobIds: [] },
    ];
  });
  return [...kept, ...remembered].sort(
    (a, b) => b.startedAt - a.startedAt || (b.jobIds[0] ?? 0) - (a.jobIds[0] ?? 0) || b.status - a.status,
  );
};
