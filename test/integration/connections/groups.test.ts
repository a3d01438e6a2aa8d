/** Groups are created, shown, changed, and deleted with their data. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { connectWith, isOpen, MINUTE, storedText } from './support.ts';

/** An item of the Overviews table. */
const OVERVIEW_OF_DOOMED = /"overview":\{"S":"\{\\"groupId\\":\\"doomed\\"/;

describe('groups', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.stop());

  test('a group is created, shown, changed and deleted', async () => {
    const body = { groupId: 'a.B_c-9', description: "Bäckerei 'Süd' \u0007", allowedCidrs: ['10.0.0.0/8'] };
    const created = await deployment.http('POST', '/v1/groups', { body });
    expect(created.status).toBe(201);
    expect(created.json).toMatchObject({ ...body, session: { connected: false, state: 'never-connected' } });
    expect((await deployment.http('POST', '/v1/groups', { body })).json.code).toBe('group-exists');
    const changed = await deployment.http('PATCH', '/v1/groups/a.B_c-9', {
      body: { description: null, allowedCidrs: ['2001:db8::/32'] },
    });
    expect(changed.json.description).toBeUndefined();
    expect(changed.json.allowedCidrs).toEqual(['2001:db8::/32']);
    const deleted = await deployment.http('DELETE', '/v1/groups/a.B_c-9');
    expect([deleted.status, deleted.json]).toEqual([202, { groupId: 'a.B_c-9', removes: [] }]);
    expect((await deployment.http('GET', '/v1/groups/a.B_c-9')).status).toBe(404);
    await deployment.sweep();
    expect((await deployment.http('POST', '/v1/groups', { body })).status).toBe(201);
  });

  test.each([
    ['an apostrophe in the id', { groupId: "o'neil" }],
    ['an empty id', { groupId: '' }],
    ['an id of 65 characters', { groupId: 'x'.repeat(65) }],
    ['a slash', { groupId: 'a/b' }],
    ['unicode', { groupId: 'gruppe-ü' }],
    ['a line break', { groupId: 'a\n' }],
    ['a number', { groupId: 7 }],
    ['a description of 1001 characters', { groupId: 'ok', description: 'x'.repeat(1001) }],
    ['an invalid CIDR', { groupId: 'ok', allowedCidrs: ['10.0.0.1/33'] }],
    ['a text in place of a list', { groupId: 'ok', allowedCidrs: '10.0.0.0/8' }],
  ])('rejects a group with %s', async (_, body) => {
    const answer = await deployment.http('POST', '/v1/groups', { body });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
  });

  test('an id may have 64 characters', async () => {
    const groupId = 'x'.repeat(64);
    expect((await deployment.http('POST', '/v1/groups', { body: { groupId } })).status).toBe(201);
  });

  test('deleting a group with data needs force=true, lists the data, and deletes all of them', async () => {
    const details = await deployment.createGroup('doomed');
    const client = await deployment.connect(details);
    const report = notification('JOB', job(4711, 'DONE', { clientName: 'doomed-client' }));
    client.send(report);
    await client.next((frame) => frame['id'] === report['id']);
    await deployment.cloud.drained();
    expect((await deployment.http('GET', '/v1/summary')).status).toBe(200);
    expect(await storedText(deployment)).toMatch(OVERVIEW_OF_DOOMED);
    const refused = await deployment.http('DELETE', '/v1/groups/doomed');
    expect(refused.status).toBe(409);
    expect(refused.json).toMatchObject({
      code: 'group-not-empty',
      detail: expect.stringMatching(/endpoint.*notifications.*jobs/),
    });
    expect(isOpen(client)).toBe(true);
    expect(await storedText(deployment)).toContain('doomed-client');
    const failing = {
      function: 'Api',
      action: 'Query',
      resource: 'Overviews',
      do: 'fail',
      count: Infinity,
    } as const;
    const fault = deployment.cloud.faults.add(failing);
    const deleted = await deployment.http('DELETE', '/v1/groups/doomed?force=true');
    fault.remove();
    expect(deleted.status).toBe(202);
    expect(deleted.json.removes).toHaveLength(3);
    await client.closed;
    await deployment.cloud.drained();
    expect((await deployment.http('GET', '/v1/groups/doomed')).status).toBe(404);
    expect((await deployment.http('GET', '/v1/groups/doomed/jobs')).status).toBe(404);
    const recreated = await deployment.http('POST', '/v1/groups', { body: { groupId: 'doomed' } });
    expect([recreated.status, recreated.json.code]).toEqual([409, 'group-being-deleted']);
    const again = await deployment.open();
    expect(await connectWith(again, details.token)).toBe(false);
    await deployment.sweep();
    deployment.clock.advance(11 * MINUTE);
    await deployment.sweep();
    const stored = await storedText(deployment);
    expect(stored).not.toContain('doomed-client');
    expect(stored).not.toMatch(OVERVIEW_OF_DOOMED);
    const fresh = await deployment.createGroup('doomed');
    expect(fresh.token).not.toBe(details.token);
    expect((await deployment.http('GET', '/v1/groups/doomed/jobs')).json.items).toEqual([]);
    const shown = (await deployment.http('GET', '/v1/groups/doomed')).json;
    expect(shown.lastNotificationAt).toBeUndefined();
  });

  test('the OpenAPI document contains every operation', async () => {
    const { json } = await deployment.http('GET', '/v1/openapi.json', { key: '' });
    const operations = Object.entries(json.paths).flatMap(([path, methods]) =>
      Object.keys(methods as object).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const endpoint = '/v1/groups/{groupId}/endpoints/{endpointId}';
    expect(operations).toEqual(
      expect.arrayContaining([
        'PATCH /v1/groups/{groupId}',
        'DELETE /v1/groups/{groupId}',
        'DELETE /v1/groups/{groupId}/connection',
        `PATCH ${endpoint}`,
        `DELETE ${endpoint}`,
        `POST ${endpoint}/token`,
        `DELETE ${endpoint}/token`,
        `POST ${endpoint}/invitations`,
        'GET /invitations/{invitation}',
      ]),
    );
    expect(json.paths['/invitations/{invitation}'].get.security).toEqual([]);
  });

  test('rejects a request without a key, and for an unknown group', async () => {
    expect((await deployment.http('GET', '/v1/groups', { key: '' })).status).toBe(401);
    expect((await deployment.http('DELETE', '/v1/groups/nobody/connection')).status).toBe(404);
  });
});
