/** A domain with an endpoint at each gateway, and its move from API Gateway to the relay (docs/relay.md). */
import { AuthenticatedConnections } from '../../../lambdas/connections/authenticated-connections.ts';
import { connect } from '../../../lambdas/connections/connect.ts';
import { checkSession } from '../../../lambdas/connections/sweep/check-session.ts';
import { UnauthenticatedConnections } from '../../../lambdas/connections/unauthenticated-connections.ts';
import type { EndpointDetails } from '../../../lambdas/endpoints/endpoint.ts';
import type { Group } from '../../../lambdas/groups/group.ts';
import { endpointsRoutes } from '../../../lambdas/http/endpoints/endpoints-routes.ts';
import { invitationsRoutes } from '../../../lambdas/http/endpoints/invitations-routes.ts';
import { tokensRoutes } from '../../../lambdas/http/endpoints/tokens-routes.ts';
import { connectionRoutes } from '../../../lambdas/http/groups/connection-routes.ts';
import { groupsRoutes } from '../../../lambdas/http/groups/groups-routes.ts';
import { DAY_MS, HOUR_MS } from '../../../lambdas/platform/clock.ts';
import { readGatewayEvent } from '../../../lambdas/platform/gateway/events.ts';
import { apiWorld } from '../../support/api.ts';
import { fakeBus, messageEvent } from '../../support/fakes.ts';

const AT_API_GATEWAY = 'Z3kxjdHHoAMCJ4A=';
const AT_RELAY = 'relay.0a0000011f91.Zm9vYmFyYmF6cXV4';
const ENDPOINTS = '/v1/groups/demo/endpoints';

interface Shown {
  readonly endpointId: string;
  readonly gateway: string;
  readonly enabled: boolean;
}

const setUp = async (relay = true) => {
  const world = apiWorld();
  const both = { 'api-gateway': 'wss://host.example.com/nbwss', relay: 'wss://relay.example.com/nbwss' };
  const context = {
    ...world.context,
    bus: fakeBus(),
    ...(relay && { webSocketUrls: both }),
  };
  for (const routes of [groupsRoutes, endpointsRoutes, tokensRoutes, invitationsRoutes, connectionRoutes])
    routes(world.app, context as never);
  const key = world.keyFor('admin', '*');
  world.group('demo');
  const send = async (method: string, path: string, body?: unknown) => {
    const answer = await world.request(path, key, { method, ...(body === undefined ? {} : { body }) });
    return { ...answer, json: answer.body as never };
  };
  const create = async (gateway?: string, priority = 1) =>
    (await send('POST', ENDPOINTS, { priority, ...(gateway && { gateway }) }))
      .body as unknown as EndpointDetails;
  const list = async () => (await send('GET', ENDPOINTS)).body['items'] as readonly Shown[];
  const shown = async (gateway: string) => {
    const found = (await list()).find((one) => one.gateway === gateway);
    if (!found) throw new Error(`There is no endpoint at ${gateway}.`);
    return found;
  };
  const { connections, gateway } = context;
  const session = {
    ...context,
    authenticated: new AuthenticatedConnections(connections, context.clock),
    unauthenticated: new UnauthenticatedConnections(context),
  };
  /** What NetBackup does with endpoint details, on a new connection. @returns whether it was accepted */
  const dial = async (connectionId: string, { token }: EndpointDetails): Promise<boolean> => {
    const now = context.clock();
    await connections.open({ connectionId, connectedAt: now, sourceIp: '192.0.2.10' });
    gateway.active.set(connectionId, now);
    const payload = { token };
    const message = { version: '1.0', id: 'A', type: 'CONNECT', subType: 'REQUEST', timeStamp: 1, payload };
    const { requestContext, ...event } = messageEvent('CONNECT', JSON.stringify(message), connectionId);
    const opened = { ...requestContext, connectedAt: now };
    return (await connect(session, readGatewayEvent({ ...event, requestContext: opened }))).ready;
  };
  const group = () => world.dynamodb.items<Group>('groups')[0] as Group;
  const connection = (connectionId: string) => connections.get(connectionId);
  return { ...world, context: session, send, create, list, shown, dial, group, connection };
};

