import {
  connectionClosed,
  connectionOpened,
  connectionRejected,
} from '../../../lambdas/connections/bus-events.ts';
import type { RejectionReason } from '../../../lambdas/platform/bus/enumerations.ts';

const connection = (connectionId: string, groupId = 'demo') =>
  ({ connectionId, groupId, connectedAt: 1_000, closedAt: 9_000 }) as Parameters<typeof connectionClosed>[0];
const rejection = (connectionId: string, reason: RejectionReason = 'wrong-token') => ({
  groupId: 'demo',
  endpointId: 'e',
  connectionId,
  sourceIp: '192.0.2.1',
  reason,
});
const idOf = ({ detail }: { readonly detail: object }) => (detail as { eventId: string }).eventId;

it('each event has its own eventId, and the same one when it is published again', () => {
  const events = () => [
    connectionOpened(connection('c1')),
    connectionClosed(connection('c1')),
    connectionClosed(connection('c2')),
    connectionClosed(connection('c1', 'other')),
    connectionRejected(rejection('c1'), 1),
    connectionRejected(rejection('c2'), 1),
    connectionRejected(rejection('c1', 'expired-token'), 1),
  ];
  const ids = events().map(idOf);
  expect(new Set(ids).size).toBe(ids.length);
  expect(events().map(idOf)).toEqual(ids);
});

it('Connection Closed has the time of the close', () => {
  expect(connectionClosed(connection('c1')).detail).toMatchObject({ at: '1970-01-01T00:00:09.000Z' });
});
