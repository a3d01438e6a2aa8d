/** GET /v1/groups/{g}/jobs: filters, order, and the view of one job. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification, type RawClient } from '../../support/raw-client.ts';
import { image, report } from '../../support/reporting.ts';

/** A morning of one domain whose clock is five hours ahead: 1 700 018 000 raw is 22:13:20 UTC. */
const at = (minutes: number): number => 1_700_018_000 + minutes * 60;
const JOBS = [
  job(1, 'DONE', { startTime: at(0), clientName: 'web01', policyName: 'daily', status: 0 }),
  job(2, 'DONE', { startTime: at(1), clientName: 'web02', policyName: 'daily', status: 58 }),
  job(3, 'DONE', { startTime: at(2), clientName: 'web01', policyName: 'weekly', status: 1 }),
  job(4, 'QUEUED', { startTime: at(3), clientName: 'db,01', policyName: 'daily', policyType: 'OBACKUP' }),
  job(5, 'ACTIVE', { startTime: at(4), clientName: 'db,01', policyName: 'daily', scheduleType: 'ST_UBAK' }),
  job(6, 'DONE', {
    startTime: at(5),
    clientName: 'サーバー01',
    policyName: '',
    jobType: 'RESTORE',
    status: 5,
  }),
  job(7, 'DONE', { startTime: at(5), clientName: 'web02', policyName: 'a#b/c', status: 58, parentJobId: 2 }),
];