describe('endpoints', () => {
  it('EPT-4 there is one at each gateway, and API Gateway’s is the default', async () => {
    const world = await setUp();
    expect(await world.create()).toMatchObject({ hostName: 'host.example.com' });
    expect(await world.create('relay')).toMatchObject({ hostName: 'relay.example.com' });
    for (const gateway of [undefined, 'api-gateway', 'relay']) {
      const body = { priority: 1, ...(gateway && { gateway }) };
      expect(await world.send('POST', ENDPOINTS, body)).toMatchObject({
        status: 409,
        body: { code: 'endpoint-exists' },
      });
    }
    expect((await world.list()).map(({ gateway }) => gateway)).toEqual(['api-gateway', 'relay']);
    const [first, second] = await world.list();
    expect((await world.send('GET', '/v1/groups/demo')).body).toMatchObject({
      endpointId: first?.endpointId,
      relayEndpointId: second?.endpointId,
    });
  });

  it('a gateway that the deployment does not have is refused', async () => {
    const world = await setUp(false);
    expect(await world.send('POST', ENDPOINTS, { priority: 1, gateway: 'relay' })).toMatchObject({
      status: 422,
      body: { code: 'gateway-not-deployed' },
    });
    expect(await world.send('POST', ENDPOINTS, { priority: 1, gateway: 'other' })).toMatchObject({
      status: 400,
    });
    expect((await world.send('GET', ENDPOINTS)).body).toEqual({ items: [], gateways: ['api-gateway'] });
  });

  it('new details name the host of the gateway of their endpoint', async () => {
    const world = await setUp();
    await world.create();
    await world.create('relay');
    for (const [gateway, hostName] of [
      ['api-gateway', 'host.example.com'],
      ['relay', 'relay.example.com'],
    ] as const) {
      const path = `${ENDPOINTS}/${(await world.shown(gateway)).endpointId}`;
      expect((await world.send('POST', `${path}/token`, {})).body).toMatchObject({ hostName });
      const { url } = (await world.send('POST', `${path}/invitations`, {})).body;
      expect((await world.send('GET', new URL(String(url)).pathname)).body).toMatchObject({ hostName });
    }
  });

  it('deleting the group names both', async () => {
    const world = await setUp();
    await world.create();
    await world.create('relay');
    expect((await world.send('DELETE', '/v1/groups/demo')).body).toMatchObject({
      detail: expect.stringContaining('its endpoints, with every token and invitation'),
    });
  });

  it('an endpoint and a group of an older version are those of API Gateway', async () => {
    const world = await setUp();
    const details = await world.create();
    const [stored] = world.dynamodb.items<object>('endpoints');
    expect(stored).not.toHaveProperty('gateway');
    expect(await world.dial(AT_API_GATEWAY, details)).toBe(true);
    expect(await world.shown('api-gateway')).toMatchObject({ enabled: true });
  });
});

