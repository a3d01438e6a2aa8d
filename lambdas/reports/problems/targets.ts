/** How old the last good backup of a client under a policy may be. Pure. */

import type { Group } from '../../groups/group.ts';
import { hasLabels, parseLabel } from '../../groups/labels.ts';
import { matchesPattern } from '../../platform/pattern.ts';
import type { ClientPolicy } from '../backups/backup.ts';
import type { Attempt } from './attempts.ts';
import { type Habit, habitOf } from './habit.ts';

/** For clients and policies by pattern, in any letter case; `*` stands for any text. All that it names must fit. */
export interface TargetRule {
  readonly client?: string | undefined;
  readonly policy?: string | undefined;
  /** `key=value` of the group; in the settings of the deployment. */
  readonly label?: string | undefined;
  readonly targetHours?: number | undefined;
  /** Instead of hours: no backups are expected. */
  readonly retired?: true | undefined;
}

/** Those of the deployment. */
export interface TargetSettings {
  readonly targetHours?: number | undefined;
  readonly targets?: readonly TargetRule[] | undefined;
  /** So many failed runs in a row are a problem. */
  readonly consecutiveFailures?: number | undefined;
}

/** Where a target comes from: the most specific that applies, in this order. */
export const TARGET_SOURCES = [
  'client',
  'policy',
  'group',
  'label',
  'deployment',
  'learned',
  'default',
] as const;
export type TargetSource = (typeof TARGET_SOURCES)[number];

export interface Target {
  readonly hours: number;
  readonly from: TargetSource;
  readonly habit?: Habit;
}

/** Until there is a habit: a weekly backup fits in. */
const DEFAULT_TARGET_HOURS = 8 * 24;

type GroupTargets = Pick<Group, 'labels' | 'targetHours' | 'targets'>;

const fits =
  (group: GroupTargets, { clientName, policyName }: ClientPolicy) =>
  ({ client, policy, label }: TargetRule): boolean => {
    const wanted = label === undefined ? [] : [parseLabel(label)];
    return (
      (client === undefined || matchesPattern(client, clientName)) &&
      (policy === undefined || matchesPattern(policy, policyName)) &&
      wanted.every((one) => one !== undefined && hasLabels(group, [one]))
    );
  };

/** A rule counts as the most specific thing that it names. */
const levelOf = ({ client, policy, label }: TargetRule): TargetSource =>
  client !== undefined
    ? 'client'
    : policy !== undefined
      ? 'policy'
      : label !== undefined
        ? 'label'
        : 'deployment';

/** The rule that applies. Of equally specific ones that of the group, then the first. */
const ruleFor = (settings: TargetSettings, group: GroupTargets, clientPolicy: ClientPolicy) => {
  const rules = [...(group.targets ?? []), ...(settings.targets ?? [])].filter(fits(group, clientPolicy));
  const found = (level: TargetSource) => rules.find((rule) => levelOf(rule) === level);
  const whole = ({ targetHours }: { readonly targetHours?: number | undefined }) =>
    targetHours === undefined ? undefined : { targetHours };
  const candidates: readonly (readonly [TargetSource, TargetRule | undefined])[] = [
    ['client', found('client')],
    ['policy', found('policy')],
    ['group', whole(group)],
    ['label', found('label')],
    ['deployment', whole(settings)],
  ];
  return candidates.find(([, rule]) => rule !== undefined);
};

/** Undefined if no backups are expected. @param attempts the latest first */
export const targetFor = (
  settings: TargetSettings,
  group: GroupTargets,
  clientPolicy: ClientPolicy,
  attempts: readonly Attempt[],
): Target | undefined => {
  const [from, rule] = ruleFor(settings, group, clientPolicy) ?? [];
  if (rule?.retired) return undefined;
  if (from !== undefined && rule?.targetHours !== undefined) return { hours: rule.targetHours, from };
  const habit = habitOf(attempts);
  return habit
    ? { hours: habit.gapHours + habit.graceHours, from: 'learned', habit }
    : { hours: DEFAULT_TARGET_HOURS, from: 'default' };
};
