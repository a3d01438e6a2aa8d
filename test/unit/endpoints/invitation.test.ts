import {
  createInvitation,
  expireInvitations,
  findInvitation,
  invitationPath,
  invitationState,
  isReadRecorded,
  isReadTooOften,
  isSecondAddress,
  parseInvitationPath,
  withInvitation,
  withRead,
} from '../../../lambdas/endpoints/invitation.ts';
import { derivedToken, endpointIdOf } from '../../../lambdas/endpoints/token.ts';

const ENDPOINT = 'abcdefghijkmnpqr';
const { secret, invitation } = createInvitation(1_000, 61_000);

it('I-6 the token is derived from the URL, not from stored data', () => {
  const token = derivedToken(ENDPOINT, secret);
  expect(endpointIdOf(token)).toBe(ENDPOINT);
  expect(derivedToken(ENDPOINT, secret)).toBe(token);
  expect(derivedToken('2'.repeat(16), secret).split('.')[1]).not.toBe(token.split('.')[1]);
  expect(JSON.stringify(invitation)).not.toContain(secret);
  expect(JSON.stringify(invitation)).not.toContain(token.split('.')[1]);
  expect(token).not.toContain(secret);
});

it('finds an invitation by its secret only', () => {
  const other = createInvitation(1_000, 61_000);
  expect(findInvitation([other.invitation, invitation], secret)).toBe(invitation);
  expect(findInvitation([other.invitation], secret)).toBeUndefined();
  expect(findInvitation([], secret)).toBeUndefined();
});

it('the path contains endpoint and secret', () => {
  expect(parseInvitationPath(invitationPath(ENDPOINT, secret))).toEqual({ endpointId: ENDPOINT, secret });
});
it.each([
  '',
  '.',
  ENDPOINT,
  `${ENDPOINT}.short`,
  `${ENDPOINT}.${secret}x`,
  `${ENDPOINT}.${secret}\n`,
  `../${secret}`,
])('rejects the path %j', (text) => {
  expect(parseInvitationPath(text)).toBeUndefined();
});

it('an invitation is open until it expires, is used or is ended', () => {
  expect(invitationState(invitation, 60_999)).toBe('open');
  expect(invitationState(invitation, 61_000)).toBe('expired');
  expect(invitationState({ ...invitation, usedAt: 5 }, 99_000)).toBe('used');
  expect(invitationState(expireInvitations([invitation], 2_000)[0] ?? invitation, 2_000)).toBe('expired');
});

it('counts reads, lists the latest, and limits their number per minute', () => {
  let read = invitation;
  for (let at = 0; at < 30; at++) read = withRead(read, { at: at * 7_000, sourceIp: '192.0.2.1' });
  expect(read).toMatchObject({ reads: 30 });
  expect(read.lastReads).toHaveLength(20);
  expect(isReadTooOften(read, 29 * 7_000, '192.0.2.1')).toBe(false);
  for (let more = 0; more < 2; more++) read = withRead(read, { at: 29 * 7_000, sourceIp: '192.0.2.1' });
  expect(isReadTooOften(read, 29 * 7_000, '192.0.2.1')).toBe(true);
  expect(isReadTooOften(read, 29 * 7_000, '192.0.2.2')).toBe(false);
  expect(isReadTooOften(read, 31 * 7_000 + 60_000, '192.0.2.1')).toBe(false);
});

it('twenty reads a minute are recorded', () => {
  let read = invitation;
  for (let index = 0; index < 20; index++) {
    expect(isReadRecorded(read, 1_000)).toBe(true);
    read = withRead(read, { at: 1_000, sourceIp: `192.0.2.${index}` });
  }
  expect(isReadRecorded(read, 60_999)).toBe(false);
  expect(isReadRecorded(read, 61_000)).toBe(true);
});

it('reports another address until it has read too', () => {
  expect(isSecondAddress(invitation, '192.0.2.1')).toBe(false);
  const read = withRead(invitation, { at: 1, sourceIp: '192.0.2.1' });
  expect(isSecondAddress(read, '192.0.2.1')).toBe(false);
  expect(isSecondAddress(read, '192.0.2.2')).toBe(true);
  expect(isSecondAddress(withRead(read, { at: 2, sourceIp: '192.0.2.2' }), '192.0.2.2')).toBe(false);
});

it('keeps the latest ten invitations', () => {
  let kept = [invitation];
  for (let index = 0; index < 20; index++) kept = withInvitation(kept, createInvitation(index, 9).invitation);
  expect(kept).toHaveLength(10);
  expect(kept).not.toContain(invitation);
  expect(withInvitation(kept, kept.at(-1) ?? invitation)).toEqual(kept);
});

it('two IPv6 addresses of one network are one reader', () => {
  let read = invitation;
  for (let at = 0; at < 10; at++) read = withRead(read, { at, sourceIp: `2001:db8::${at}` });
  expect(isReadTooOften(read, 10, '2001:db8::ffff')).toBe(true);
  expect(isReadTooOften(read, 10, '2001:db8:0:1::ffff')).toBe(false);
  expect(isSecondAddress(read, '2001:db8::ffff')).toBe(false);
  expect(isSecondAddress(read, '2001:db8:0:1::ffff')).toBe(true);
});
