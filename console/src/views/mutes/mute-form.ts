/** The content of a mute rule's form. Pure. */
import type { Schemas } from '../../../../client/paths.ts';
import { fromLocalField } from '../../format/local-time.ts';
import { omitUndefined } from '../../omit-undefined.ts';

export type MuteRule = Schemas['MuteRule'];
export type MuteRuleRequest = Schemas['MuteRuleRequest'];
export type Day = NonNullable<MuteRule['window']>['days'][number];
export type Kind = NonNullable<MuteRule['kinds']>[number];

/** The days of the week in the order of most calendars. */
export const DAYS: readonly Day[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

export interface MuteForm {
  readonly reason: string;
  /** The value of a `datetime-local` field. */
  readonly until: string;
  readonly groupId: string;
  readonly clientName: string;
  readonly policyName: string;
  /** `key=value` */
  readonly label: string;
  readonly kinds: readonly Kind[];
  readonly isRecurring: boolean;
  readonly days: readonly Day[];
  readonly from: string;
  readonly to: string;
  readonly timeZone: string;
}

export type FormError = 'needsCondition' | 'needsDay' | 'badLabel';

const labelsOf = (label: string): Record<string, string> | undefined => {
  const [, key, value] = /^([^=]+)=(.+)$/.exec(label.trim()) ?? [];
  return key === undefined || value === undefined ? undefined : { [key.trim()]: value.trim() };
};

export const errorOf = (form: MuteForm): FormError | undefined => {
  const { groupId, clientName, policyName, label, kinds } = form;
  if (label.trim() !== '' && !labelsOf(label)) return 'badLabel';
  const conditions = [groupId, clientName, policyName, label].filter((text) => text.trim() !== '');
  if (conditions.length === 0 && kinds.length === 0) return 'needsCondition';
  return form.isRecurring && form.days.length === 0 ? 'needsDay' : undefined;
};

const given = (name: string, text: string) => (text.trim() === '' ? {} : { [name]: text.trim() });

/** The request of a form without errors. Undefined if `until` is not a time. */
export const requestOf = (form: MuteForm): MuteRuleRequest | undefined => {
  const until = fromLocalField(form.until);
  const labels = labelsOf(form.label);
  if (until === undefined) return undefined;
  return {
    reason: form.reason.trim(),
    until,
    ...given('groupId', form.groupId),
    ...given('clientName', form.clientName),
    ...given('policyName', form.policyName),
    ...omitUndefined({ labels }),
    ...(form.kinds.length > 0 ? { kinds: [...form.kinds] } : {}),
    ...(form.isRecurring
      ? {
          window: {
            days: DAYS.filter((day) => form.days.includes(day)),
            from: form.from,
            to: form.to,
            timeZone: form.timeZone.trim(),
          },
        }
      : {}),
  };
};
