/** GRP: server groups. GRP-1 and GRP-2 use two deployments with different host names (EPT-4). */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EndpointDetails } from '../../lambdas/endpoints/endpoint.ts';
import { sessionOf } from '../integration/connections/support.ts';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { job } from '../support/raw-client.ts';

const GROUP = 'pair';

const endpointAt = async (deployment: Deployment, priority: number): Promise<EndpointDetails> => {
  await deployment.http('POST', '/v1/groups', { body: { groupId: GROUP } });
  const created = await deployment.http('POST', `/v1/groups/${GROUP}/endpoints`, { body: { priority } });
  return created.json as EndpointDetails;
};

/** The event ids in a deployment, by job. */
const eventIdsAt = async (deployment: Deployment, jobIds: readonly number[]) => {
  const found = new Map<number, string[]>();
  for (const jobId of jobIds) {
    const { status, json } = await deployment.http('GET', `/v1/groups/${GROUP}/jobs/${jobId}`);
    if (status === 200) {
      found.set(
        jobId,
        json.timeline.map(({ eventId }: { eventId: string }) => eventId),
      );
    }
  }
  return found;
};

describe('two endpoints in one group', () => {
  let dataDir: string;
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'nbwss-pair-'));
  });
  afterAll(() => rm(dataDir, { recursive: true }));

  test('GRP-1 GRP-2 the second endpoint replaces a failed first one until it closes the connection; no report is lost', async () => {
    const start = (more = {}) => startDeployment({ host: 'localhost', dataDir, ...more });
    let first = await start();
    const second = await startDeployment({ host: '127.0.0.1' });
    const details = [await endpointAt(first, 1), await endpointAt(second, 2)];
    const primary = second.primary(details);
    const connected = () =>
      new Promise<string>((resolve) => {
        const off = primary.on('connected', ({ endpoint }) => {
          off();
          resolve(endpoint.hostName);
        });
      });
    const reported: number[] = [];
    const report = (jobId: number) => {
      reported.push(jobId);
      primary.notify([{ notificationType: 'INFO', object: 'JOB', data: job(jobId, 'DONE') }]);
    };
    if (!primary.isConnected()) await connected();
    report(1);
    await primary.idle();

    const moved = connected();
    const port = Number(new URL(first.cloud.webSocketUrl).port);
    await first.stop();
    report(2);
    expect(await moved).toBe('127.0.0.1');
    report(3);
    await primary.idle();
    expect(await sessionOf(second, GROUP)).toMatchObject({ connected: true });

    first = await start({ webSocketPort: port });
    // GRP-2: it does not return by itself.
    expect(primary.isConnected()).toBe(true);
    const returned = connected();
    expect((await second.http('DELETE', `/v1/groups/${GROUP}/connection`)).status).toBe(200);
    expect(await returned).toBe('localhost');
    report(4);
    await primary.idle();
    await first.cloud.drained();
    await second.cloud.drained();
    expect(await sessionOf(first, GROUP)).toMatchObject({ connected: true });
    expect(await sessionOf(second, GROUP)).toMatchObject({ connected: false, closePlanned: true });

    const at = [await eventIdsAt(first, reported), await eventIdsAt(second, reported)];
    for (const jobId of reported) {
      const ids = at.flatMap((found) => found.get(jobId) ?? []);
      expect([jobId, ids.length > 0, new Set(ids).size]).toEqual([jobId, true, 1]);
    }
    expect(primary.violations).toEqual([]);
    await second.stop();
    await first.stop();
  });
});

test('NOT-5 a notification has the same eventId in both deployments', async () => {
  const first = await startDeployment();
  const second = await startDeployment({ host: '127.0.0.1' });
  const ids = [];
  for (const deployment of [first, second]) {
    const primary = deployment.primary([await endpointAt(deployment, 1)]);
    primary.notify([{ notificationType: 'INFO', object: 'JOB', data: job(7, 'DONE') }]);
    await primary.idle();
    await deployment.cloud.drained();
    ids.push((await eventIdsAt(deployment, [7])).get(7));
    await deployment.stop();
  }
  expect(ids[0]).toHaveLength(1);
  expect(ids[1]).toEqual(ids[0]);
});

describe('one endpoint', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.stop());

  const stateOf = async (groupId: string) => {
    await deployment.cloud.drained();
    return sessionOf(deployment, groupId);
  };

  test('GRP-3 GRP-4 an endpoint that is deactivated or deleted in NetBackup disconnects, an activated one connects', async () => {
    const details = await deployment.createGroup('states');
    const primary = deployment.primary([details]);
    const nextEvent = (name: 'connected' | 'disconnected') =>
      new Promise<void>((resolve) => {
        const off = primary.on(name, () => {
          off();
          resolve();
        });
      });
    await nextEvent('connected');
    let gone = nextEvent('disconnected');
    primary.store.setState(details.hostName, 'DEACTIVATED');
    primary.connectNow();
    await gone;
    expect(await stateOf('states')).toMatchObject({ connected: false, closeCode: 1000 });
    const back = nextEvent('connected');
    primary.store.setState(details.hostName, 'ACTIVATED');
    primary.connectNow();
    await back;
    expect(await stateOf('states')).toMatchObject({ connected: true });
    gone = nextEvent('disconnected');
    primary.store.remove(details.hostName);
    primary.connectNow();
    await gone;
    expect(await stateOf('states')).toMatchObject({ connected: false });
  });

  test("GRP-5 a restart of NetBackup's web service: disconnected with an explanation, then connected again", async () => {
    const details = await deployment.createGroup('restart');
    const primary = deployment.primary([details]);
    await new Promise<void>((resolve) => primary.on('connected', () => resolve()));
    const gone = new Promise<void>((resolve) => primary.on('disconnected', () => resolve()));
    primary.restart(300);
    await gone;
    expect(await stateOf('restart')).toMatchObject({
      connected: false,
      closeCode: 1001,
      closeReason: expect.stringContaining('NetBackup restarts'),
    });
    await new Promise<void>((resolve) => primary.on('connected', () => resolve()));
    expect(await stateOf('restart')).toMatchObject({ connected: true });
    expect(deployment.output.filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
  });
});
