/** With custom domains, and the default endpoints disabled, everything goes through the custom domain names. */
import { get } from 'node:https';
import {
  API_NAME,
  CERTIFICATE_ARN,
  type DomainDeployment,
  startWithDomains,
  WEBSOCKET_NAME,
} from '../../support/domains.ts';
import { job, notification, RawClient } from '../../support/raw-client.ts';
import { send, settled } from '../../support/reporting.ts';

let domains: DomainDeployment;
beforeAll(async () => {
  const of = (name: string) => ({ name, certificateArn: CERTIFICATE_ARN, disableDefaultEndpoint: true });
  domains = await startWithDomains({ webSocketDomain: of(WEBSOCKET_NAME), apiDomain: of(API_NAME) });
});
afterAll(() => domains?.stop());

const portOf = (url: string) => new URL(url).port;

test('a simulated NetBackup connects, reports and is called through the names', async () => {
  const { deployment } = domains;
  const { cloud } = deployment;
  const details = await deployment.createGroup('berlin');
  expect(details).toMatchObject({
    hostName: WEBSOCKET_NAME,
    url: `wss://${WEBSOCKET_NAME}:${portOf(cloud.webSocketUrl)}/nbwss`,
  });
  const primary = deployment.primary([details]);
  if (!primary.isConnected()) await primary.when('connected');
  await cloud.drained();
  const called = await deployment.http('GET', '/v1/groups/berlin/netbackup/ping');
  expect(called.status).toBe(200);
  await primary.stop();

  const client = await deployment.connect(details);
  await send(client, notification('JOB', job(1, 'DONE')));
  await settled(deployment);
  expect((await deployment.http('GET', '/v1/groups/berlin/jobs/1')).json).toMatchObject({ jobId: 1 });
});

test('an invitation has the name of the API, and is read there over HTTPS', async () => {
  const { deployment } = domains;
  await deployment.createGroup('paris');
  const [endpoint] = (await deployment.http('GET', '/v1/groups/paris/endpoints')).json.items;
  const path = `/v1/groups/paris/endpoints/${endpoint.endpointId}/invitations`;
  const { url } = (await deployment.http('POST', path, { body: {} })).json;
  expect(url).toMatch(new RegExp(`^https://${API_NAME}:\\d+/invitations/`));
  const text = await new Promise<string>((resolve, reject) => {
    get(url, { ca: deployment.ca }, (answer) => {
      let body = '';
      answer.on('data', (chunk) => {
        body += chunk;
      });
      answer.on('end', () => resolve(body));
    }).once('error', reject);
  });
  expect(JSON.parse(text)).toMatchObject({ groupId: 'paris', hostName: WEBSOCKET_NAME });
});

test('the default hosts are refused: connections, calls, and the sending of messages', async () => {
  const { deployment } = domains;
  const { cloud, ca } = deployment;
  const onDefaultHost = (url: string) => url.replace(/\/\/[^:/]+/, '//localhost');
  await expect(RawClient.open(onDefaultHost(cloud.webSocketUrl), ca)).rejects.toThrow('403');
  expect((await fetch(`${onDefaultHost(cloud.apiUrl)}/v1/openapi.json`)).status).toBe(404);
  expect((await fetch(`${cloud.apiUrl}/v1/openapi.json`)).status).toBe(200);
  const posts = cloud.calls.all.filter(({ action }) => action === 'PostToConnection');
  expect(posts.length).toBeGreaterThan(0);
  expect(posts.every(({ status }) => status === 200)).toBe(true);
});

test('a path that is not that of the mapping is refused', async () => {
  const { cloud, ca } = domains.deployment;
  const other = cloud.webSocketUrl.replace(/nbwss$/, 'other');
  await expect(RawClient.open(other, ca)).rejects.toThrow('403');
});
