/** The rights of a request's sender, an API key or a person. Pure. */
import type { Group } from '../groups/group.ts';
import { hasLabels } from '../groups/labels.ts';

/**
 * `admin` includes everything; `command` includes `read`; `inject` includes `command`, and calls NetBackup with the group's own
 * API key.
 */
export const SCOPES = ['read', 'command', 'inject', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];
/** The scopes that each scope includes. */
const INCLUDED: Readonly<Record<Scope, readonly Scope[]>> = {
  read: [],
  command: ['read'],
  inject: ['command', 'read'],
  admin: SCOPES,
};

/** The groups of a key or a person: by their ids, or by their labels. */
export interface Reach {
  /** The ids; `*` means all. Empty if there are labels. */
  readonly groups: readonly string[];
  /** Instead of ids: the groups that have all of these labels at the time of the request. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/** The sender of an authorized request. */
export interface Principal extends Reach {
  /** The id of an API key; for a person see `people/person.ts`. It owns commands and Idempotency-Keys, and is in the audit. */
  readonly keyId: string;
  readonly scopes: readonly Scope[];
  /** The addresses from which it may be used (CIDRs); absent: any. */
  readonly addresses?: readonly string[];
  /** Epoch seconds. */
  readonly expiresAt?: number;
}

export const hasScope = (key: Pick<Principal, 'scopes'>, scope: Scope): boolean =>
  key.scopes.some((own) => own === scope || INCLUDED[own].includes(scope));

export const seesAll = ({ groups }: Reach): boolean => groups.includes('*');

/** Whether a group may be used. If its labels are not given, only if it is named. */
export const maySee = ({ groups, labels = {} }: Reach, group: Pick<Group, 'groupId' | 'labels'>): boolean => {
  if (groups.includes('*') || groups.includes(group.groupId)) return true;
  const wanted = Object.entries(labels);
  return wanted.length > 0 && hasLabels(group, wanted);
};

/**
 * Whether every group of `other` is always one of `own`: nobody grants more than they have. More labels mean fewer groups. Ids
 * are not within labels: the group with such an id can lose its labels.
 */
export const isWithin = (other: Reach, own: Reach): boolean => {
  if (seesAll(own)) return true;
  if (other.labels === undefined) return other.groups.every((groupId) => own.groups.includes(groupId));
  const needed = Object.entries(own.labels ?? {});
  return (
    other.groups.length === 0 &&
    needed.length > 0 &&
    needed.every(([key, value]) => other.labels?.[key] === value)
  );
};
