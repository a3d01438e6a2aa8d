import { checkToken, detailsOf, type Endpoint } from '../../../lambdas/endpoints/endpoint.ts';
import { createToken, endpointIdOf, findToken } from '../../../lambdas/endpoints/token.ts';
import { publicId } from '../../../lambdas/platform/ids.ts';

const endpointId = publicId();
const { token, stored } = createToken(endpointId, 1_000);
const endpoint: Endpoint = {
  endpointId,
  groupId: 'demo',
  priority: 1,
  hostName: 'host.example.com',
  url: 'wss://host.example.com:443/nbwss',
  enabled: true,
  tokens: [stored],
  version: 1,
  createdAt: 1_000,
};

describe('createToken', () => {
  it('EPT-3 creates a token with its prefix and endpoint, without an apostrophe', () => {
    expect(token).toMatch(/^nbwss_[0-9a-z]{16}\.[A-Za-z0-9_-]{43}$/);
    expect(endpointIdOf(token)).toBe(endpointId);
  });

  it('I-6 stores only the hash', () => {
    expect(JSON.stringify(stored)).not.toContain(token.split('.')[1]);
    expect(stored.hash).toMatch(/^[0-9a-f]{64}$/);
  });
});

it.each([
  '',
  'TOKEN',
  endpointId,
  `${token} `,
  `${token}\n`,
  token.slice(0, -1),
  token.toUpperCase(),
  token.replace('nbwss_', 'nbk_'),
  'x'.repeat(100_000),
])('%# does not have the format of a token', (text) => {
  expect(endpointIdOf(text)).toBeUndefined();
});

describe('findToken', () => {
  const other = createToken(endpointId, 2_000);
  it('finds the token at any position', () => {
    expect(findToken([stored, other.stored], other.token)).toBe(other.stored);
    expect(findToken([other.stored, stored], other.token)).toBe(other.stored);
  });
  it('finds no other token', () => {
    expect(findToken([stored], other.token)).toBeUndefined();
    expect(findToken([], token)).toBeUndefined();
    expect(findToken([{ hash: '', createdAt: 0 }], token)).toBeUndefined();
  });
});

describe('checkToken', () => {
  it.each<[string, Endpoint | undefined, string, number, string]>([
    ['the token of an enabled endpoint', endpoint, token, 5_000, 'valid'],
    ['an endpoint that does not exist', undefined, token, 5_000, 'unknown-endpoint'],
    ['another token', endpoint, createToken(endpointId, 0).token, 5_000, 'wrong-token'],
    ['a revoked token', { ...endpoint, tokens: [] }, token, 5_000, 'wrong-token'],
    ['a disabled endpoint', { ...endpoint, enabled: false }, token, 5_000, 'endpoint-disabled'],
    [
      'a token before it expires',
      { ...endpoint, tokens: [{ ...stored, expiresAt: 5_000 }] },
      token,
      4_999,
      'valid',
    ],
    [
      'a token when it expires',
      { ...endpoint, tokens: [{ ...stored, expiresAt: 5_000 }] },
      token,
      5_000,
      'expired-token',
    ],
  ])('CON-2 CON-3 %s', (_, known, given, now, verdict) => {
    const found = checkToken(known, given, now);
    expect(typeof found === 'string' ? found : found.hash).toBe(verdict === 'valid' ? stored.hash : verdict);
  });
});

it('EPT-1 the details are exactly five fields', () => {
  expect(Object.keys(detailsOf(endpoint, token)).sort()).toEqual([
    'groupId',
    'hostName',
    'priority',
    'token',
    'url',
  ]);
});
