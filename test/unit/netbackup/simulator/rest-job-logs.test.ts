import { job } from './fake-network.ts';
import { restHarness } from './rest-harness.ts';

function withJob(state: string, status: number) {
  const harness = restHarness({ quirks: { timeZone: 'UTC' } });
  const { notificationType, object } = job(5);
  const data = { jobId: 5, parentJobId: 5, jobType: 'BACKUP', state, status, startTime: 1_700_000_000 };
  harness.primary.notify([
    { notificationType, object, data: { ...data, clientName: 'db1', policyName: 'p' } },
  ]);
  return harness;
}

describe('GET /admin/jobs/{jobId}/try-logs', () => {
  it('has the attempt of an ended job with its exit status and its log', async () => {
    const { body } = await withJob('DONE', 58).json('GET', '/admin/jobs/5/try-logs');
    const [{ id, attributes }] = body.data;
    expect([id, attributes.tryStatusCode]).toEqual(['5-1', 58]);
    const messages = attributes.tryLogEntries.map(({ message }: { message: string }) => message);
    expect(messages[0]).toContain('connecting to db1');
    expect(messages.at(-1)).toContain('EXITING with status 58');
  });

  it('has no exit status while the job runs', async () => {
    const { body } = await withJob('ACTIVE', 0).json('GET', '/admin/jobs/5/try-logs');
    expect(body.data[0].attributes).not.toHaveProperty('tryStatusCode');
  });

  it('is not found for a job that does not exist', async () => {
    expect((await withJob('DONE', 0).json('GET', '/admin/jobs/6/try-logs')).status).toBe(404);
  });
});

describe('GET /admin/jobs/{jobId}/file-lists', () => {
  it('has what the job backs up', async () => {
    const { body } = await withJob('DONE', 0).json('GET', '/admin/jobs/5/file-lists');
    expect(body.data.attributes.fileList).toEqual(['ALL_LOCAL_DRIVES']);
  });
});