describe('moving a domain', () => {
  /** Connected at API Gateway, with the details of the relay in NetBackup. */
  const prepared = async () => {
    const world = await setUp();
    const old = await world.create();
    expect(await world.dial(AT_API_GATEWAY, old)).toBe(true);
    world.clock.advance(HOUR_MS);
    const details = await world.create('relay', 0);
    return { ...world, old, details };
  };

  it('the session stays while the second endpoint is created', async () => {
    const world = await prepared();
    expect(world.group().session).toMatchObject({ connectionId: AT_API_GATEWAY, ready: true });
    expect(world.context.gateway.closed).toEqual([]);
  });

  it('disabling the old endpoint closes its connection; until NetBackup is at the relay, it counts as missing', async () => {
    const world = await prepared();
    const { endpointId } = await world.shown('api-gateway');
    await world.send('PATCH', `${ENDPOINTS}/${endpointId}`, { enabled: false });
    expect(world.context.gateway.reasons.get(AT_API_GATEWAY)).toBe('endpoint-disabled');
    expect(world.group()).toMatchObject({
      downSince: world.clock(),
      lastSession: { closing: 'endpoint-disabled' },
    });
    expect(world.group()).not.toHaveProperty('session');

    expect(await world.dial('Z3kxjdHHoAMCJ4B=', world.old)).toBe(false);
    expect(await world.dial(AT_RELAY, world.details)).toBe(true);
    expect(world.group().session).toMatchObject({ connectionId: AT_RELAY, ready: true });
    expect(world.group()).not.toHaveProperty('downSince');
    expect((await world.send('GET', '/v1/groups/demo')).body).toMatchObject({
      session: { connected: true, gateway: 'relay' },
    });
  });

  it('deleting the old endpoint afterwards leaves the session', async () => {
    const world = await prepared();
    const { endpointId } = await world.shown('api-gateway');
    await world.send('PATCH', `${ENDPOINTS}/${endpointId}`, { enabled: false });
    await world.dial(AT_RELAY, world.details);
    expect((await world.send('DELETE', `${ENDPOINTS}/${endpointId}`)).status).toBe(204);
    expect(world.group().session).toMatchObject({ connectionId: AT_RELAY });
    expect(world.context.gateway.closed).toEqual([AT_API_GATEWAY]);
    const { endpointId: left } = await world.shown('relay');
    expect((await world.send('GET', '/v1/groups/demo')).body).toMatchObject({
      endpointId: left,
      relayEndpointId: left,
    });
  });

  it('I-5 if NetBackup connects at the relay first, the older connection is superseded', async () => {
    const world = await prepared();
    world.clock.advance(1);
    expect(await world.dial(AT_RELAY, world.details)).toBe(true);
    expect(world.context.gateway.reasons).toEqual(new Map([[AT_API_GATEWAY, 'superseded']]));
    const { endpointId } = await world.shown('api-gateway');
    await world.send('PATCH', `${ENDPOINTS}/${endpointId}`, { enabled: false });
    expect(world.group().session).toMatchObject({ connectionId: AT_RELAY });
  });

  it('back again works in the same way', async () => {
    const world = await prepared();
    world.clock.advance(1);
    await world.dial(AT_RELAY, world.details);
    const { endpointId } = await world.shown('relay');
    await world.send('PATCH', `${ENDPOINTS}/${endpointId}`, { enabled: false });
    expect(world.context.gateway.reasons.get(AT_RELAY)).toBe('endpoint-disabled');
    expect(await world.dial('Z3kxjdHHoAMCJ4C=', world.old)).toBe(true);
    expect(world.group()).not.toHaveProperty('downSince');
  });

  it.each(['disable', 'revoke', 'rotate', 'delete'] as const)(
    'a domain whose only open endpoint ends is not missing: %s',
    async (how) => {
      const world = await prepared();
      const relay = await world.shown('relay');
      await world.send('PATCH', `${ENDPOINTS}/${relay.endpointId}`, { enabled: false });
      const path = `${ENDPOINTS}/${(await world.shown('api-gateway')).endpointId}`;
      if (how === 'disable') await world.send('PATCH', path, { enabled: false });
      if (how === 'revoke') await world.send('DELETE', `${path}/token`);
      if (how === 'rotate') await world.send('POST', `${path}/token`, { overlap: 0 });
      if (how === 'delete') await world.send('DELETE', path);
      expect(world.group()).not.toHaveProperty('session');
      expect(world.group()).not.toHaveProperty('downSince');
    },
  );
});

describe('a session at the relay', () => {
  const atRelay = async () => {
    const world = await setUp();
    await world.dial(AT_RELAY, await world.create('relay'));
    const flushed: string[] = [];
    const check = async () => {
      const connection = await world.connection(AT_RELAY);
      const [endpoint] = await world.context.endpoints.ofGroup('demo');
      if (!connection) throw new Error('There is no connection.');
      world.context.gateway.active.set(AT_RELAY, world.clock());
      const sweep = {
        ...world.context,
        heartbeatMinutes: 8,
        isBusy: async () => false,
        lastNotification: async () => world.clock(),
        flush: async (groupId: string) => void flushed.push(groupId),
        onConnectionLost: async () => undefined,
      };
      await checkSession(sweep, connection, world.group(), endpoint);
    };
    return { ...world, check, flushed };
  };

  it('has no life limit', async () => {
    const world = await atRelay();
    for (const after of [2 * HOUR_MS, 30 * DAY_MS, 365 * DAY_MS]) {
      world.clock.advance(after);
      await world.check();
    }
    expect(world.context.gateway.closed).toEqual([]);
    expect(world.flushed).toHaveLength(3);
  });

  it('is kept in the table as long as it is open, and for seven days after its close', async () => {
    const world = await atRelay();
    expect(await world.connection(AT_RELAY)).not.toHaveProperty('expiresAt');
    world.clock.advance(100 * DAY_MS);
    const closedAt = world.clock();
    await world.context.connections.close(AT_RELAY, { closedAt, closeCode: 1012 });
    expect((await world.connection(AT_RELAY))?.expiresAt).toBe(Math.floor((closedAt + 7 * DAY_MS) / 1000));
  });

  it('a connection that sent no CONNECT expires as at API Gateway', async () => {
    const world = await setUp();
    await world.context.connections.open({ connectionId: AT_RELAY, connectedAt: 0, sourceIp: '192.0.2.10' });
    expect((await world.connection(AT_RELAY))?.expiresAt).toBe((7 * DAY_MS) / 1000);
  });
});
