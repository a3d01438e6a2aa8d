/** The labels of a group, such as `customer=acme`: people choose them to find groups. Pure. */
import type { Group } from './group.ts';

export const MAX_LABELS = 20;
export const MAX_LABEL_VALUE = 256;

export const LABEL_KEY = /^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/;

/** A key can be written before the `=` of a filter without quoting. */
export const isLabelKey = (text: string): boolean => LABEL_KEY.test(text);

/** 1 to {@link MAX_LABEL_VALUE} characters that a person can see and type. */
export const isLabelValue = (text: string): boolean =>
  text !== '' &&
  text.length <= MAX_LABEL_VALUE &&
  text.trim() === text &&
  !/\p{Cc}/u.test(text) &&
  text.isWellFormed();

export type Label = readonly [key: string, value: string];

/** `customer=acme`; the value may contain `=`. Undefined if it is not a label. */
export const parseLabel = (text: string): Label | undefined => {
  const [, key = '', value = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  return isLabelKey(key) && isLabelValue(value) ? [key, value] : undefined;
};

/** Whether a group has all of these labels. */
export const hasLabels = ({ labels = {} }: Pick<Group, 'labels'>, wanted: readonly Label[]): boolean =>
  wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value);
