import { addressOf, createEndpoint } from '../../../lambdas/endpoints/create-endpoint.ts';
import { EndpointsStore } from '../../../lambdas/endpoints/endpoints-store.ts';
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

describe('createEndpoint', () => {
  const setUp = () => {
    const dynamodb = new MemoryDynamodb({ groups: { key: ['groupId'] }, endpoints: { key: ['endpointId'] } });
    const context = {
      groups: new GroupsStore(dynamodb.client, 'groups'),
      endpoints: new EndpointsStore(dynamodb.client, 'endpoints'),
      webSocketUrl: 'wss://host.example.com/nbwss',
    };
    dynamodb.set('groups', { groupId: 'demo', kind: 'group', createdAt: 0, epoch: 0 });
    return { dynamodb, context };
  };

  it('I-6 stores the hash of the token, not the token', async () => {
    const { dynamodb, context } = setUp();
    const created = await createEndpoint(context, 'demo', 1, 5_000);
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
    await createEndpoint(context, 'demo', 1, 5_000);
    const before = dynamodb.items('endpoints');
    expect(await createEndpoint(context, 'demo', 2, 6_000)).toBeUndefined();
    expect(dynamodb.items('endpoints')).toEqual(before);
  });

  it('creates no endpoint for a group that does not exist', async () => {
    const { dynamodb, context } = setUp();
    expect(await createEndpoint(context, 'other', 1, 5_000)).toBeUndefined();
    expect(dynamodb.items('endpoints')).toEqual([]);
  });
});
