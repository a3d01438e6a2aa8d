/** A deployment with two gateways, as an operator sees it. The move of a domain is that of docs/relay.md, with the command line. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EndpointDetails } from '../../../netbackup/index.ts';
import { parseDetails } from '../../../netbackup/wire/endpoint-details.ts';
import { commandLineOf } from '../../support/command-line.ts';
import type { Deployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { send, settled } from '../../support/reporting.ts';
import { startWithTwoGateways, type TwoGateways } from '../../support/two-gateways.ts';
import { isOpen, sessionOf } from './support.ts';

let two: TwoGateways;
let deployment: Deployment;
let nbwss: Awaited<ReturnType<typeof commandLineOf>>;
beforeAll(async () => {
  two = await startWithTwoGateways();
  deployment = two.deployment;
  nbwss = await commandLineOf(deployment, two.folder);
});
afterAll(() => two?.stop());

const fileOf = (name: string) => join(two.folder, `${name}.json`);
const detailsIn = (name: string): EndpointDetails => parseDetails(readFileSync(fileOf(name), 'utf8'));
/** Where the details lead to here: a token is valid at both gateways. */
const dial = (details: EndpointDetails) =>
  deployment.connect({ ...details, url: deployment.cloud.webSocketUrl });
const endpointsOf = async (groupId: string) =>
  (await deployment.http('GET', `/v1/groups/${groupId}/endpoints`)).json;

test('a domain is moved from one gateway to the other, and loses nothing', async () => {
  await nbwss('groups', 'create', 'berlin');
  await nbwss('endpoints', 'create', 'berlin', '--out', fileOf('old'));
  const before = await dial(detailsIn('old'));
  await send(before, notification('JOB', job(1, 'DONE')));

  await nbwss(
    'endpoints',
    'create',
    'berlin',
    '--gateway',
    'relay',
    '--priority',
    '0',
    '--out',
    fileOf('new'),
  );
  const details = detailsIn('new');
  expect(details).toMatchObject({
    groupId: 'berlin',
    priority: 0,
    hostName: 'relay.example.com',
    url: 'wss://relay.example.com:443/nbwss',
  });
  expect(isOpen(before)).toBe(true);
  expect(await endpointsOf('berlin')).toMatchObject({
    items: [
      { gateway: 'api-gateway', enabled: true },
      { gateway: 'relay', enabled: true },
    ],
    gateways: ['api-gateway', 'relay'],
  });

  await nbwss('groups', 'disconnect', 'berlin');
  await before.closed;
  const queued = await deployment.http('POST', '/v1/groups/berlin/commands', {
    body: { method: 'GET', uri: '/netbackup/ping' },
  });
  expect(queued.json).toMatchObject({ state: 'queued' });

  const after = await dial(details);
  await after.next(({ id }) => id === queued.json.commandId);
  await send(after, notification('JOB', job(2, 'DONE')));
  await nbwss('endpoints', 'disable', 'berlin', '--gateway', 'api-gateway');
  await nbwss('endpoints', 'delete', 'berlin', '--gateway', 'api-gateway');
  await settled(deployment);
  expect(isOpen(after)).toBe(true);
  const [left, ...others] = (await endpointsOf('berlin')).items;
  expect([left.gateway, others]).toEqual(['relay', []]);
  expect(await sessionOf(deployment, 'berlin')).toMatchObject({
    connected: true,
    endpointId: left.endpointId,
  });
  for (const jobId of [1, 2])
    expect((await deployment.http('GET', `/v1/groups/berlin/jobs/${jobId}`)).json).toMatchObject({ jobId });
});

test('with two endpoints, a command that names neither changes nothing', async () => {
  await nbwss('groups', 'create', 'paris');
  await nbwss('endpoints', 'create', 'paris', '--out', fileOf('paris'));
  await nbwss('endpoints', 'create', 'paris', '--gateway', 'relay', '--out', fileOf('paris-relay'));
  const before = await endpointsOf('paris');
  for (const name of ['rotate', 'revoke', 'invite', 'enable', 'disable', 'delete']) {
    await expect(
      nbwss('endpoints', name, 'paris', ...(name === 'rotate' ? ['--out', fileOf('x')] : [])),
    ).rejects.toThrow('The group has two endpoints. Choose one with --gateway: api-gateway or relay.');
  }
  expect(await endpointsOf('paris')).toEqual(before);

  await nbwss('endpoints', 'rotate', 'paris', '--gateway', 'relay', '--out', fileOf('paris-relay'));
  expect(detailsIn('paris-relay')).toMatchObject({ hostName: 'relay.example.com' });
  await nbwss('endpoints', 'delete', 'paris', '--gateway', 'api-gateway');
  await expect(nbwss('endpoints', 'enable', 'paris', '--gateway', 'api-gateway')).rejects.toThrow(
    'The group has no endpoint at the gateway api-gateway: nbwss endpoints create paris --gateway api-gateway',
  );
  expect(await nbwss('endpoints', 'disable', 'paris')).toBe('Disabled and disconnected.');
  expect(await nbwss('groups', 'delete', 'paris', '--force')).toContain('its endpoint, with every token');
});
