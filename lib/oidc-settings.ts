/** The setting `oidc`: people who sign in at an OpenID Connect provider. */
import { z } from 'zod';
import { group, LABEL_KEY, list, text } from './setting-types.ts';

/** The most characters of the whole setting as JSON: it is a variable of two functions. */
const MAX_OIDC = 1300;

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

/** With plain HTTP anybody on the path could replace the keys. Loopback is allowed for a provider on the same machine. */
const isSecure = (given: string): boolean => {
  if (!URL.canParse(given)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(given);
  const isPlain = username + password + search + hash === '' && !/[?#]/.test(given);
  return isPlain && (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.includes(hostname)));
};
const secureUrl = z
  .string('must be a URL')
  .max(512)
  .refine(isSecure, 'must be an https URL without query, fragment and user (http only for loopback)');

const CLAIM = text(/^[\x21-\x7e]{1,128}$/, 'must be the name of a claim');
const TEXTS = z.array(text(/^[\x20-\x7e]{1,256}$/, 'must be 1 to 256 ASCII characters')).min(1);
const GROUP = text(/^(\*|(?!\.{1,2}$)[A-Za-z0-9._-]{1,64})$/, 'must be a group id, or * for all');
export const OIDC_SCOPES = ['read', 'command', 'inject', 'admin'] as const;
const ONE_REACH = 'must have either groups or labels';

const role = group({
  /** A value of the claim. */
  role: text(/^[\x20-\x7e]{1,256}$/, 'must be a value of the claim'),
  scopes: z.preprocess(list, z.array(z.enum(OIDC_SCOPES, 'must be read, command, inject or admin')).min(1)),
  groups: z.preprocess(list, z.array(GROUP).min(1).optional()),
  labels: z
    .record(text(LABEL_KEY, 'must be a label key'), text(/^\P{Cc}{1,256}$/u, 'must be a label value'))
    .refine((given) => Object.keys(given).length > 0, 'must have one label or more')
    .optional(),
}).refine(({ groups, labels }) => (groups === undefined) !== (labels === undefined), ONE_REACH);

const settings = group({
  /** The issuer, byte for byte as in the claim `iss`. */
  issuer: secureUrl,
  /** The audience: a token must be for one of these values. */
  audience: z.preprocess(list, TEXTS),
  /** The claim with the audience: Cognito's access tokens have `client_id` instead of `aud`. */
  audienceClaim: z.enum(['aud', 'client_id'], 'must be aud or client_id').default('aud'),
  /** The URL of the provider's keys. By default the provider's discovery document names it. */
  jwksUri: secureUrl.optional(),
  /** The client id of the console at the provider, a client without a secret: with it people sign in there. */
  clientId: text(/^[\x21-\x7e]{1,256}$/, 'must be the id of a client').optional(),
  /** The scopes that the console requests, if they are more than the usual ones. */
  signInScopes: text(/^openid( [\x21-\x7e]+)*$/, 'must be scopes, the first openid').optional(),
  /** The claim that names the person: the provider must never give its value to somebody else. */
  personClaim: CLAIM.default('sub'),
  /** The claim with the roles, or the path to it: `["realm_access", "roles"]`. */
  rolesClaim: z.union([CLAIM, z.array(CLAIM).min(1).max(5)], 'must be a claim or the path to one'),
  /** The rights of the roles. A person has the rights of the first matching role in this list. */
  roles: z.array(role, 'must be a list of roles').min(1),
}).refine(
  (given) => Buffer.byteLength(JSON.stringify(given)) <= MAX_OIDC,
  `must have ${MAX_OIDC} characters at most as JSON`,
);

/** `null` means none, so that one command can leave out what cdk.json has. */
export const oidc = z.preprocess((value) => value ?? undefined, settings.optional());

export type OidcSettings = z.infer<typeof settings>;

/** The variable of the functions. */
export const oidcVariable = (given: OidcSettings | undefined): string | undefined =>
  given && JSON.stringify(given);
