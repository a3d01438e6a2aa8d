import { AuthenticatedConnections } from '../../../lambdas/connections/authenticated-connections.ts';
import type { Connection } from '../../../lambdas/connections/connection.ts';
import { fakeClock } from '../../support/fakes.ts';

const authenticated = { state: 'AUTHENTICATED', groupId: 'demo', endpointId: 'e' } as Connection;

const setUp = (answer: () => Connection | undefined) => {
  const reads: string[] = [];
  const clock = fakeClock();
  const get = async (connectionId: string) => {
    reads.push(connectionId);
    return answer();
  };
  return { reads, clock, senders: new AuthenticatedConnections({ get }, clock) };
};

it('reads a connection once in 30 s', async () => {
  const { reads, clock, senders } = setUp(() => authenticated);
  expect(await senders.senderOf('c')).toEqual({ groupId: 'demo', endpointId: 'e' });
  clock.advance(29_999);
  expect(await senders.senderOf('c')).toEqual({ groupId: 'demo', endpointId: 'e' });
  expect(reads).toEqual(['c']);
  clock.advance(1);
  await senders.senderOf('c');
  expect(reads).toEqual(['c', 'c']);
});

it.each<Connection | undefined>([
  undefined,
  { ...authenticated, state: 'PENDING' },
  { ...authenticated, state: 'REJECTED' },
  { ...authenticated, state: 'CLOSED' },
])('nobody speaks on %j', async (connection) => {
  const { senders } = setUp(() => connection);
  expect(await senders.senderOf('c')).toBeUndefined();
});

it('does not remember that a connection was not authenticated: a moment later it is', async () => {
  let connection: Connection | undefined;
  const { senders } = setUp(() => connection);
  await senders.senderOf('c');
  connection = authenticated;
  expect(await senders.senderOf('c')).toBeDefined();
});

it('remembers a bounded number, the latest ones', async () => {
  const { reads, senders } = setUp(() => authenticated);
  for (let index = 0; index <= 5_000; index++) await senders.senderOf(`c${index}`);
  reads.length = 0;
  await senders.senderOf('c5000');
  await senders.senderOf('c1');
  expect(reads).toEqual([]);
  await senders.senderOf('c0');
  expect(reads).toEqual(['c0']);
});
