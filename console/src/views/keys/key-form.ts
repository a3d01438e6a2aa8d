/** What a person enters for a new API key, and the request that it becomes. Pure. */
import type { Schemas } from '../../../../client/paths.ts';
import type { Scope } from '../../../../lambdas/http/rights.ts';
import { readLabels, readList } from '../../format/lists.ts';

export const REACHES = ['all', 'groups', 'labels'] as const;

export interface KeyForm {
  readonly description: string;
  /** The widest scope; each includes the previous ones. */
  readonly scope: Scope;
  readonly reach: (typeof REACHES)[number];
  readonly groups: string;
  readonly labels: string;
  readonly addresses: string;
  readonly validDays: string;
}

export const NEW_KEY: KeyForm = {
  description: '',
  scope: 'read',
  reach: 'all',
  groups: '',
  labels: '',
  addresses: '',
  validDays: '90',
};

/** The fields that are not complete. */
export const missingOf = ({ reach, groups, labels, validDays }: KeyForm): readonly (keyof KeyForm)[] => {
  const days = Number(validDays);
  return [
    ...(reach === 'groups' && readList(groups).length === 0 ? (['groups'] as const) : []),
    ...(reach === 'labels' && Object.keys(readLabels(labels) ?? {}).length === 0
      ? (['labels'] as const)
      : []),
    ...(Number.isInteger(days) && days >= 1 && days <= 3650 ? [] : (['validDays'] as const)),
  ];
};

const reachOf = ({ reach, groups, labels }: KeyForm): Pick<Schemas['KeyRequest'], 'groups' | 'labels'> => {
  if (reach === 'labels') return { labels: readLabels(labels) ?? {} };
  return { groups: reach === 'all' ? ['*'] : [...readList(groups)] };
};

export const keyRequestOf = (form: KeyForm): Schemas['KeyRequest'] => {
  const addresses = readList(form.addresses);
  const description = form.description.trim();
  return {
    scopes: [form.scope],
    ...reachOf(form),
    ...(addresses.length > 0 && { addresses: [...addresses] }),
    ...(description !== '' && { description }),
    validDays: Number(form.validDays),
  };
};
