/** `nbwss keys` against the local cloud. */
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { newKey } from '../support/new-key.ts';
import { endPrograms, nbwss } from '../support/process.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
  await deployment.createGroup('berlin');
  await deployment.createGroup('tokyo');
});
afterAll(async () => {
  await endPrograms();
  await deployment.stop();
});

const create = (...args: string[]) => {
  const { cloud } = deployment;
  const table = Object.values(cloud.outputs).find((outputs) => 'KeysTable' in outputs)?.['KeysTable'] ?? '';
  return nbwss(['keys', 'create', '--table', table, ...args], {
    AWS_ENDPOINT_URL: cloud.endpointUrl,
    AWS_REGION: cloud.region,
    AWS_ACCESS_KEY_ID: cloud.credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: cloud.credentials.secretAccessKey,
  });
};

test('prints a key that is limited to its groups and scopes', async () => {
  const program = create('--scopes', 'read', '--groups', 'berlin');
  expect(await program.ended).toBe(0);
  const key = program.output.trim();
  expect(key).toMatch(/^nbk_\S+$/);
  const listed = await deployment.http('GET', '/v1/groups', { key });
  expect(listed.json.items.map(({ groupId }: { groupId: string }) => groupId)).toEqual(['berlin']);
  expect((await deployment.http('GET', '/v1/groups/tokyo', { key })).status).toBe(404);
  expect((await deployment.http('POST', '/v1/groups', { key, body: { groupId: 'x' } })).status).toBe(403);
});

test('prints a key that is limited to labels: it sees what has them now', async () => {
  const program = create('--scopes', 'read', '--labels', 'customer=acme,region=east');
  expect(await program.ended).toBe(0);
  const key = program.output.trim();
  const seen = async () => (await deployment.http('GET', '/v1/groups/tokyo', { key })).status;
  const label = (labels: object | null) => deployment.http('PATCH', '/v1/groups/tokyo', { body: { labels } });
  expect(await seen()).toBe(404);
  await label({ customer: 'acme', region: 'east', tier: '1' });
  expect(await seen()).toBe(200);
  await label({ customer: 'acme' });
  expect(await seen()).toBe(404);
  await label(null);
});

test('labels together with groups are refused', async () => {
  const program = create('--scopes', 'read', '--groups', 'berlin', '--labels', 'customer=acme');
  expect(await program.ended).toBe(2);
  expect(program.output).toMatch(/'--labels <list>' cannot be used with option '--groups <list>'/);
});

test.each([
  ['--scopes', 'root', /Scopes are read, command, inject, admin/],
  ['--groups', '', /Give group ids/],
  ['--labels', 'customer', /Give labels as key=value/],
  ['--days', '1000000000', /1 to 3650/],
])('%s %s is refused', async (option, value, why) => {
  const program = create('--scopes', 'read', option, value);
  expect(await program.ended).toBe(2);
  expect(program.output).toMatch(why);
});

test('an administrator creates, lists and revokes keys; who changed what is known', async () => {
  const admin = await newKey(deployment, ['admin'], ['*']);
  const run = async (...args: string[]) => {
    const environment = { NBWSS_URL: deployment.cloud.apiUrl, NBWSS_API_KEY: admin };
    const program = nbwss(['keys', ...args], environment);
    expect(await program.ended).toBe(0);
    return program.output.trim();
  };
  const key = await run('create', '--scopes', 'read', '--groups', 'berlin', '--description', 'Grafana');
  expect((await deployment.http('GET', '/v1/groups/berlin', { key })).status).toBe(200);
  const keyId = key.slice(4, 20);
  const line = (await run('list')).split('\n').find((one) => one.startsWith(keyId));
  expect(line).toMatch(/^\w+ {2}read {2}groups berlin {2}expires \S+ {2}last used \S+ {2}Grafana$/);
  expect(await run('revoke', keyId)).toMatch(/^Revoked/);
  expect((await deployment.http('GET', '/v1/groups/berlin', { key })).status).toBe(401);
  const audit = await deployment.http('GET', '/v1/audit?limit=2', { key: admin });
  expect(audit.json.items).toMatchObject([
    { action: 'revokeKey', path: `/v1/keys/${keyId}`, status: 204, sourceIp: '127.0.0.1' },
    { action: 'createKey', status: 201 },
  ]);
});
