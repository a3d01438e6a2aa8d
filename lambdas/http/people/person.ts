/** Which person the claims of a verified access token name, and what this person may do. Pure. */
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { Principal } from '../rights.ts';
import type { Oidc, Role } from './oidc.ts';
import { noRole, tokenNotValid } from './problems.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** No id of an API key begins with this prefix, so a person never owns the commands of a key. */
const PREFIX = 'oidc:';

/** The name of a person, without the prefix. */
export const nameOf = ({ keyId }: Pick<Principal, 'keyId'>): string => keyId.slice(PREFIX.length);

/** Printable without spaces: the name is in audit events, in logs and in terminals. RFC 9068 permits 255 characters. */
const NAME = /^[A-Za-z0-9._@|:+=/-]{1,255}$/;

const own = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null && Object.hasOwn(value, name)
    ? (value as Claims)[name]
    : undefined;

/** The values of a claim: a list, or a text separated by spaces as in `scope`. */
const namesIn = (value: unknown): string[] => {
  if (typeof value === 'string') return value.split(' ');
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
};

/** The first role of the configuration that the claims have: the rights of several roles are not added up. */
const roleOf = ({ rolesClaim, roles }: Oidc, claims: Claims): Role | undefined => {
  const names = namesIn([rolesClaim].flat().reduce(own, claims as unknown));
  return roles.find(({ role }) => names.includes(role));
};

/** @throws HttpProblem 401 without a usable name, 403 without a role */
export const personOf = (oidc: Oidc, claims: Claims): Principal => {
  const name = own(claims, oidc.personClaim);
  if (typeof name !== 'string' || !NAME.test(name))
    throw tokenNotValid(`Its claim ${oidc.personClaim} does not name a person.`);
  const role = roleOf(oidc, claims);
  if (!role) throw noRole();
  const { scopes, groups = [], labels } = role;
  return { keyId: `${PREFIX}${name}`, scopes, groups, ...omitUndefined({ labels }) };
};
