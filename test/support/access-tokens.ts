/** Access tokens of an invented identity provider, valid or spoilt in one way. */
import { createHmac, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import type { Oidc } from '../../lambdas/http/people/oidc.ts';

export const OIDC: Oidc = {
  issuer: 'https://login.example.com',
  audience: ['https://nbwss.example.com'],
  audienceClaim: 'aud',
  personClaim: 'sub',
  rolesClaim: 'groups',
  roles: [
    { role: 'operators', scopes: ['inject'], groups: ['*'] },
    { role: 'acme', scopes: ['admin'], labels: { customer: 'acme' } },
    { role: 'auditors', scopes: ['read'], groups: ['berlin'] },
  ],
};

const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

export interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export const signingKey = (kid: string): SigningKey => ({
  kid,
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }),
});

export const jwksOf = (...keys: SigningKey[]) => ({
  keys: keys.map(({ kid, publicKey }) => ({
    ...publicKey.export({ format: 'jwk' }),
    kid,
    use: 'sig',
    alg: 'RS256',
  })),
});

/** Epoch seconds, from the clock of this machine, which the library reads. */
export const inSeconds = (seconds: number): number => Math.floor(Date.now() / 1000) + seconds;

export const claimsFor = (change: Record<string, unknown> = {}): Record<string, unknown> => ({
  iss: OIDC.issuer,
  aud: OIDC.audience[0],
  sub: 'alice',
  groups: ['operators'],
  iat: inSeconds(-10),
  exp: inSeconds(3600),
  ...change,
});

export const tokenOf = (
  { kid, privateKey }: SigningKey,
  claims: Record<string, unknown>,
  header: Record<string, unknown> = {},
): string => {
  const input = `${encoded({ alg: 'RS256', typ: 'at+jwt', kid, ...header })}.${encoded(claims)}`;
  return `${input}.${sign('RSA-SHA256', Buffer.from(input), privateKey).toString('base64url')}`;
};

/** Signed with the text of the public key as the secret: it fools who lets the header choose the algorithm. */
export const hmacTokenOf = ({ kid, publicKey }: SigningKey, claims: Record<string, unknown>): string => {
  const input = `${encoded({ alg: 'HS256', typ: 'JWT', kid })}.${encoded(claims)}`;
  const secret = publicKey.export({ type: 'spki', format: 'pem' });
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
};

export const unsignedTokenOf = (claims: Record<string, unknown>, header: object, signature = ''): string =>
  `${encoded(header)}.${encoded(claims)}.${signature}`;
