/** The OpenAPI document contains every route, and the responses conform to it. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { image, report } from '../../support/reporting.ts';

let deployment: Deployment;
// biome-ignore lint/suspicious/noExplicitAny: an OpenAPI document, read by path
let document: any;
beforeAll(async () => {
  deployment = await startDeployment();
  document = (await deployment.http('GET', '/v1/openapi.json')).json;
  const client = await deployment.connect(await deployment.createGroup('demo'));
  await report(deployment, client, [
    notification('JOB', job(1, 'DONE'), job(2, 'QUEUED')),
    notification('IMAGE', image('client01_1700000005', 'CREATE')),
    notification('TAPE', 1),
  ]);
  deployment.clock.advance(6_000);
});
afterAll(() => deployment.stop());

/** The required members of an object schema, with references resolved. */
// biome-ignore lint/suspicious/noExplicitAny: JSON Schema
const requiredOf = (schema: any): string[] => {
  const name = /^#\/components\/schemas\/(.+)$/.exec(schema.$ref ?? '')?.[1];
  if (name) return requiredOf(document.components.schemas[name]);
  return [...(schema.required ?? []), ...(schema.allOf ?? []).flatMap(requiredOf)];
};

test.each([
  ['/v1/groups/{groupId}/jobs', '/v1/groups/demo/jobs'],
  ['/v1/groups/{groupId}/jobs/{jobId}', '/v1/groups/demo/jobs/1'],
  ['/v1/groups/{groupId}/jobs/{jobId}/tree', '/v1/groups/demo/jobs/1/tree'],
  ['/v1/groups/{groupId}/images', '/v1/groups/demo/images'],
  ['/v1/groups/{groupId}/images/{backupId}', '/v1/groups/demo/images/client01_1700000005'],
  ['/v1/groups/{groupId}/events', '/v1/groups/demo/events'],
  ['/v1/groups/{groupId}/quarantine', '/v1/groups/demo/quarantine'],
  ['/v1/groups/{groupId}/summary', '/v1/groups/demo/summary'],
  ['/v1/summary', '/v1/summary'],
  ['/v1/jobs', '/v1/jobs'],
  ['/v1/images', '/v1/images'],
])('GET %s', async (path, url) => {
  const content = document.paths[path].get.responses['200'].content['application/json'];
  const { status, json } = await deployment.http('GET', url);
  expect(status).toBe(200);
  expect(Object.keys(json)).toEqual(expect.arrayContaining(requiredOf(content.schema)));
  const item = content.schema.properties?.items?.items;
  if (item) {
    expect(json.items.length).toBeGreaterThan(0);
    for (const one of json.items) expect(Object.keys(one)).toEqual(expect.arrayContaining(requiredOf(item)));
  }
});

test('lists over groups have the filters of a group, and labels', () => {
  const names = (path: string) =>
    document.paths[path].get.parameters.map(({ name }: { name: string }) => name);
  for (const kind of ['jobs', 'images']) {
    const own = names(`/v1/groups/{groupId}/${kind}`).filter((name: string) => name !== 'groupId');
    expect(names(`/v1/${kind}`).sort()).toEqual([...own, 'label'].sort());
  }
});

test('every filter is documented, and the replay', () => {
  const names = document.paths['/v1/groups/{groupId}/jobs'].get.parameters.map(
    ({ name }: { name: string }) => name,
  );
  expect(names).toEqual(
    expect.arrayContaining([
      'groupId',
      'limit',
      'cursor',
      'state',
      'outcome',
      'status',
      'jobType',
      'from',
      'order',
    ]),
  );
  expect(document.paths['/v1/groups/{groupId}/quarantine/{eventId}/replay'].post).toBeDefined();
});
