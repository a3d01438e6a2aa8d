import {
  addressOf,
  callApi,
  containerAssembly,
  type Edit,
  edited,
  startContainers,
  statusOf,
} from './containers.ts';
import { callJson, nameOf, startCloud, stopAll } from './support.ts';

afterEach(stopAll);

test('passes a request of an allowed caller on to a task', async () => {
  const cloud = await startContainers();
  const headers = { 'content-type': 'text/plain', 'x-own': 'kept' };
  const answer = await callApi(cloud, { path: '/a/b%20c?d=e', body: 'text', headers });
  expect(answer.status).toBe(200);
  expect(JSON.parse(answer.text)).toMatchObject({
    method: 'POST',
    url: '/a/b%20c?d=e',
    headers: { 'content-type': 'text/plain', 'x-own': 'kept' },
    body: 'text',
    address: addressOf(cloud),
  });
  const api = nameOf(cloud, 'Api');
  expect(cloud.calls.all).toMatchObject([
    {
      functionName: nameOf(cloud, 'Caller'),
      service: 'execute-api',
      action: 'Invoke',
      resource: `arn:aws:execute-api:us-east-1:000000000000:${api}/$default/POST/a/b c`,
      status: 200,
    },
  ]);
});

test('asks for the permission of method and path, and for a caller', async () => {
  const cloud = await startContainers();
  const denied = await callApi(cloud, { path: '/a', method: 'GET' });
  expect(denied).toMatchObject({ status: 403, type: 'AccessDeniedException' });
  expect(denied.text).toMatch(/execute-api:Invoke on resource: .*\/\$default\/GET\/a/);
  expect(await callApi(cloud, { path: '/a', method: 'PUT' })).toMatchObject({ status: 404 });
  expect(await statusOf(`${cloud.outputs['Ship']?.['ApiUrl']}/a`)).toBe(403);
  const used = cloud.unusedGrants().map(({ source, action }) => `${source} ${action}`);
  expect(used).toContain('FunctionPolicy execute-api:Invoke');
  await callApi(cloud, { path: '/a' });
  expect(cloud.unusedGrants().map(({ source }) => source)).not.toContain('FunctionPolicy');
});

test('passes on the status and the error of a task', async () => {
  const cloud = await startContainers();
  const answer = await callApi(cloud, { path: '/gone' });
  expect(answer).toEqual({ status: 410, type: 'GoneException', text: '{"message":"gone"}' });
  expect(cloud.calls.all).toMatchObject([{ status: 410, errorCode: 'GoneException' }]);
});

test('faults apply, also to operations on connections by their names', async () => {
  const cloud = await startContainers();
  cloud.faults.add({
    service: 'execute-api',
    action: 'PostToConnection',
    do: 'fail',
    error: 'GoneException',
  });
  expect(await callApi(cloud, { path: '/a' })).toMatchObject({ status: 200 });
  expect(await callApi(cloud, { path: '/@connections/x' })).toMatchObject({ status: 410 });
  expect(await callApi(cloud, { path: '/@connections/x' })).toMatchObject({ status: 200 });
});

test('requests go to the tasks in turns, and to none that is gone', async () => {
  const cloud = await startContainers();
  await cloud.tasks.scale(2);
  const addresses = async () =>
    [await callApi(cloud, { path: '/a' }), await callApi(cloud, { path: '/a' })].map(
      ({ text }) => JSON.parse(text).address,
    );
  expect((await addresses()).sort()).toEqual([addressOf(cloud, 0), addressOf(cloud, 1)].sort());
  await cloud.tasks.scale(1);
  expect(await addresses()).toEqual([addressOf(cloud), addressOf(cloud)]);
  await cloud.tasks.scale(0);
  expect(await callApi(cloud, { path: '/a' })).toMatchObject({ status: 503 });
});

test('a throttled stage lets a burst pass', async () => {
  const cloud = await startContainers(
    edited('Stage.Properties.DefaultRouteSettings', { ThrottlingRateLimit: 0.001, ThrottlingBurstLimit: 1 }),
  );
  expect(await callApi(cloud, { path: '/a' })).toMatchObject({ status: 200 });
  expect(await callApi(cloud, { path: '/a' })).toMatchObject({ status: 429 });
});

test('other services are not behind this address', async () => {
  const cloud = await startContainers();
  expect((await callJson(cloud, 'AmazonSQS.ListQueues', {})).status).toBe(400);
});

const ROUTE = /RoutePost is not a route with AWS_IAM over a VPC link to a service of Cloud Map/;
test.each<[string, Edit, RegExp]>([
  ['a route for everybody', edited('RoutePost.Properties.AuthorizationType', 'NONE'), ROUTE],
  ['a listener behind the link', edited('Integration.Properties.IntegrationUri', 'arn:aws:elb'), ROUTE],
  ['another link', edited('Integration.Properties.ConnectionId', 'other'), ROUTE],
  ['one method only', edited('Integration.Properties.IntegrationMethod', 'GET'), ROUTE],
  [
    'other paths for the task',
    edited('Integration.Properties.RequestParameters', { 'overwrite:path': '/x' }),
    /Integration .* has the property RequestParameters/,
  ],
])('refuses %s', async (_what, edit, message) => {
  await expect(startCloud({ assembly: await containerAssembly(edit) })).rejects.toThrow(message);
});
