/** EPT: endpoint details. One test for each clause, with the shipped assembly. */
import { connect } from 'node:tls';
import { parseDetails } from '../../netbackup/wire/endpoint-details.ts';
import { connectWith, endpointIdOf } from '../integration/connections/support.ts';
import { type Deployment, startDeployment } from '../support/deployment.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const create = async (groupId: string, query = '') => {
  await deployment.http('POST', '/v1/groups', { body: { groupId } });
  return deployment.http('POST', `/v1/groups/${groupId}/endpoints${query}`, { body: { priority: 5 } });
};

test('EPT-1 five fields: token, priority as a number, groupId, hostName, url', async () => {
  const { json } = await create('ept-1');
  expect(json).toEqual({
    token: expect.any(String),
    priority: 5,
    groupId: 'ept-1',
    hostName: 'localhost',
    url: expect.stringMatching(/^wss:\/\//),
  });
});

test('EPT-2 a JSON file with one endpoint, and a URL without credentials that can be read several times', async () => {
  const created = await create('ept-2');
  expect(created.headers.get('content-disposition')).toMatch(/^attachment; filename="[^"']+\.json"$/);
  expect(parseDetails(created.text).groupId).toBe('ept-2');
  const invited = await deployment.http(
    'POST',
    `/v1/groups/ept-2/endpoints/${endpointIdOf(created.json)}/invitations`,
  );
  const { pathname } = new URL(invited.json.url);
  const reads = [];
  for (let read = 0; read < 3; read++) reads.push((await deployment.http('GET', pathname, { key: '' })).text);
  expect(new Set(reads).size).toBe(1);
  const details = parseDetails(reads[0] ?? '');
  expect({ ...details, token: '' }).toEqual({ ...created.json, token: '' });
  expect(await connectWith(await deployment.open(), details.token)).toBe(true);
});

test('EPT-3 no apostrophe, no empty field, wss://host:port/uri', async () => {
  const created = await create('ept-3');
  expect(created.text).not.toContain("'");
  for (const value of Object.values(created.json)) expect(value).not.toBe('');
  expect(created.json.url).toMatch(/^wss:\/\/[^/:]+:\d+\/[^/]+$/);
  const refused = await deployment.http('POST', '/v1/groups', { body: { groupId: "o'neil" } });
  expect(refused.status).toBe(400);
});

test('EPT-4 a host name once per domain: a second endpoint of the group is rejected', async () => {
  await create('ept-4');
  const second = await create('ept-4');
  expect([second.status, second.json.code]).toEqual([409, 'endpoint-exists']);
});

test('EPT-5 the WebSocket API shows the same certificate to every client', async () => {
  const { hostname, port } = new URL(deployment.cloud.webSocketUrl);
  const fingerprint = () =>
    new Promise<string>((resolve, reject) => {
      const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      });
      socket.once('error', reject);
    });
  const first = await fingerprint();
  expect(first).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);
  expect(await fingerprint()).toBe(first);
});

test('EPT-6 the details must not be cached, and the token is not shown again', async () => {
  const created = await create('ept-6');
  expect(created.headers.get('cache-control')).toBe('no-store');
  const secret = created.json.token.split('.')[1];
  for (const path of ['/v1/groups', '/v1/groups/ept-6', '/v1/groups/ept-6/endpoints']) {
    expect((await deployment.http('GET', path)).text).not.toContain(secret);
  }
  expect(deployment.output.join('\n')).not.toContain(secret);
});
