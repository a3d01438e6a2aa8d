import {
  admittedChange,
  type Endpoint,
  stillAdmits,
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
  it('ends the older ones with the overlap, and earlier if they end by themselves', () => {
    const tokens = withToken(endpoint([a, stored('b', { expiresAt: 50 })]), c, 10, 100);
    expect(tokens).toEqual([{ ...a, expiresAt: 100 }, { ...b, expiresAt: 50 }, c]);
  });
  it('without an end of the overlap they go on until the new one connects', () => {
    expect(withToken(endpoint([a]), b, 10)).toEqual([a, b]);
  });
  it('an overlap of nothing leaves the new one alone, as does expiry', () => {
    expect(withToken(endpoint([a]), b, 10, 10)).toEqual([b]);
    expect(withToken(endpoint([stored('a', { expiresAt: 10 })]), b, 10)).toEqual([b]);
  });
  it('repeated, it adds nothing', () => {
    expect(withToken(endpoint([a, b]), b, 10)).toEqual([a, b]);
  });
  it('keeps a bounded number', () => {
    let tokens: StoredToken[] = [];
    for (let index = 0; index < 30; index++)
      tokens = withToken(endpoint(tokens), createToken('x', index).stored, 10);
    expect(tokens).toHaveLength(5);
  });
  it('never the one short under which the domain is connected, however many are made that nobody uses', () => {
    const unused = Array.from({ length: 9 }, (_, index) => stored(String(index)));
    let tokens: StoredToken[] = [a];
    for (const token of unused) tokens = withToken(endpoint(tokens), token, 10);
    expect(tokens).toEqual([a, ...unused.slice(-4)]);
  });
});

describe('tokensChange', () => {
  it('has the newest one watched while it expires', () => {
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

describe('admittedChange', () => {
  const invitation = { invitationId: 'i', expiresAt: 99 } as Invitation;
  it('the oldest token changes nothing', () => {
    expect(admittedChange(endpoint([a, b]), a, 5)).toBeUndefined();
    expect(admittedChange(endpoint([a]), a, 5)).toBeUndefined();
  });
  it('a newer one ends the older ones, and no younger one', () => {
    expect(admittedChange(endpoint([a, b, c]), b, 5)).toEqual({ set: { tokens: [b, c] } });
  });
  it("an invitation's token ends its invitation, once", () => {
    const token = stored('b', { invitationId: 'i' });
    const change = admittedChange(endpoint([a, token], { invitations: [invitation] }), token, 5);
    expect(change).toEqual({ set: { tokens: [token], invitations: [{ ...invitation, usedAt: 5 }] } });
    const other = { ...invitation, invitationId: 'other' };
    const two = admittedChange(endpoint([token], { invitations: [other, invitation] }), token, 5);
    expect(two?.set.invitations).toEqual([other, { ...invitation, usedAt: 5 }]);
    const used = endpoint([token], { invitations: [{ ...invitation, usedAt: 5 }] });
    expect(admittedChange(used, token, 9)).toBeUndefined();
  });
});

it.each<[string, Endpoint | undefined, boolean]>([
  ['its token', endpoint([a]), true],
  ['an expired one', endpoint([stored('a', { expiresAt: 5 })]), false],
  ['one that was replaced', endpoint([b]), false],
  ['a disabled endpoint', endpoint([a], { enabled: false }), false],
  ['a deleted endpoint', undefined, false],
])('stillAdmits: %s', (_, known, expected) => {
  expect(stillAdmits(known, tokenIdOf(a), 5)).toBe(expected);
});
