import {
  connectionClosed,
  connectionOpened,
  connectionRejected,
} from '../../../lambdas/connections/bus-events.ts';

const connection = (connectionId: string, groupId = 'demo') =>
  ({ connectionId, groupId, connectedAt: 1_000, closedAt: 9_000 }) as Parameters<typeof connectionClosed>[0];
const refused = (connectionId: string, reason = 'wrong-token') => ({
  groupId: 'demo',
  endpointId: 'e',
  connectionId,
  sourceIp: '192.0.2.1',
  reason,
});
const idOf = ({ detail }: { readonly detail: object }) => (detail as { eventId: string }).eventId;

it('what happened has an eventId of its own, and the same one whenever it is told', () => {
  const told = () => [
    connectionOpened(connection('c1')),
    connectionClosed(connection('c1')),
    connectionClosed(connection('c2')),
    connectionClosed(connection('c1', 'other')),
    connectionRejected(refused('c1'), 1),
    connectionRejected(refused('c2'), 1),
    connectionRejected(refused('c1', 'expired-token'), 1),
  ];
  const ids = told().map(idOf);
  expect(new Set(ids).size).toBe(ids.length);
  expect(told().map(idOf)).toEqual(ids);
});

it('a close is told with the moment of its end', () => {
  expect(connectionClosed(connection('c1')).detail).toMatchObject({ at: '1970-01-01T00:00:09.000Z' });
});
