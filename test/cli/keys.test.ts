/** `nbwss keys create` against the local cloud. */
import { type Deployment, startDeployment } from '../support/deployment.ts';
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

test.each([
  ['--scopes', 'root', /Scopes are read, command, inject, admin/],
  ['--groups', '', /Give group ids/],
  ['--days', '1000000000', /1 to 36500/],
])('%s %s is refused', async (option, value, why) => {
  const program = create('--scopes', 'read', option, value);
  expect(await program.ended).toBe(1);
  expect(program.output).toMatch(why);
});
