import type { Endpoint, EndpointDetails } from '../../../../lambdas/endpoints/endpoint.ts';
import { endpointView, withPort } from '../../../../lambdas/http/endpoints/endpoint-view.ts';

const details = (url: string): EndpointDetails => ({
  token: 'token:443/',
  priority: 1,
  groupId: 'demo',
  hostName: 'host.example.com',
  url,
});

it.each([
  ['wss://host.example.com:443/nbwss', 'omit', 'wss://host.example.com/nbwss'],
  ['wss://host.example.com:443/nbwss', 'keep', 'wss://host.example.com:443/nbwss'],
  ['wss://localhost:9443/nbwss', 'omit', 'wss://localhost:9443/nbwss'],
] as const)('EPT-3 %s, port %s', (url, port, expected) => {
  expect(withPort(details(url), port)).toEqual(details(expected));
});

const hash = 'f'.repeat(64);
const endpoint: Endpoint = {
  ...details('wss://host.example.com:443/nbwss'),
  endpointId: 'abcdefghijkmnpqr',
  enabled: true,
  tokens: [
    { hash: 'a'.repeat(64), createdAt: 0, expiresAt: 1_000 },
    { hash, createdAt: 0 },
  ],
  invitations: [
    { invitationId: 'i', secretHash: hash, createdAt: 0, expiresAt: 5_000, reads: 0, lastReads: [] },
  ],
  version: 1,
  createdAt: 0,
};

it('I-6 shows no hashes and no ended tokens', () => {
  const view = endpointView(endpoint, undefined, 2_000);
  expect(view.tokens).toEqual([{ tokenId: 'f'.repeat(16), createdAt: '1970-01-01T00:00:00.000Z' }]);
  expect(view.invitations).toMatchObject([{ invitationId: 'i', state: 'open' }]);
  expect(JSON.stringify(view)).not.toContain(hash);
});

it('EPT-5 shows the certificate of the host that the endpoint has, and of no other', () => {
  const known = {
    host: 'host.example.com',
    checkedAt: 3_000,
    readAt: 2_000,
    certificate: { fingerprint: 'AB:CD', keyHash: 'k', issuer: 'CN=A', validFrom: 0, validTo: 4_000 },
  };
  expect(endpointView(endpoint, known, 5_000).certificate).toEqual({
    fingerprint: 'AB:CD',
    issuer: 'CN=A',
    validFrom: '1970-01-01T00:00:00.000Z',
    validTo: '1970-01-01T00:00:04.000Z',
    readAt: '1970-01-01T00:00:02.000Z',
  });
  expect(endpointView(endpoint, { ...known, host: 'other.example.com' }, 5_000)).not.toHaveProperty(
    'certificate',
  );
  const neverRead = { host: 'host.example.com', checkedAt: 3_000 };
  expect(endpointView(endpoint, neverRead, 5_000)).not.toHaveProperty('certificate');
});
