import {
  type Endpoint,
  firstConnectChange,
  isTokenValid,
  tokensChange,
  withToken,
} from '../../../lambdas/endpoints/endpoint.ts';
import type { Invitation } from '../../../lambdas/endpoints/invitation.ts';
import { createToken, type StoredToken, tokenIdOf } from '../../../lambdas/endpoints/token.ts';

const stored = (name: string, more: Partial<StoredToken> = {}): StoredToken => ({
  hash: name.repeat(64),
  createdAt: 0,
  ...more,
});
const endpoint = (tokens: StoredToken[], more: Partial<Endpoint> = {}): Endpoint => ({
  endpointId: 'abcdefghijkmnpqr',
  groupId: 'demo',
  priority: 1,
  hostName: 'host.example.com',
  url: 'wss://host.example.com:443/nbwss',
  enabled: true,
  version: 1,
  createdAt: 0,
  tokens,
  ...more,
});
const [a, b, c] = [stored('a'), stored('b'), stored('c')];

describe('withToken', () => {
  it('ends the older tokens with the overlap, unless they expire earlier', () => {
    const tokens = withToken(endpoint([a, stored('b', { expiresAt: 50 })]), c, 10, 100);
    expect(tokens).toEqual([{ ...a, expiresAt: 100 }, { ...b, expiresAt: 50 }, c]);
  });
  it('keeps the older tokens without an end of the overlap', () => {
    expect(withToken(endpoint([a]), b, 10)).toEqual([a, b]);
  });
  it('removes the older tokens without an overlap, and expired ones', () => {
    expect(withToken(endpoint([a]), b, 10, 10)).toEqual([b]);
    expect(withToken(endpoint([stored('a', { expiresAt: 10 })]), b, 10)).toEqual([b]);
  });
  it('adds nothing when it is repeated', () => {
    expect(withToken(endpoint([a, b]), b, 10)).toEqual([a, b]);
  });
  it('keeps a limited number', () => {
    let tokens: StoredToken[] = [];
    for (let index = 0; index < 30; index++)
      tokens = withToken(endpoint(tokens), createToken('x', index).stored, 10);
    expect(tokens).toHaveLength(5);
  });
  it('keeps the oldest token, which a connected domain uses', () => {
    const unused = Array.from({ length: 9 }, (_, index) => stored(String(index)));
    let tokens: StoredToken[] = [a];
    for (const token of unused) tokens = withToken(endpoint(tokens), token, 10);
    expect(tokens).toEqual([a, ...unused.slice(-4)]);
  });
});

describe('tokensChange', () => {
  it('schedules the event about the expiry of the newest token only', () => {
    expect(tokensChange([a, stored('b', { expiresAt: 9 })])).toMatchObject({
      set: { tokenExpiresAt: 9, expiryShard: 'expiring' },
    });
    expect(tokensChange([a, b, stored('c', { expiresAt: 9 })])).toMatchObject({ set: { tokenExpiresAt: 9 } });
    expect(tokensChange([stored('a', { expiresAt: 9 }), b])).toEqual({
      set: { tokens: expect.anything() },
      remove: ['expiryShard', 'tokenExpiresAt'],
    });
  });
});

describe('firstConnectChange', () => {
  const invitation = { invitationId: 'i', expiresAt: 99 } as Invitation;
  it('the oldest token changes nothing', () => {
    expect(firstConnectChange(endpoint([a, b]), a, 5)).toBeUndefined();
    expect(firstConnectChange(endpoint([a]), a, 5)).toBeUndefined();
  });
  it('a token ends the older tokens, not the newer ones', () => {
    expect(firstConnectChange(endpoint([a, b, c]), b, 5)).toEqual({ set: { tokens: [b, c] } });
  });
  it("an invitation's token ends its invitation, once", () => {
    const token = stored('b', { invitationId: 'i' });
    const change = firstConnectChange(endpoint([a, token], { invitations: [invitation] }), token, 5);
    expect(change).toEqual({ set: { tokens: [token], invitations: [{ ...invitation, usedAt: 5 }] } });
    const other = { ...invitation, invitationId: 'other' };
    const two = firstConnectChange(endpoint([token], { invitations: [other, invitation] }), token, 5);
    expect(two?.set.invitations).toEqual([other, { ...invitation, usedAt: 5 }]);
    const used = endpoint([token], { invitations: [{ ...invitation, usedAt: 5 }] });
    expect(firstConnectChange(used, token, 9)).toBeUndefined();
  });
});

it.each<[string, Endpoint | undefined, boolean]>([
  ['its token', endpoint([a]), true],
  ['an expired token', endpoint([stored('a', { expiresAt: 5 })]), false],
  ['a replaced token', endpoint([b]), false],
  ['a disabled endpoint', endpoint([a], { enabled: false }), false],
  ['a deleted endpoint', undefined, false],
])('isTokenValid: %s', (_, stored, expected) => {
  expect(isTokenValid(stored, tokenIdOf(a), 5)).toBe(expected);
});
