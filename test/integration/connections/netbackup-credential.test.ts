/** Whether a group's NetBackup API key is stored, since when and by whom. */
import { DynamoDBClient, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { createClientKey } from '../../../bin/nbwss/local-setup.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';

const NETBACKUP_KEY = 'Aplanted-netbackup-api-key';
const PATH = '/v1/groups/berlin/netbackup-credential';
let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
  await deployment.http('POST', '/v1/groups', { body: { groupId: 'berlin' } });
});
afterAll(() => deployment.stop());

const store = () => deployment.http('PUT', PATH, { body: { apiKey: NETBACKUP_KEY } });

test('without a stored key', async () => {
  const { status, json } = await deployment.http('GET', PATH);
  expect([status, json.code]).toEqual([404, 'no-netbackup-credential']);
  expect((await deployment.http('DELETE', PATH)).status).toBe(204);
});

test('the API shows when and by whom it was stored, but not the key', async () => {
  const before = deployment.clock.now();
  expect((await store()).status).toBe(204);
  const { status, json, text, headers } = await deployment.http('GET', PATH);
  expect(status).toBe(200);
  expect(json).toEqual({
    stored: true,
    storedAt: expect.any(String),
    storedBy: deployment.adminKey.slice('nbk_'.length).split('.')[0],
  });
  expect(Date.parse(json.storedAt)).toBeGreaterThanOrEqual(before);
  expect(text).not.toContain('planted');
  expect(headers.get('content-type')).toMatch(/^application\/json/);
});

test('a key that an older version stored is shown and can be replaced', async () => {
  const { cloud } = deployment;
  await store();
  const client = new DynamoDBClient({
    region: cloud.region,
    endpoint: cloud.endpointUrl,
    credentials: cloud.credentials,
  });
  const groups = Object.entries(cloud.resources).find(
    ([id, { type }]) => id.startsWith('Groups') && type === 'AWS::DynamoDB::Table',
  );
  await client.send(
    new UpdateItemCommand({
      TableName: groups?.[1].physicalId,
      Key: { groupId: { S: 'berlin' } },
      UpdateExpression: 'REMOVE netbackupCredential.storedAt, netbackupCredential.storedBy',
    }),
  );
  client.destroy();
  expect((await deployment.http('GET', PATH)).json).toEqual({ stored: true });
  await store();
  expect((await deployment.http('GET', PATH)).json).toHaveProperty('storedBy');
});

test('replacing a key updates its time, deleting removes it', async () => {
  await store();
  const first = (await deployment.http('GET', PATH)).json.storedAt;
  deployment.clock.advance(60_000);
  await store();
  const { storedAt } = (await deployment.http('GET', PATH)).json;
  expect(Date.parse(storedAt) - Date.parse(first)).toBeGreaterThanOrEqual(60_000);
  expect((await deployment.http('DELETE', PATH)).status).toBe(204);
  expect((await deployment.http('GET', PATH)).status).toBe(404);
});

test('only administrators may read it, of existing groups', async () => {
  const key = await createClientKey(deployment.cloud);
  expect((await deployment.http('GET', PATH, { key })).status).toBe(403);
  expect((await deployment.http('GET', PATH, { key: '' })).status).toBe(401);
  const { status, json } = await deployment.http('GET', '/v1/groups/none/netbackup-credential');
  expect([status, json.code]).toEqual([404, 'group-not-found']);
});

test('the OpenAPI document describes it', async () => {
  const { json } = await deployment.http('GET', '/v1/openapi.json');
  const { get } = json.paths['/v1/groups/{groupId}/netbackup-credential'];
  expect(Object.keys(get.responses)).toEqual(expect.arrayContaining(['200', '401', '403', '404']));
});
