import { AuthenticatedConnections } from '../../../lambdas/connections/authenticated-connections.ts';
import type { Connection } from '../../../lambdas/connections/connection.ts';
import { fakeClock } from '../../support/fakes.ts';

const connection = { state: 'AUTHENTICATED', groupId: 'demo', endpointId: 'e' } as Connection;

const setUp = (stored: () => Connection | undefined) => {
  const reads: string[] = [];
  const clock = fakeClock();
  const get = async (connectionId: string) => {
    reads.push(connectionId);
    return stored();
  };
  return { reads, clock, authenticated: new AuthenticatedConnections({ get }, clock) };
};

it('reads a connection once in 30 s', async () => {
  const { reads, clock, authenticated } = setUp(() => connection);
  expect(await authenticated.identityOf('c')).toEqual({ groupId: 'demo', endpointId: 'e' });
  clock.advance(29_999);
  expect(await authenticated.identityOf('c')).toEqual({ groupId: 'demo', endpointId: 'e' });
  expect(reads).toEqual(['c']);
  clock.advance(1);
  await authenticated.identityOf('c');
  expect(reads).toEqual(['c', 'c']);
});

it.each<Connection | undefined>([
  undefined,
  { ...connection, state: 'PENDING' },
  { ...connection, state: 'REJECTED' },
  { ...connection, state: 'CLOSED' },
])('has no identity for %j', async (stored) => {
  const { authenticated } = setUp(() => stored);
  expect(await authenticated.identityOf('c')).toBeUndefined();
});

it('does not cache that a connection is not authenticated', async () => {
  let stored: Connection | undefined;
  const { authenticated } = setUp(() => stored);
  await authenticated.identityOf('c');
  stored = connection;
  expect(await authenticated.identityOf('c')).toBeDefined();
});

it('caches a limited number, the latest ones', async () => {
  const { reads, authenticated } = setUp(() => connection);
  for (let index = 0; index <= 5_000; index++) await authenticated.identityOf(`c${index}`);
  reads.length = 0;
  await authenticated.identityOf('c5000');
  await authenticated.identityOf('c1');
  expect(reads).toEqual([]);
  await authenticated.identityOf('c0');
  expect(reads).toEqual(['c0']);
});