describe('jobs', () => {
  let deployment: Deployment;
  let client: RawClient;
  beforeAll(async () => {
    deployment = await startDeployment();
    client = await deployment.connect(await deployment.createGroup('demo'));
    // The image of job 1 reveals the offset: five hours.
    await report(deployment, client, [
      notification('JOB', ...JOBS),
      notification('IMAGE', image('web01_1700000000', 'CREATE', { createdTime: at(0) + 60 })),
    ]);
  });
  afterAll(() => deployment.stop());

  const ids = async (query: string): Promise<number[]> => {
    const answer = await deployment.http('GET', `/v1/groups/demo/jobs?${query}`);
    expect([query, answer.status, answer.text]).toEqual([query, 200, answer.text]);
    return answer.json.items.map(({ jobId }: { jobId: number }) => jobId);
  };

  test.each<[string, number[]]>([
    ['', [7, 6, 5, 4, 3, 2, 1]],
    ['order=asc', [1, 2, 3, 4, 5, 6, 7]],
    ['state=DONE', [7, 6, 3, 2, 1]],
    ['state=QUEUED,ACTIVE', [5, 4]],
    ['outcome=failed', [7, 6, 2]],
    ['outcome=running&outcome=warning', [5, 4, 3]],
    ['outcome=succeeded', [1]],
    ['status=58', [7, 2]],
    ['status=0,1', [3, 1]],
    ['jobType=RESTORE', [6]],
    ['policyType=OBACKUP', [4]],
    ['scheduleType=ST_UBAK', [5]],
    ['clientName=web01', [3, 1]],
    ['clientName=db,01', [5, 4]],
    [`clientName=${encodeURIComponent('サーバー01')}`, [6]],
    [`policyName=${encodeURIComponent('a#b/c')}`, [7]],
    ['policyName=daily&outcome=failed', [2]],
    ['clientName=web02&policyName=daily', [2]],
    ['parentJobId=2', [7, 2]],
    ['clientName=other', []],
    ['state=QUEUED&outcome=failed', []],
    // I-12: 1 700 000 060 is UTC, job 2 started at 1 700 018 060 by its primary's clock.
    ['from=1700000060&to=1700000180', [3, 2]],
    ['from=2023-11-14T22:16:20Z&to=2023-11-14T22:18:20Z', [5, 4]],
    [`from=${encodeURIComponent('2023-11-15T00:16:20+02:00')}`, [7, 6, 5, 4]],
    ['to=2023-11-14', []],
    ['reportedFrom=2024-01-01', [7, 6, 5, 4, 3, 2, 1]],
    ['reportedTo=2024-01-01', []],
  ])('?%s', async (query, expected) => {
    expect(await ids(query)).toEqual(expected);
  });

  test.each([
    'from=yesterday',
    'from=2023-11-14T22:00:00',
    'from=20&to=20',
    'reportedFrom=2024-01-02&reportedTo=2024-01-01',
    'outcome=good',
    'status=x',
    'limit=0',
    'limit=1001',
    'order=up',
    'client=web01',
    'parentJobId=-1',
    'clientName=',
    'cursor=abc',
  ])('400 for ?%s', async (query) => {
    const answer = await deployment.http('GET', `/v1/groups/demo/jobs?${query}`);
    expect([query, answer.status]).toEqual([query, 400]);
    expect(answer.json.detail).toBeTruthy();
  });

  test('pages contain every job once, with any limit, and the last one has no cursor', async () => {
    for (const query of ['order=asc', 'order=desc', 'outcome=failed,running', 'jobType=BACKUP']) {
      const all = await ids(`${query}&limit=1000`);
      for (const limit of [1, 2, 3, 7]) {
        const seen: number[] = [];
        let cursor = '';
        do {
          const answer = await deployment.http(
            'GET',
            `/v1/groups/demo/jobs?${query}&limit=${limit}${cursor && `&cursor=${cursor}`}`,
          );
          expect(answer.status).toBe(200);
          seen.push(...answer.json.items.map(({ jobId }: { jobId: number }) => jobId));
          cursor = answer.json.cursor ?? '';
        } while (cursor);
        expect([query, limit, seen]).toEqual([query, limit, all]);
      }
    }
  });

  test('I-13 a cursor is valid only for its own filter, list and group', async () => {
    await deployment.createGroup('other');
    const { cursor } = (await deployment.http('GET', '/v1/groups/demo/jobs?limit=1&state=DONE')).json;
    const status = async (path: string) => (await deployment.http('GET', `/v1/groups/${path}`)).status;
    expect(await status(`demo/jobs?limit=2&state=DONE&cursor=${cursor}`)).toBe(200);
    expect(await status(`demo/jobs?state=ACTIVE&cursor=${cursor}`)).toBe(400);
    expect(await status(`demo/jobs?state=DONE&order=asc&cursor=${cursor}`)).toBe(400);
    expect(await status(`demo/images?cursor=${cursor}`)).toBe(400);
    expect(await status(`other/jobs?state=DONE&cursor=${cursor}`)).toBe(400);
  });

  test('the Link headers lead through the list, at the configured address', async () => {
    const first = await deployment.http('GET', '/v1/groups/demo/jobs?limit=4&order=asc');
    const link = /^<(.+)>; rel="next"$/.exec(first.headers.get('link') ?? '')?.[1] ?? '';
    expect(link.startsWith(`${deployment.cloud.apiUrl}/v1/groups/demo/jobs?`)).toBe(true);
    const second = await deployment.http('GET', link.slice(deployment.cloud.apiUrl.length));
    expect(second.json.items.map(({ jobId }: { jobId: number }) => jobId)).toEqual([5, 6, 7]);
    expect(second.headers.get('link')).toBeNull();
  });

  test('one job: its times as sent and in UTC, its status text, its timeline', async () => {
    await report(deployment, client, [notification('JOB', job(8, 'QUEUED', { startTime: at(9) }))]);
    await report(deployment, client, [
      notification('JOB', job(8, 'DONE', { startTime: at(9), status: 156, assetId: 'kept' })),
    ]);
    const { json } = await deployment.http('GET', '/v1/groups/demo/jobs/8');
    expect(json).toMatchObject({
      groupId: 'demo',
      jobId: 8,
      state: 'DONE',
      status: 156,
      statusText: 'snapshot error encountered',
      outcome: 'failed',
      startTime: at(9),
      startedAt: new Date((at(9) - 18_000) * 1000).toISOString(),
      assetId: 'kept',
    });
    expect(json.timeline.map(({ state }: { state: string }) => state)).toEqual(['QUEUED', 'DONE']);
    const missing = await deployment.http('GET', '/v1/groups/demo/jobs/999');
    expect([missing.status, missing.json.code]).toEqual([404, 'job-not-found']);
    expect((await deployment.http('GET', '/v1/groups/demo/jobs/abc')).status).toBe(400);
  });

  test('CSV and NDJSON by Accept, harmless to spreadsheets', async () => {
    const formula = '=HYPERLINK("http://example.com";"x")';
    await report(deployment, client, [
      notification('JOB', job(9, 'DONE', { clientName: formula, extra: 1 })),
    ]);
    const query = `/v1/groups/demo/jobs?clientName=${encodeURIComponent(formula)}`;
    const csv = await deployment.http('GET', query, { headers: { accept: 'text/csv' } });
    expect(csv.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    const [header, row] = csv.text.split('\r\n');
    expect(header?.startsWith('groupId,jobId,parentJobId,')).toBe(true);
    expect(row).toContain(`"'=HYPERLINK(""http://example.com"";""x"")"`);
    expect(row).toContain('""extra"":1');
    const accept = 'application/ndjson, application/json;q=0.5';
    const lines = await deployment.http('GET', query, { headers: { accept } });
    expect(lines.headers.get('content-type')).toBe('application/ndjson');
    expect(
      lines.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line).jobId),
    ).toEqual([9]);
  });
});
