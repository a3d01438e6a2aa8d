/** Which keys a key may create: nobody grants more than they have. Pure. */
import { isIP } from 'node:net';
import { allowedBy } from '../../connections/allowed-addresses.ts';
import { isWithin, type Principal, type Reach } from '../rights.ts';

type Rights = Reach & Pick<Principal, 'addresses' | 'expiresAt'>;

/** Every address, IPv4 included as `::ffff:0:0/96`. */
const EVERYWHERE = '::/0';

/** The length of a range's prefix in IPv6. An IPv4 range counts as a part of `::ffff:0:0/96`, as in {@link allowedBy}. */
const prefixOf = (range: string): number => {
  const [network = '', prefix] = range.split('/');
  return Number(prefix) + (isIP(network) === 4 ? 96 : 0);
};

/** Whether each range of `inner` is part of a range of `outer`. */
const areWithin = (inner: readonly string[], outer: readonly string[]): boolean =>
  inner.every((range) => {
    const [network = ''] = range.split('/');
    return outer.some((around) => allowedBy([around])(network) && prefixOf(range) >= prefixOf(around));
  });

/**
 * Why a key may not create another one; undefined when it may. Its scope is `admin`, which includes all scopes.
 * @param wanted the rights of the new key
 */
export const grantRefusal = (own: Rights, wanted: Rights): string | undefined => {
  if (!isWithin(wanted, own)) {
    return own.labels === undefined
      ? 'It may only grant access to the groups that it may see itself.'
      : 'It may only grant access to groups by labels, with all of its own labels.';
  }
  if (own.addresses !== undefined && !areWithin(wanted.addresses ?? [EVERYWHERE], own.addresses))
    return 'It may only grant access from the addresses from which it may be used itself.';
  if (own.expiresAt !== undefined && (wanted.expiresAt ?? Number.POSITIVE_INFINITY) > own.expiresAt)
    return 'It may only create keys that expire before it does: choose fewer validDays.';
  return undefined;
};
