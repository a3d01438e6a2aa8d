/** The state of a client under a policy from which its problems are found, from its judged runs. Pure. */
import type { VerdictRule } from '../../groups/backup-rules.ts';
import type { Group } from '../../groups/group.ts';
import type { JudgedClientPolicy } from '../backups/judge.ts';
import { isLater } from '../backups/start-time.ts';
import type { PrimaryTime } from '../primary-time/primary-time.ts';
import { isGood } from '../verdicts/verdict.ts';
import { attemptsOf } from './attempts.ts';
import type { ClientPolicyState } from './backup-findings.ts';
import { type TargetSettings, targetFor } from './targets.ts';

/** Whether an unfinished run is later than the latest run that counts. */
const isRetried = ({ runs, begun }: JudgedClientPolicy, time: PrimaryTime): boolean => {
  const counting = runs.findIndex(({ verdict }) => isGood(verdict) || verdict === 'failed');
  const later = counting < 0 ? runs : runs.slice(0, counting);
  if (later.some(({ verdict }) => verdict === 'running')) return true;
  const latest = runs[counting]?.leaf;
  return begun !== undefined && (latest === undefined || isLater(begun, latest, time));
};

export const clientPolicyStateOf = (
  settings: TargetSettings,
  group: Group,
  judged: JudgedClientPolicy,
  rules: readonly VerdictRule[],
  time: PrimaryTime,
): ClientPolicyState => {
  const { clientName, policyName } = judged;
  const attempts = attemptsOf(judged, rules, time);
  return {
    clientName,
    policyName,
    attempts,
    target: targetFor(settings, group, judged, attempts),
    consecutiveFailures: settings.consecutiveFailures,
    isRetried: isRetried(judged, time),
  };
};
