/** A deployment's session side in memory: one group with an endpoint, and connections to it. */

import { AuthenticatedConnections } from '../../lambdas/connections/authenticated-connections.ts';
import type { Connection } from '../../lambdas/connections/connection.ts';
import { ConnectionsStore } from '../../lambdas/connections/connections-store.ts';
import { UnauthenticatedConnections } from '../../lambdas/connections/unauthenticated-connections.ts';
import { EndpointsStore } from '../../lambdas/endpoints/endpoints-store.ts';
import { createToken, type StoredToken, tokenIdOf } from '../../lambdas/endpoints/token.ts';
import type { Group, Session } from '../../lambdas/groups/group.ts';
import { GroupsStore } from '../../lambdas/groups/groups-store.ts';
import { FakeGateway, fakeBus, fakeClock, fakeLog, fakeVault } from './fakes.ts';
import { MemoryDynamodb } from './memory-dynamodb.ts';

export const ENDPOINT_ID = 'abcdefghijkmnpqr';
const { token, stored } = createToken(ENDPOINT_ID, 0);

export { stored as TOKEN, token };

const TOKEN_ID = tokenIdOf(stored);

/** A session of the group, as stored. */
export const sessionOf = (connectionId: string, change: Partial<Session> = {}): Session => ({
  connectionId,
  connectedAt: 1000,
  endpointId: ENDPOINT_ID,
  tokenId: TOKEN_ID,
  sourceIp: '192.0.2.10',
  ready: true,
  since: 1500,
  ...change,
});

export const sessionWorld = () => {
  const dynamodb = new MemoryDynamodb({
    groups: { key: ['groupId'], indexes: { all: ['kind', 'groupId'] } },
    endpoints: { key: ['endpointId'] },
    connections: { key: ['connectionId'], indexes: { open: ['openShard', 'connectedAt'] } },
  });
  const log = fakeLog();
  const clock = fakeClock();
  const gateway = new FakeGateway();
  const bus = fakeBus();
  const connections = new ConnectionsStore(dynamodb.client, 'connections');
  const context = {
    groups: new GroupsStore(dynamodb.client, 'groups'),
    endpoints: new EndpointsStore(dynamodb.client, 'endpoints'),
    connections,
    authenticated: new AuthenticatedConnections(connections, clock),
    unauthenticated: new UnauthenticatedConnections({ connections, gateway, log }),
    gateway,
    vault: fakeVault,
    bus,
    clock,
    log,
  };
  const endpoint = (change: { enabled?: boolean; tokens?: readonly StoredToken[]; version?: number } = {}) =>
    dynamodb.set('endpoints', {
      endpointId: ENDPOINT_ID,
      groupId: 'demo',
      priority: 1,
      hostName: 'host.example.com',
      url: 'wss://host.example.com:443/nbwss',
      enabled: true,
      tokens: [stored],
      version: 1,
      createdAt: 0,
      ...change,
    });
  dynamodb.set('groups', {
    groupId: 'demo',
    kind: 'group',
    createdAt: 0,
    epoch: 0,
    endpointId: ENDPOINT_ID,
  });
  endpoint();
  return {
    context,
    dynamodb,
    gateway,
    published: bus.published,
    clock,
    log,
    endpoint,
    /** What `$connect` does. */
    open: async (connectionId: string, connectedAt = clock()) => {
      await context.connections.open({ connectionId, connectedAt, sourceIp: '192.0.2.10' });
      gateway.active.set(connectionId, connectedAt);
    },
    group: (): Group => dynamodb.items<Group>('groups')[0] as Group,
    connection: (connectionId: string): Connection | undefined =>
      dynamodb.items<Connection>('connections').find((one) => one.connectionId === connectionId),
  };
};
export type SessionWorld = ReturnType<typeof sessionWorld>;
