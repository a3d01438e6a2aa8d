import { httpHandler } from '../../../../lambdas/http/handler.ts';
import { reportsRoutes } from '../../../../lambdas/http/reports/reports-routes.ts';
import { apiWorld } from '../../../support/api.ts';
import { images, interpretText, jobs, notificationText } from '../../../support/notifications.ts';

const setUp = async () => {
  const world = apiWorld();
  reportsRoutes(world.app, world.context);
  world.group('demo');
  const text = notificationText([
    jobs(
      ...[1, 2, 3].map((jobId) => ({
        jobId,
        state: 'ACTIVE',
        startTime: 1_700_000_000 + jobId,
        policyName: '',
      })),
      { jobId: 1, state: 'DONE', status: 1 },
    ),
    images({ backupId: 'サーバー#1/_1700000029', operationId: 'CREATE', backupTime: 1_700_000_029 }),
  ]);
  for (const one of interpretText(text)) {
    if (one.kind === 'JOB') await world.context.jobs.record('demo', one.jobId, [one], 400);
    if (one.kind === 'IMAGE') await world.context.images.record('demo', one.backupId, [one], 400);
  }
  return { ...world, key: world.keyFor('read', 'demo') };
};

it('lists jobs, the latest first, page by page', async () => {
  const { request, key } = await setUp();
  const first = await request('/v1/groups/demo/jobs?limit=2', key);
  expect(first.body['items']).toMatchObject([{ jobId: 3, outcome: 'running', policyName: '' }, { jobId: 2 }]);
  const second = await request(`/v1/groups/demo/jobs?limit=2&cursor=${first.body['cursor']}`, key);
  expect(second.body).toMatchObject({ items: [{ jobId: 1, outcome: 'warning' }] });
  expect(second.body).not.toHaveProperty('cursor');
});

it('shows a job with its timeline', async () => {
  const { request, key } = await setUp();
  expect((await request('/v1/groups/demo/jobs/1', key)).body).toMatchObject({
    jobId: 1,
    groupId: 'demo',
    outcome: 'warning',
    timeline: [{ state: 'ACTIVE' }, { state: 'DONE', status: 1 }],
  });
});

it('shows an image whose name contains a # and other characters', async () => {
  const { request, key } = await setUp();
  const path = `/v1/groups/demo/images/${encodeURIComponent('サーバー#1/_1700000029')}`;
  expect(await request(path, key)).toMatchObject({ status: 200, body: { restorable: true } });
});

it.each([
  ['/v1/groups/demo/jobs/9', 404, 'job-not-found'],
  ['/v1/groups/demo/jobs/x', 400, 'request-not-valid'],
  ['/v1/groups/demo/jobs/-1', 400, 'request-not-valid'],
  ['/v1/groups/demo/jobs/1.5', 400, 'request-not-valid'],
  ['/v1/groups/demo/jobs/9007199254740993', 400, 'request-not-valid'],
  ['/v1/groups/demo/jobs/0x10', 400, 'request-not-valid'],
  ['/v1/groups/demo/jobs?parentJobId=', 400, 'request-not-valid'],
  ['/v1/groups/demo/images/x', 404, 'image-not-found'],
  ['/v1/groups/demo/images/TOO-LONG', 400, 'request-not-valid'],
  ['/v1/groups/demo/jobs?cursor=x', 400, 'cursor-not-valid'],
  ['/v1/groups/other/jobs', 404, 'group-not-found'],
])('%s: %i', async (path, status, code) => {
  const { request, key } = await setUp();
  // Fewer characters than a key may have bytes, but more bytes.
  const asked = path.replace('TOO-LONG', encodeURIComponent('夜'.repeat(400)));
  expect(await request(asked, key)).toMatchObject({ status, body: { code } });
});

it('I-13 a deleted group shows nothing', async () => {
  const { request, keyFor } = await setUp();
  expect(await request('/v1/groups/gone/jobs/1', keyFor('read', '*'))).toMatchObject({
    status: 404,
    body: { code: 'group-not-found' },
  });
});

it('a path that the gateway has decoded is encoded again', async () => {
  const { app, key } = await setUp();
  const event = {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/v1/groups/demo/images/サーバー#1?_1',
    rawQueryString: '',
    headers: { 'x-api-key': key },
    requestContext: { http: { method: 'GET', path: '/' }, domainName: 'api.example.com' },
    isBase64Encoded: false,
  };
  const answer = (await httpHandler(app)(event as never)) as { statusCode: number; body: string };
  expect(answer.statusCode).toBe(404);
  expect(JSON.parse(answer.body)).toMatchObject({
    code: 'image-not-found',
    detail: expect.stringContaining('サーバー#1?_1'),
  });
});

const recorded = async (...data: Record<string, unknown>[]) => {
  const world = await setUp();
  for (const one of interpretText(notificationText([jobs(...data)])))
    if (one.kind === 'JOB') await world.context.jobs.record('demo', one.jobId, [one], 400);
  return world;
};

it.each(['abc', '', null, 1.5, -1, 1e-200, '9'.repeat(30), {}, [], true])(
  'TRAP-7 a job with the invalid parentJobId %j is a root',
  async (parentJobId) => {
    const { request, key } = await recorded({ jobId: 9, parentJobId, state: 'DONE', status: 0 });
    expect(await request('/v1/groups/demo/jobs/9/tree', key)).toMatchObject({
      status: 200,
      body: { outcome: 'succeeded', root: { jobId: 9, children: [] } },
    });
  },
);

it.each([null, '', [], false])(
  'a job that is DONE with status %j does not count as status 0',
  async (status) => {
    const { request, key } = await recorded({ jobId: 9, state: 'DONE', status, clientName: 'c' });
    const answer = await request('/v1/groups/demo/jobs?clientName=c&status=0', key);
    expect(answer.body).toEqual({ items: [] });
  },
);

it.each([0, -5, 1.5, 1_700_000_000_000, 946_684_799, 1_700_000_001 + 36 * 3600])(
  'a job with the invalid startTime %j is found by the time of its report',
  async (startTime) => {
    const { request, key, dynamodb } = await recorded({ jobId: 9, state: 'QUEUED', startTime });
    const ids = async () => {
      const path = '/v1/groups/demo/jobs?from=2023-11-14T22:00:00Z&to=2023-11-14T22:13:21Z';
      return ((await request(path, key)).body['items'] as { jobId: number }[]).map(({ jobId }) => jobId);
    };
    expect(await ids()).toContain(9);
    dynamodb.set('groups', {
      groupId: 'demo',
      kind: 'group',
      createdAt: 0,
      epoch: 0,
      timeZone: 'UTC',
    });
    expect(await ids()).toContain(9);
    expect((await request('/v1/groups/demo/jobs/9', key)).body).not.toHaveProperty('startedAt');
  },
);
