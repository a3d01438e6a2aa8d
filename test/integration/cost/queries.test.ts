/** What a query costs, counted in DynamoDB's units by AWS's rules (docs/cost.md). */
import { BatchWriteItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { notificationOf } from '../../../lambdas/notifications/notification.ts';
import { canonical } from '../../../lambdas/platform/canonical-json.ts';
import { marshallItem } from '../../../lambdas/platform/dynamodb/requests.ts';
import { JOBS } from '../../../lambdas/reports/jobs/job.ts';
import { pack } from '../../../lambdas/reports/views/stored-events.ts';
import type { AwsCall } from '../../../local/front-door/record.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job } from '../../support/raw-client.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const since = (mark: number, ...functions: string[]): AwsCall[] =>
  deployment.cloud.calls
    .since(mark)
    .filter(({ functionName = '' }) => functions.some((name) => functionName.includes(name)));

describe('reading a page of 50', () => {
  const DAY = 1_700_000_000;
  const OUTCOMES = [0, 1, 58];
  /** Written directly: the cost of a query depends only on what is stored. */
  const store = async (groupId: string, count: number): Promise<void> => {
    const { region, endpointUrl, credentials, resources } = deployment.cloud;
    const table = Object.entries(resources).find(
      ([id, { type }]) => id.startsWith('Jobs') && type === 'AWS::DynamoDB::Table',
    );
    const dynamodb = new DynamoDBClient({ region, endpoint: endpointUrl, credentials });
    const items = Array.from({ length: count }, (_, index) => {
      const jobId = 1 + index;
      // 100 of each client, policy, outcome and parent among the latest, however many there are in all.
      const content = job(jobId, index % 4 === 3 ? 'ACTIVE' : 'DONE', {
        status: OUTCOMES[index % 4] ?? 0,
        startTime: DAY + index,
        clientName: `server-${index % 10}.branch.example.com`,
        policyName: `prod-vmware-gold-${index % 10}`,
        parentJobId: index % 10,
      });
      const times = { timeStamp: DAY + index, receivedAt: DAY * 1000 };
      const events = [notificationOf(groupId, 'JOB', canonical(content), times)];
      const { at, keys } = JOBS.indexed(groupId, events);
      return {
        groupId,
        jobId,
        events: pack(events),
        at: JOBS.position(at, jobId),
        ...keys,
        expiresAt: 4_000_000_000,
      };
    });
    const name = table?.[1].physicalId ?? '';
    for (let from = 0; from < count; from += 25) {
      const requests = items
        .slice(from, from + 25)
        .map((item) => ({ PutRequest: { Item: marshallItem(item) } }));
      await dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [name]: requests } }));
    }
    dynamodb.destroy();
  };
  const units = async (groupId: string, query: string): Promise<number> => {
    const mark = deployment.cloud.calls.mark();
    const { json } = await deployment.http('GET', `/v1/groups/${groupId}/jobs?limit=50&${query}`);
    expect([query, json.items.length]).toEqual([query, 50]);
    expect(json.cursor).toBeDefined();
    return since(mark, 'Api').reduce((sum, { readUnits }) => sum + readUnits, 0);
  };
  const QUERIES = [
    '',
    'order=asc',
    `from=${DAY}&to=${DAY + 900}`,
    'clientName=server-3.branch.example.com',
    'policyName=prod-vmware-gold-3',
    'outcome=running',
    'outcome=succeeded',
    'outcome=warning,failed',
    'parentJobId=3',
  ];

  test('takes at most 40 read units, however much is stored', async () => {
    for (const [groupId, count] of [
      ['few', 1_000],
      ['many', 4_000],
    ] as const) {
      await deployment.createGroup(groupId);
      await store(groupId, count);
    }
    for (const query of QUERIES) {
      const [few, many] = [await units('few', query), await units('many', query)];
      expect([query, many <= 40, Math.abs(many - few) <= few / 10]).toEqual([query, true, true]);
    }
  }, 120_000);

  test('a filter with few matches ends with a cursor, not with a scan', async () => {
    const mark = deployment.cloud.calls.mark();
    const { json } = await deployment.http('GET', '/v1/groups/many/jobs?limit=50&scheduleType=ST_NONE');
    expect(json.items).toEqual([]);
    expect(json.cursor).toBeDefined();
    expect(since(mark, 'Api').reduce((sum, { readUnits }) => sum + readUnits, 0)).toBeLessThan(400);
  });
});

describe('polling', () => {
  const IDS = Array.from({ length: 100 }, (_, index) => `fleet-${100 + index}`);
  const readUnits = (mark: number) =>
    since(mark, 'Api').reduce((sum, { readUnits: units }) => sum + units, 0);

  test('the summary of 100 domains costs tens of read units, however much is stored', async () => {
    for (const groupId of IDS)
      await deployment.http('POST', '/v1/groups', { body: { groupId, labels: { fleet: 'yes' } } });
    const all = new Set<string>();
    for (let path = '/v1/summary'; path !== ''; ) {
      const { json } = await deployment.http('GET', path);
      for (const { groupId } of json.items) all.add(groupId);
      path = json.cursor ? `/v1/summary?cursor=${json.cursor}` : '';
    }
    expect([...all]).toEqual(expect.arrayContaining(IDS));
    const mark = deployment.cloud.calls.mark();
    const { json } = await deployment.http('GET', '/v1/summary?limit=100');
    expect(json.items).toHaveLength(100);
    expect(readUnits(mark)).toBeLessThan(60);
    expect(since(mark, 'Api').reduce((sum, { writeUnits }) => sum + writeUnits, 0)).toBe(0);
  }, 120_000);

  test('a page of the jobs of 100 domains costs a few hundred', async () => {
    const mark = deployment.cloud.calls.mark();
    const { json } = await deployment.http('GET', '/v1/jobs?label=fleet=yes');
    expect(json).toEqual({ items: [] });
    // The groups themselves, and the four partitions of each.
    expect(readUnits(mark)).toBeLessThan(350);
  });
});
