/** What the problems of a client under a policy are found in, from its judged runs. Pure. */
import type { Group } from '../../groups/group.ts';
import type { JudgedProtection } from '../backups/judge.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import type { VerdictRule } from '../verdicts/verdict.ts';
import { attemptsOf } from './attempts.ts';
import type { PairState } from './backup-findings.ts';
import { type TargetSettings, targetFor } from './targets.ts';

export const pairStateOf = (
  settings: TargetSettings,
  group: Group,
  judged: JudgedProtection,
  rules: readonly VerdictRule[],
  time: PrimaryTime,
): PairState => {
  const { clientName, policyName, runs, begun } = judged;
  const attempts = attemptsOf(judged, rules, time);
  return {
    clientName,
    policyName,
    attempts,
    target: targetFor(settings, group, judged, attempts),
    consecutiveFailures: settings.consecutiveFailures,
    isRetried: begun !== undefined || runs[0]?.verdict === 'running',
  };
};
