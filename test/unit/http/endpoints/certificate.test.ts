/** What is handed over with endpoint details: the certificate, and the URL that the deployment has now. */
import { CertificateStore } from '../../../../lambdas/endpoints/certificate/certificate-store.ts';
import { endpointsRoutes } from '../../../../lambdas/http/endpoints/endpoints-routes.ts';
import { invitationsRoutes } from '../../../../lambdas/http/endpoints/invitations-routes.ts';
import { tokensRoutes } from '../../../../lambdas/http/endpoints/tokens-routes.ts';
import { groupsRoutes } from '../../../../lambdas/http/groups/groups-routes.ts';
import { apiWorld } from '../../../support/api.ts';
import { fakeBus } from '../../../support/fakes.ts';

const setUp = async () => {
  const world = apiWorld();
  const context = { ...world.context, bus: fakeBus() };
  for (const routes of [groupsRoutes, endpointsRoutes, tokensRoutes, invitationsRoutes])
    routes(world.app, context);
  const key = world.keyFor('admin', '*');
  world.group('demo');
  const send = async (method: string, path: string, body?: unknown) =>
    (await world.request(path, key, { method, ...(body === undefined ? {} : { body }) })).body;
  await send('POST', '/v1/groups/demo/endpoints', { priority: 1 });
  const { items } = await send('GET', '/v1/groups/demo/endpoints');
  const [{ endpointId }] = items as [{ endpointId: string }];
  const path = `/v1/groups/demo/endpoints/${endpointId}`;
  return { ...world, send, endpointId, path };
};

const CERTIFICATE = {
  fingerprint: 'AB:CD',
  keyHash: 'k',
  issuer: 'CN=A',
  validFrom: 0,
  validTo: 86_400_000,
};

it('EPT-5 the endpoint and an invitation show the certificate, once it was read', async () => {
  const { context, dynamodb, send, path } = await setUp();
  const certificates = new CertificateStore(dynamodb.client, 'endpoints');
  await certificates.claim('host.example.com', context.clock());
  const before = [await send('GET', path), await send('POST', `${path}/invitations`, {})];
  for (const shown of before) expect(shown).not.toHaveProperty('certificate');

  await certificates.save('host.example.com', CERTIFICATE, 1_000);
  const shown = { fingerprint: 'AB:CD', issuer: 'CN=A', validTo: '1970-01-02T00:00:00.000Z' };
  const { items } = await send('GET', '/v1/groups/demo/endpoints');
  const after = [
    await send('GET', path),
    (items as unknown[])[0],
    await send('POST', `${path}/invitations`, {}),
  ];
  for (const one of after) expect(one).toMatchObject({ certificate: shown });
});

it('EPT-1 the details themselves contain the five fields only', async () => {
  const { dynamodb, send, path } = await setUp();
  await new CertificateStore(dynamodb.client, 'endpoints').save('host.example.com', CERTIFICATE, 1_000);
  const fields = ['groupId', 'hostName', 'priority', 'token', 'url'];
  expect(Object.keys(await send('POST', `${path}/token`, {})).sort()).toEqual(fields);
  const { url } = await send('POST', `${path}/invitations`, {});
  const read = await send('GET', new URL(String(url)).pathname);
  expect(Object.keys(read).sort()).toEqual(fields);
});

it('the certificate is not an endpoint', async () => {
  const { dynamodb, send } = await setUp();
  await new CertificateStore(dynamodb.client, 'endpoints').save('host.example.com', CERTIFICATE, 1_000);
  const id = encodeURIComponent('certificate of host.example.com');
  expect(await send('GET', `/v1/groups/demo/endpoints/${id}`)).toMatchObject({ code: 'endpoint-not-found' });
});

it.each(['token', 'invitation'])(
  'new details with a %s have the URL of the deployment as it is now',
  async (kind) => {
    const { dynamodb, endpointId, send, path } = await setUp();
    const [stored] = dynamodb.items('endpoints');
    const old = { hostName: 'old.example.com', url: 'wss://old.example.com:443/nbwss' };
    dynamodb.set('endpoints', { ...stored, ...old });
    const now = { hostName: 'host.example.com', url: 'wss://host.example.com:443/nbwss' };
    if (kind === 'token') expect(await send('POST', `${path}/token`, {})).toMatchObject(now);
    else {
      const { url } = await send('POST', `${path}/invitations`, {});
      expect(await send('GET', path)).toMatchObject(old);
      expect(await send('GET', new URL(String(url)).pathname)).toMatchObject(now);
    }
    expect(await send('GET', path)).toMatchObject({ endpointId, ...now });
  },
);
