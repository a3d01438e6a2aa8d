import { createEndpoint } from '../../../lambdas/endpoints/create-endpoint.ts';
import { deleteEndpoint } from '../../../lambdas/endpoints/delete-endpoint.ts';
import { EndpointsStore } from '../../../lambdas/endpoints/endpoints-store.ts';
import {
  addressOf,
  defaultGateway,
  type WebSocketUrls,
  webSocketUrlsOf,
} from '../../../lambdas/endpoints/web-socket-urls.ts';
import { GroupsStore } from '../../../lambdas/groups/groups-store.ts';
import { sha256 } from '../../../lambdas/platform/ids.ts';
import { MemoryDynamodb } from '../../support/memory-dynamodb.ts';

describe('addressOf', () => {
  it.each([
    [
      'wss://abc.execute-api.eu-central-1.amazonaws.com/nbwss',
      'abc.execute-api.eu-central-1.amazonaws.com',
      '443',
    ],
    ['wss://nbwss.example.com:443/nbwss', 'nbwss.example.com', '443'],
    ['wss://localhost:8443/nbwss', 'localhost', '8443'],
  ])('EPT-3 includes the port: %s', (webSocketUrl, hostName, port) => {
    expect(addressOf(webSocketUrl)).toEqual({ hostName, url: `wss://${hostName}:${port}/nbwss` });
  });
});

const AT_API_GATEWAY = { groupId: 'demo', priority: 1, gateway: 'api-gateway' } as const;
const AT_RELAY = { groupId: 'demo', priority: 0, gateway: 'relay' } as const;

describe('createEndpoint', () => {
  const setUp = (webSocketUrls: WebSocketUrls = { 'api-gateway': 'wss://host.example.com/nbwss' }) => {
    const dynamodb = new MemoryDynamodb({ groups: { key: ['groupId'] }, endpoints: { key: ['endpointId'] } });
    const context = {
      groups: new GroupsStore(dynamodb.client, 'groups'),
      endpoints: new EndpointsStore(dynamodb.client, 'endpoints'),
      webSocketUrls,
    };
    dynamodb.set('groups', { groupId: 'demo', kind: 'group', createdAt: 0, epoch: 0 });
    return { dynamodb, context };
  };

  it('I-6 stores the hash of the token, not the token', async () => {
    const { dynamodb, context } = setUp();
    const created = await createEndpoint(context, AT_API_GATEWAY, 5_000);
    const token = created?.details.token ?? '';
    const [stored] = dynamodb.items('endpoints');
    expect(stored).toMatchObject({
      tokens: [{ hash: sha256(token), createdAt: 5_000 }],
      version: 1,
      enabled: true,
    });
    expect(JSON.stringify([dynamodb.items('endpoints'), dynamodb.items('groups')])).not.toContain(token);
    expect(dynamodb.items('groups')).toMatchObject([{ endpointId: created?.endpoint.endpointId }]);
  });

  it('EPT-4 creates one endpoint per group, and does not change it', async () => {
    const { dynamodb, context } = setUp();
    await createEndpoint(context, AT_API_GATEWAY, 5_000);
    const before = dynamodb.items('endpoints');
    expect(await createEndpoint(context, { ...AT_API_GATEWAY, priority: 2 }, 6_000)).toBeUndefined();
    expect(dynamodb.items('endpoints')).toEqual(before);
  });

  it('creates no endpoint for a group that does not exist', async () => {
    const { dynamodb, context } = setUp();
    expect(await createEndpoint(context, { ...AT_API_GATEWAY, groupId: 'other' }, 5_000)).toBeUndefined();
    expect(dynamodb.items('endpoints')).toEqual([]);
  });

  const BOTH = { 'api-gateway': 'wss://host.example.com/nbwss', relay: 'wss://relay.example.com/nbwss' };

  it('EPT-4 creates one endpoint at each gateway, with its host name', async () => {
    const { dynamodb, context } = setUp(BOTH);
    const first = await createEndpoint(context, AT_API_GATEWAY, 5_000);
    const second = await createEndpoint(context, AT_RELAY, 5_000);
    expect(first?.details.url).toBe('wss://host.example.com:443/nbwss');
    expect(second?.details).toMatchObject({
      hostName: 'relay.example.com',
      url: 'wss://relay.example.com:443/nbwss',
      priority: 0,
    });
    const { endpointId } = first?.endpoint ?? {};
    const relayEndpointId = second?.endpoint.endpointId;
    expect(dynamodb.items('groups')).toMatchObject([{ endpointId, relayEndpointId }]);
    expect(await createEndpoint(context, AT_RELAY, 6_000)).toBeUndefined();
    expect(dynamodb.items('endpoints')).toHaveLength(2);
  });

  it('stores no gateway of an endpoint of API Gateway, as older versions', async () => {
    const { dynamodb, context } = setUp(BOTH);
    await createEndpoint(context, AT_API_GATEWAY, 5_000);
    expect(dynamodb.items('endpoints')[0]).not.toHaveProperty('gateway');
  });

  it.each([
    ['relay', AT_API_GATEWAY, { 'api-gateway': 'wss://host.example.com/nbwss' }, AT_RELAY],
    ['api-gateway', AT_RELAY, { relay: 'wss://relay.example.com/nbwss' }, AT_API_GATEWAY],
  ] as const)('refuses a gateway that the deployment does not have: %s', async (name, has, urls, wanted) => {
    const { dynamodb, context } = setUp(urls);
    await expect(createEndpoint(context, wanted, 5_000)).rejects.toMatchObject({
      status: 422,
      code: 'gateway-not-deployed',
      message: `This deployment has no gateway ${name}. It has: ${has.gateway}.`,
    });
    expect(dynamodb.items('endpoints')).toEqual([]);
  });

  it('deleting one leaves the other, and its place can be taken again', async () => {
    const { dynamodb, context } = setUp(BOTH);
    const first = await createEndpoint(context, AT_API_GATEWAY, 5_000);
    const second = await createEndpoint(context, AT_RELAY, 5_000);
    if (!first || !second) throw new Error('There are not two endpoints.');
    expect(await deleteEndpoint(context, second.endpoint)).toBe(true);
    expect(await deleteEndpoint(context, second.endpoint)).toBe(false);
    const { endpointId } = first.endpoint;
    expect(dynamodb.items('endpoints')).toMatchObject([{ endpointId }]);
    expect(dynamodb.items('groups')[0]).toMatchObject({ endpointId });
    expect(dynamodb.items('groups')[0]).not.toHaveProperty('relayEndpointId');
    expect(await createEndpoint(context, AT_RELAY, 6_000)).toBeDefined();
  });
});

describe('webSocketUrlsOf', () => {
  it.each<[string, string | undefined, boolean, WebSocketUrls, string]>([
    ['wss://a/x', undefined, false, { 'api-gateway': 'wss://a/x' }, 'api-gateway'],
    ['wss://a/x', 'wss://r/x', false, { 'api-gateway': 'wss://a/x', relay: 'wss://r/x' }, 'api-gateway'],
    ['wss://r/x', undefined, true, { relay: 'wss://r/x' }, 'relay'],
  ])('%s, %s, only the relay: %s', (first, second, isRelay, urls, byDefault) => {
    expect(webSocketUrlsOf(first, second, isRelay)).toEqual(urls);
    expect(defaultGateway(urls)).toBe(byDefault);
  });
});
