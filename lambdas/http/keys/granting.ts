/** What a key may grant: nobody grants more than they have. Pure. */
import { allowedBy } from '../../connections/allowed-addresses.ts';
import type { ApiKey } from '../keys-store.ts';

type Rights = Pick<ApiKey, 'groups' | 'addresses' | 'expiresAt'>;

const seesAll = ({ groups }: Pick<ApiKey, 'groups'>): boolean => groups.includes('*');

/** Whether a key is limited to groups that another may see: who may create it may also list and revoke it. */
export const isWithin = (other: Pick<ApiKey, 'groups'>, key: Pick<ApiKey, 'groups'>): boolean =>
  seesAll(key) || other.groups.every((groupId) => key.groups.includes(groupId));

/** Whether each range of `inner` is part of a range of `outer`. */
const areWithin = (inner: readonly string[], outer: readonly string[]): boolean =>
  inner.every((range) =>
    outer.some((around) => {
      const [network = '', prefix] = range.split('/');
      const [, aroundPrefix] = around.split('/');
      return allowedBy([around])(network) && Number(prefix) >= Number(aroundPrefix);
    }),
  );

/**
 * Why a key may not create another one; undefined when it may. Its scope is `admin`, which includes all scopes.
 * @param wanted of the new key
 */
export const grantRefusal = (own: Rights, wanted: Rights): string | undefined => {
  if (!isWithin(wanted, own)) return 'It may only grant access to the groups that it may see itself.';
  if (own.addresses !== undefined && !areWithin(wanted.addresses ?? ['0.0.0.0/0'], own.addresses))
    return 'It may only grant access from the addresses from which it may be used itself.';
  if (own.expiresAt !== undefined && (wanted.expiresAt ?? Number.POSITIVE_INFINITY) > own.expiresAt)
    return 'It may only create keys that expire before it does: choose fewer validDays.';
  return undefined;
};
