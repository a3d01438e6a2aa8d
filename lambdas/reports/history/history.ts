/** One verdict a day for a client under a policy: the best of the runs that started on that day of the primary. Pure. */
import type { Verdict, VerdictRule } from '../../groups/backup-rules.ts';
import { DAY_MS, HOUR_S, isoTime } from '../../platform/clock.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type JudgedClientPolicy, judgePast } from '../backups/judge.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import { bestOf, isGood } from '../verdicts/verdict.ts';

export interface DayVerdict {
  /** `2026-11-28` */
  readonly day: string;
  readonly verdict: Verdict;
}

/** The calendar days between two days, both included. */
const daysBetween = (first: string, last: string): string[] => {
  const days: string[] = [];
  for (let at = Date.parse(first); at <= Date.parse(last); at += DAY_MS) days.push(isoTime(at).slice(0, 10));
  return days;
};

/** The first of this many days, the last of which is `today`. */
const firstDay = (today: string, days: number): string =>
  isoTime(Date.parse(today) - (days - 1) * DAY_MS).slice(0, 10);

const verdictsByDay = (
  clientPolicy: JudgedClientPolicy,
  rules: readonly VerdictRule[],
  time: PrimaryTime,
): Map<string, Verdict[]> => {
  const byDay = new Map<string, Verdict[]>();
  const add = (local: number, verdict: Verdict) => {
    const day = time.dayOf(time.utcSeconds(local) ?? local);
    byDay.set(day, [...(byDay.get(day) ?? []), verdict]);
  };
  for (const { verdict, leaf } of clientPolicy.runs) {
    if (verdict === 'running') continue;
    if (leaf.startTime > 0) add(leaf.startTime, verdict);
    else byDay.set(time.dayOf(leaf.endedAt), [...(byDay.get(time.dayOf(leaf.endedAt)) ?? []), verdict]);
  }
  for (const { hour, verdict } of judgePast(clientPolicy, rules)) add(hour * HOUR_S + HOUR_S / 2, verdict);
  return byDay;
};

/**
 * @param count of days, of which the last is today
 * @param now epoch ms
 */
export const historyOf = (
  clientPolicy: JudgedClientPolicy,
  rules: readonly VerdictRule[],
  time: PrimaryTime,
  count: number,
  now: number,
) => {
  const { clientName, policyName } = clientPolicy;
  const today = time.dayOf(now / 1000);
  const first = firstDay(today, count);
  const byDay = verdictsByDay(clientPolicy, rules, time);
  const days = [...byDay]
    .filter(([day]) => day >= first && day <= today)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([day, verdicts]): DayVerdict[] => {
      const verdict = bestOf(verdicts);
      return verdict ? [{ day, verdict }] : [];
    });
  const judged = days.filter(({ verdict }) => isGood(verdict) || verdict === 'failed');
  const good = new Set(days.filter(({ verdict }) => isGood(verdict)).map(({ day }) => day));
  const lastGood = judged.findLastIndex(({ verdict }) => isGood(verdict));
  return {
    clientName,
    policyName,
    from: first,
    to: today,
    days,
    ...omitUndefined({
      successRate:
        judged.length === 0
          ? undefined
          : Math.round((judged.filter(({ verdict }) => isGood(verdict)).length / judged.length) * 1000) /
            1000,
    }),
    longestGapDays: days[0] ? longestGap(daysBetween(days[0].day, today), good) : 0,
    consecutiveFailures: judged.length - 1 - lastGood,
  };
};
/** The largest number of days in a row without a good backup. */
const longestGap = (days: readonly string[], good: ReadonlySet<string>): number => {
  let longest = 0;
  let gap = 0;
  for (const day of days) {
    gap = good.has(day) ? 0 : gap + 1;
    longest = Math.max(longest, gap);
  }
  return longest;
};
