import { connectionHistory } from '../../../console/src/views/domains/connection-history.ts';

const DOMAIN = {
  createdAt: '2026-01-01T00:00:00.000Z',
  session: { connected: true, state: 'connected' as const, since: '2026-11-28T10:00:00.000Z' },
};
const kinds = (...args: Parameters<typeof connectionHistory>) =>
  connectionHistory(...args).map(({ kind }) => kind);

test('the latest comes first', () => {
  const rejection = { reason: 'wrong-token', explanation: '', sourceIp: '198.51.100.7' };
  expect(
    kinds(
      { ...DOMAIN, lastRejection: { ...rejection, at: '2026-11-27T00:00:00.000Z' } },
      [{ problemId: 'p', since: '2026-11-26T00:00:00.000Z', recoveredAt: '2026-11-28T10:01:00.000Z' }],
      [{ action: 'closeConnection', at: '2026-11-25T00:00:00.000Z', keyId: 'k', status: 200 }],
    ),
  ).toEqual(['outageOver', 'connected', 'rejected', 'outage', 'closed', 'created']);
});

test('an outage that lasts has no end', () => {
  const session = { connected: false, state: 'disconnected' as const, since: '2026-11-28T10:00:00.000Z' };
  expect(kinds({ ...DOMAIN, session }, [{ problemId: 'p', since: '2026-11-28T11:00:00.000Z' }], [])).toEqual([
    'outage',
    'ended',
    'created',
  ]);
});

test('a domain that never connected was only created', () => {
  expect(kinds({ ...DOMAIN, session: { connected: false, state: 'never-connected' } }, [], [])).toEqual([
    'created',
  ]);
});

test('only requests that disconnected it count', () => {
  const audit = [
    { action: 'closeConnection', at: '2026-11-25T00:00:00.000Z', keyId: 'k', status: 409 },
    { action: 'updateGroup', at: '2026-11-25T00:00:00.000Z', keyId: 'k', status: 200 },
  ];
  expect(kinds(DOMAIN, [], audit)).toEqual(['connected', 'created']);
});
