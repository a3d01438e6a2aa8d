/** The form of a domain, and its requests. Pure. */
import type { Schemas } from '../../../../client/paths.ts';
import { readLabels, readList, writeLabels } from '../../format/lists.ts';
import { isKnownZone } from '../../format/zone.ts';

export type Group = Schemas['Group'];

/** A target of one client or policy, or of both, as text. */
export interface TargetRow {
  readonly client: string;
  readonly policy: string;
  readonly hours: string;
  readonly isRetired: boolean;
}

export interface GroupForm {
  readonly groupId: string;
  readonly description: string;
  readonly timeZone: string;
  readonly labels: string;
  readonly addresses: string;
  readonly targetHours: string;
  readonly targets: readonly TargetRow[];
}

export const NEW_GROUP: GroupForm = {
  groupId: '',
  description: '',
  timeZone: '',
  labels: '',
  addresses: '',
  targetHours: '',
  targets: [],
};
export const NEW_TARGET: TargetRow = { client: '', policy: '', hours: '', isRetired: false };

const text = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : '';

export const formOf = (group: Group): GroupForm => ({
  groupId: group.groupId,
  description: group.description ?? '',
  timeZone: group.timeZone ?? '',
  labels: writeLabels(group.labels),
  addresses: (group.allowedCidrs ?? []).join(' '),
  targetHours: text(group.targetHours),
  targets: (group.targets ?? []).map(({ client, policy, targetHours, retired }) => ({
    client: text(client),
    policy: text(policy),
    hours: text(targetHours),
    isRetired: retired === true,
  })),
});

const areHours = (hours: string): boolean => Number(hours) > 0;

const isTarget = ({ client, policy, hours, isRetired }: TargetRow): boolean =>
  (client.trim() !== '' || policy.trim() !== '') && (isRetired || areHours(hours));

/** The ids that the API accepts: 1 to 64 of these characters, and not `.` or `..`. */
export const isGroupId = (groupId: string): boolean =>
  /^[A-Za-z0-9._-]{1,64}$/.test(groupId) && !/^\.{1,2}$/.test(groupId);

/** The fields that are not valid. */
export const wrongFields = (form: GroupForm): readonly (keyof GroupForm)[] => {
  const { timeZone } = form;
  const isZone = timeZone === '' || isKnownZone(timeZone);
  return [
    ...(isGroupId(form.groupId) ? [] : (['groupId'] as const)),
    ...(isZone ? [] : (['timeZone'] as const)),
    ...(readLabels(form.labels) ? [] : (['labels'] as const)),
    ...(form.targetHours === '' || areHours(form.targetHours) ? [] : (['targetHours'] as const)),
    ...(form.targets.every(isTarget) ? [] : (['targets'] as const)),
  ];
};

const targetOf = ({ client, policy, hours, isRetired }: TargetRow) => ({
  ...(client.trim() !== '' && { client: client.trim() }),
  ...(policy.trim() !== '' && { policy: policy.trim() }),
  ...(isRetired ? { retired: true as const } : { targetHours: Number(hours) }),
});

const settingsOf = (form: GroupForm) => {
  const labels = readLabels(form.labels) ?? {};
  const addresses = [...readList(form.addresses)];
  return {
    description: form.description.trim() || null,
    timeZone: form.timeZone || null,
    labels: Object.keys(labels).length > 0 ? labels : null,
    allowedCidrs: addresses.length > 0 ? addresses : null,
    targetHours: form.targetHours === '' ? null : Number(form.targetHours),
    targets: form.targets.length > 0 ? form.targets.map(targetOf) : null,
  };
};

type Settings = ReturnType<typeof settingsOf>;
type Given = { readonly [Name in keyof Settings]?: NonNullable<Settings[Name]> };

/** For a new group: only the fields that are set. */
export const newGroupOf = (form: GroupForm): { groupId: string } & Given => ({
  groupId: form.groupId,
  ...(Object.fromEntries(Object.entries(settingsOf(form)).filter(([, value]) => value !== null)) as Given),
});

/** Only the fields that differ: a key for some domains may not set labels, even to their present value. `null` removes a setting. */
export const changesOf = (group: Group, form: GroupForm): Partial<Settings> => {
  const before = settingsOf(formOf(group));
  const after = settingsOf(form);
  const names = Object.keys(after) as (keyof Settings)[];
  const differs = (name: keyof Settings) => JSON.stringify(before[name]) !== JSON.stringify(after[name]);
  return Object.fromEntries(names.filter(differs).map((name) => [name, after[name]]));
};
