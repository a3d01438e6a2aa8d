/** What is wrong with the backups of one client under one policy: a function of stored data, settings and time. Pure. */

import { HOUR_MS, MINUTE_MS } from '../../platform/clock.ts';
import { groupBy } from '../../platform/collections.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { Finding } from '../../problems/finding.ts';
import type { ProblemKind } from '../../problems/kinds.ts';
import type { ClientPolicy } from '../backups/backup.ts';
import { statusTextOf } from '../jobs/status-text.ts';
import type { Attempt } from './attempts.ts';
import { type StatusClass, statusClassOf } from './status-class.ts';
import type { Target } from './targets.ts';

export const BACKUP_KINDS = [
  'backup-failed',
  'consecutive-failures',
  'no-good-backup',
] as const satisfies readonly ProblemKind[];

/** How long after the end of a failed job a retry may still succeed: NetBackup's own retries come sooner. */
const HOLD_MS = 30 * MINUTE_MS;
const MAX_JOBS = 20;

const DEFAULT_CONSECUTIVE_FAILURES = 3;

export interface ClientPolicyState extends ClientPolicy {
  /** The latest first. */
  readonly attempts: readonly Attempt[];
  /** Undefined if no backups are expected: then nothing is wrong. */
  readonly target: Target | undefined;
  /** Undefined for the default. */
  readonly consecutiveFailures: number | undefined;
  /** Whether a later run is not finished: it may still succeed. */
  readonly isRetried: boolean;
}

/** The failed runs since the last good one, the latest first. */
const streakOf = (attempts: readonly Attempt[]): readonly Attempt[] => {
  const good = attempts.findIndex(({ isGood }) => isGood);
  return good < 0 ? attempts : attempts.slice(0, good);
};

/** When a run ended, epoch ms. For a remembered run only the start is known. */
const endOf = ({ endedAt, startedAt }: Attempt): number => (endedAt ?? startedAt) * 1000;

/** The longest name in a sentence. NetBackup's names are shorter, but have no bound, and Slack accepts 3 000 characters. */
const MAX_NAME = 300;
const shortened = (name: string): string =>
  name.length <= MAX_NAME ? name : `${name.slice(0, MAX_NAME).toWellFormed()}…`;

const named = ({ clientName, policyName }: ClientPolicy): string =>
  policyName === ''
    ? shortened(clientName)
    : `${shortened(clientName)} under the policy ${shortened(policyName)}`;

/** @param failed not empty, the latest first */
const extent = (failed: readonly Attempt[]) => ({
  since: Math.min(...failed.map(endOf)),
  last: Math.max(...failed.map(endOf)),
  count: failed.length,
  jobIds: failed.flatMap(({ jobIds }) => jobIds).slice(0, MAX_JOBS),
});

const CAUSES: Readonly<Record<StatusClass, string>> = {
  connection: 'the client cannot be reached',
  storage: 'the storage does not work',
  snapshot: 'no snapshot can be taken',
  window: 'the backup window is too short',
  selection: 'there is nothing to back up',
  other: 'the backup fails',
};

const failureOf = (
  state: ClientPolicyState,
  variant: StatusClass,
  failed: readonly Attempt[],
  now: number,
): Finding => {
  const { since, ...rest } = extent(failed);
  const status = failed[0]?.status;
  const wait = state.isRetried ? now + HOLD_MS : since + HOLD_MS;
  return omitUndefined({
    kind: 'backup-failed' as const,
    variant,
    since,
    ...rest,
    status,
    measures: [{ name: 'failures' as const, value: failed.length, threshold: 1, from: 'default' }],
    text: `${named(state)} failed with status ${status} (${statusTextOf(status)}), and has had no good backup since: ${CAUSES[variant]}.`,
    holdUntil: wait > now ? wait : undefined,
  });
};

const seriesOf = (state: ClientPolicyState, streak: readonly Attempt[]): Finding[] => {
  const threshold = state.consecutiveFailures ?? DEFAULT_CONSECUTIVE_FAILURES;
  if (streak.length < threshold) return [];
  const from = state.consecutiveFailures === undefined ? 'default' : 'deployment';
  return [
    {
      kind: 'consecutive-failures',
      ...extent(streak),
      measures: [{ name: 'failures', value: streak.length, threshold, from }],
      text: `The latest backups of ${named(state)} have all failed.`,
    },
  ];
};

/** When the last good backup becomes too old (epoch ms). If there is none, the time counts from the first failure. */
export const overdueAt = ({
  attempts,
  target,
}: Pick<ClientPolicyState, 'attempts' | 'target'>): number | undefined => {
  const from = attempts.find(({ isGood }) => isGood) ?? attempts.at(-1);
  return target && from && from.startedAt * 1000 + target.hours * HOUR_MS;
};

const ageOf = (state: ClientPolicyState, target: Target, now: number): Finding[] => {
  const due = overdueAt(state);
  if (due === undefined || due > now) return [];
  const good = state.attempts.find(({ isGood }) => isGood);
  const from = due - target.hours * HOUR_MS;
  return [
    {
      kind: 'no-good-backup',
      since: due,
      last: due,
      count: 1,
      jobIds: (good ?? state.attempts[0])?.jobIds.slice(0, MAX_JOBS) ?? [],
      measures: [
        { name: 'ageHours', ageOf: from, value: target.hours, threshold: target.hours, from: target.from },
      ],
      text: good
        ? `The last good backup of ${named(state)} is older than its target.`
        : `${named(state)} has never had a good backup.`,
    },
  ];
};

/** @param now epoch ms */
export const backupFindings = (state: ClientPolicyState, now: number): Finding[] => {
  const { attempts, target } = state;
  if (!target) return [];
  const streak = streakOf(attempts);
  const byClass = groupBy(streak, ({ status }) => statusClassOf(status));
  return [
    ...[...byClass].map(([variant, failed]) => failureOf(state, variant, failed, now)),
    ...seriesOf(state, streak),
    ...ageOf(state, target, now),
  ];
};
