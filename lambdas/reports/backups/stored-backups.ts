/** An item of the Backups table. */
import { allOf, type Expression, path, when } from '../../platform/dynamodb/expression.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type Backup, type ClientPolicy, orderTime, unpackBackups } from './backup.ts';

export interface StoredItem {
  readonly groupId: string;
  /** A digest of client (in small letters) and policy, since their names may be longer than a key; or the one that has the parents. */
  readonly clientPolicy: string;
  readonly clientName?: string;
  readonly policyName?: string;
  /** As {@link packBackups} writes them. */
  readonly backups?: string;
  /** What is remembered of dropped runs: `past-hours.ts`. */
  readonly past?: string;
  /** No longer shown, as long as nothing later than this is there: {@link orderTime} of its latest backup then. */
  readonly dismissedAt?: number;
  /** Problems may be stored of it: each change of its backups is evaluated. */
  readonly hasProblems?: true;
  /** The latest parents: `latest-parents.ts`. */
  readonly parents?: string;
  /** Epoch seconds, counted from the latest arrival. */
  readonly expiresAt: number;
}

/** What is kept of one client under one policy. */
export interface ClientPolicyBackups extends ClientPolicy {
  readonly backups: readonly Backup[];
  readonly past: string;
  readonly isDismissed: boolean;
  readonly hasProblems?: true;
}
/** Of everything that a writer computes an item from. */
export const hasNotChangedSince = (stored: StoredItem | undefined): Expression => {
  if (!stored) return when`attribute_not_exists(${path('groupId')})`;
  if (stored.parents !== undefined) return when`${path('parents')} = ${stored.parents}`;
  return allOf(
    when`${path('backups')} = ${stored.backups ?? ''} AND ${path('past')} = ${stored.past ?? ''}`,
    stored.dismissedAt === undefined
      ? when`attribute_not_exists(${path('dismissedAt')})`
      : when`${path('dismissedAt')} = ${stored.dismissedAt}`,
    stored.hasProblems
      ? when`attribute_exists(${path('hasProblems')})`
      : when`attribute_not_exists(${path('hasProblems')})`,
  );
};

/** Undefined for the item that has the parents. */
export const clientPolicyBackupsOf = ({
  clientName,
  policyName,
  backups,
  past = '',
  dismissedAt = -1,
  hasProblems,
}: StoredItem) => {
  if (clientName === undefined || policyName === undefined || backups === undefined) return undefined;
  const rows = unpackBackups(backups);
  const isDismissed = Math.max(0, ...rows.map(orderTime)) <= dismissedAt;
  return omitUndefined({
    clientName,
    policyName,
    backups: rows,
    past,
    isDismissed,
    hasProblems,
  }) satisfies ClientPolicyBackups;
};
