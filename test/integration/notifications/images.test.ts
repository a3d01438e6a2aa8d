/** GET /v1/groups/{g}/images, the job that produced one, and the tree of a job with its images. */

import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { vector } from '../../support/fakes.ts';
import { type Frame, job, notification, type RawClient } from '../../support/raw-client.ts';
import { image, report, send, settled } from '../../support/reporting.ts';

describe('images', () => {
  let deployment: Deployment;
  let client: RawClient;
  beforeAll(async () => {
    deployment = await startDeployment();
    client = await deployment.connect(await deployment.createGroup('demo'));
    await report(deployment, client, [
      notification(
        'IMAGE',
        image('web01_1700000000'),
        image('web01_1700000100', 'UPDATE'),
        image('web02_1700000200'),
        image('db/01#x y_1700000300', 'CREATE', { clientType: 'ORACLE' }),
      ),
    ]);
    await report(deployment, client, [
      notification(
        'IMAGE',
        image('web01_1700000000', 'DELETE'),
        image('web02_1700000200', 'NO_LOCAL_COPY_AVAILABLE'),
      ),
    ]);
  });
  afterAll(() => deployment.stop());

  const get = (path: string) => deployment.http('GET', `/v1/groups/demo/${path}`);

  test.each<[string, string[]]>([
    ['', ['db/01#x y_1700000300', 'web02_1700000200', 'web01_1700000100', 'web01_1700000000']],
    ['order=asc&limit=2', ['web01_1700000000', 'web01_1700000100']],
    ['clientName=web01', ['web01_1700000100', 'web01_1700000000']],
    ['clientName=web01&restorable=true', ['web01_1700000100']],
    ['clientType=ORACLE', ['db/01#x y_1700000300']],
    ['operation=DELETE,NO_LOCAL_COPY_AVAILABLE', ['web02_1700000200', 'web01_1700000000']],
    ['restorable=false', ['web02_1700000200', 'web01_1700000000']],
    // NetBackup sends backupTime in UTC.
    ['from=1700000100&to=1700000300', ['web02_1700000200', 'web01_1700000100']],
  ])('?%s', async (query, expected) => {
    const answer = await get(`images?${query}`);
    expect(answer.status).toBe(200);
    expect(answer.json.items.map(({ backupId }: { backupId: string }) => backupId)).toEqual(expected);
  });

  test.each(['restorable=maybe', 'from=x', 'state=DONE', 'from=2&to=1'])('400 for ?%s', async (query) => {
    expect((await get(`images?${query}`)).status).toBe(400);
  });

  test('NOT-7 shows the state after DELETE and NO_LOCAL_COPY_AVAILABLE', async () => {
    const of = async (backupId: string) => (await get(`images/${backupId}`)).json;
    expect(await of('web01_1700000000')).toMatchObject({ imageState: 'deleted', restorable: false });
    expect(await of('web02_1700000200')).toMatchObject({ imageState: 'replica-only', restorable: false });
    const available = await of('web01_1700000100');
    expect(available).toMatchObject({
      imageState: 'available',
      restorable: true,
      backedUpAt: '2023-11-14T22:15:00.000Z',
    });
    const { timeline } = await of('web01_1700000000');
    expect(timeline.map(({ operationId }: { operationId: string }) => operationId)).toEqual([
      'CREATE',
      'DELETE',
    ]);
  });

  test('an id with a slash, a hash and a blank is found, and another group has no such image', async () => {
    const id = encodeURIComponent('db/01#x y_1700000300');
    expect((await get(`images/${id}`)).json).toMatchObject({ backupId: 'db/01#x y_1700000300' });
    await deployment.createGroup('other');
    const other = await deployment.http('GET', `/v1/groups/other/images/${id}`);
    expect([other.status, other.json.code]).toEqual([404, 'image-not-found']);
  });

  test('TRAP-2 TRAP-7 the tree of a VMware backup, from any of its jobs, with the images of each', async () => {
    const primary = await deployment.connect(await deployment.createGroup('tree'));
    const names = [
      'job-parent-start',
      'job-snapshot-start',
      'job-backup-start',
      'images-create-and-update',
      'job-backup-done-same-id',
      'job-snapshot-done',
      'job-parent-done-same-id',
    ];
    // The vectors share message ids: acknowledged one after the other.
    for (const name of names) await send(primary, { ...vector(name), id: name } as Frame);
    await settled(deployment);
    for (const jobId of [144, 145, 146]) {
      const { json } = await deployment.http('GET', `/v1/groups/tree/jobs/${jobId}/tree`);
      expect(json).toMatchObject({
        outcome: 'succeeded',
        complete: true,
        leaves: { succeeded: 1, running: 0, warning: 0, failed: 0 },
        root: {
          jobId: 144,
          leaf: false,
          images: [],
          children: [
            {
              jobId: 145,
              images: [{ backupId: 'vm01_1700000017' }],
              children: [{ jobId: 146, leaf: true, children: [], images: [{ backupId: 'vm01_1700000029' }] }],
            },
          ],
        },
      });
    }
    const made = await deployment.http('GET', '/v1/groups/tree/images/vm01_1700000029');
    expect(made.json.job).toMatchObject({ jobId: 146, startedAt: '2023-11-14T22:13:49.000Z' });
    expect((await deployment.http('GET', '/v1/groups/tree/jobs/9/tree')).status).toBe(404);
  });

  test('a tree without its parent, or with a cycle, is still shown', async () => {
    await report(deployment, client, [
      notification(
        'JOB',
        job(21, 'DONE', { parentJobId: 20, status: 58 }),
        job(30, 'ACTIVE', { parentJobId: 31 }),
        job(31, 'DONE', { parentJobId: 30 }),
      ),
    ]);
    expect((await get('jobs/21/tree')).json).toMatchObject({
      outcome: 'failed',
      root: { jobId: 21, leaf: true },
    });
    expect((await get('jobs/30/tree')).json).toMatchObject({ complete: true, root: { children: [{}] } });
  });
});
