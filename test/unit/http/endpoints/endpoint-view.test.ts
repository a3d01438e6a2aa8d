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

it('I-6 shows no hashes and no ended tokens', () => {
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
  const view = endpointView(endpoint, 2_000);
  expect(view.tokens).toEqual([{ tokenId: 'f'.repeat(16), createdAt: '1970-01-01T00:00:00.000Z' }]);
  expect(view.invitations).toMatchObject([{ invitationId: 'i', state: 'open' }]);
  expect(JSON.stringify(view)).not.toContain(hash);
});
