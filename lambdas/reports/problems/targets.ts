/** The target age of the last good backup of a client under a policy. Pure. */
import type { TargetRule } from '../../groups/backup-rules.ts';
import type { Group } from '../../groups/group.ts';
import { hasLabels, parseLabel } from '../../groups/labels.ts';
import { matchesPattern } from '../../platform/pattern.ts';
import type { ClientPolicy } from '../backups/backup.ts';
import type { Attempt } from './attempts.ts';
import { type Habit, habitOf } from './habit.ts';

interface DeploymentRule extends TargetRule {
  /** `key=value` of the group. */
  readonly label?: string | undefined;
}

/** The targets of the deployment. */
export interface TargetSettings {
  readonly targetHours?: number | undefined;
  readonly targets?: readonly DeploymentRule[] | undefined;
  /** How many failed runs in a row are a problem. */
  readonly consecutiveFailures?: number | undefined;
}

/** The source of a target: the most specific one that applies, in this order. */
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

/** The target until there is a habit: enough for a weekly backup. */
const DEFAULT_TARGET_HOURS = 8 * 24;

type GroupTargets = Pick<Group, 'labels' | 'targetHours' | 'targets'>;

const fits =
  (group: GroupTargets, { clientName, policyName }: ClientPolicy) =>
  ({ client, policy, label }: DeploymentRule): boolean => {
    const wanted = label === undefined ? [] : [parseLabel(label)];
    return (
      (client === undefined || matchesPattern(client, clientName)) &&
      (policy === undefined || matchesPattern(policy, policyName)) &&
      wanted.every((one) => one !== undefined && hasLabels(group, [one]))
    );
  };

/** The source of a rule: the most specific thing that it names. */
const levelOf = ({ client, policy, label }: DeploymentRule): TargetSource =>
  client !== undefined
    ? 'client'
    : policy !== undefined
      ? 'policy'
      : label !== undefined
        ? 'label'
        : 'deployment';

/** The rule that applies. Of equally specific rules one of the group, then the first. */
const ruleFor = (settings: TargetSettings, group: GroupTargets, clientPolicy: ClientPolicy) => {
  const rules = [...(group.targets ?? []), ...(settings.targets ?? [])].filter(fits(group, clientPolicy));
  const found = (level: TargetSource) => rules.find((rule) => levelOf(rule) === level);
  const whole = ({ targetHours }: { readonly targetHours?: number | undefined }) =>
    targetHours === undefined ? undefined : { targetHours };
  const candidates: readonly (readonly [TargetSource, DeploymentRule | undefined])[] = [
    ['client', found('client')],
    ['policy', found('policy')],
    ['group', whole(group)],
    ['label', found('label')],
    ['deployment', whole(settings)],
  ];
  return candidates.find(([, rule]) => rule !== undefined);
};

/** The target; undefined if no backups are expected. @param attempts the latest first */
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
