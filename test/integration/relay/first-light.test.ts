/** The whole thing, once, through the relay: connect, report, query, command. */
import { demo } from '../../../netbackup/index.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';

describe.each(['relay', 'both'] as const)('gateway: %s', (gateway) => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment({ gateway });
  });
  afterAll(() => deployment.stop());

  test('a domain connects, reports a VMware backup, is queried and answers a command', async () => {
    const details = await deployment.createGroup('demo');
    expect(details.url).toBe(deployment.url);
    const primary = deployment.primary([details]);
    await primary.play({ ...demo, steps: demo.steps.map((step) => ({ ...step, at: step.at / 20 })) });
    await primary.idle();
    await deployment.cloud.drained();

    const group = await deployment.http('GET', '/v1/groups/demo');
    expect(group.json).toMatchObject({ groupId: 'demo', session: { connected: true } });
    const jobs = await deployment.http('GET', '/v1/groups/demo/jobs');
    const outcomes = jobs.json.items.map((item: { jobId: number; outcome: string }) => [
      item.jobId,
      item.outcome,
    ]);
    expect(outcomes.sort()).toEqual([144, 145, 146, 147].map((id) => [id, 'succeeded']));

    const command = await deployment.http('POST', '/v1/groups/demo/commands', {
      body: { method: 'GET', uri: '/netbackup/ping' },
      headers: { prefer: 'wait=10' },
    });
    expect(command.json).toMatchObject({ state: 'completed', response: { status: 200 } });

    expect(primary.violations).toEqual([]);
    expect(deployment.output.filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
    const invoked = deployment.cloud.calls.all.filter(({ service, action, functionName = '' }) => {
      return service === 'lambda' && action === 'Invoke' && functionName.includes('Relay');
    });
    expect(invoked.length).toBeGreaterThan(0);
    expect(deployment.cloud.calls.all).toContainEqual(
      expect.objectContaining({ service: 'execute-api', action: 'PostToConnection', status: 200 }),
    );
  });

  test('the functions see the address of the client', async () => {
    const details = await deployment.createGroup('addressed');
    await deployment.connect(details, '127.0.0.77');
    const group = await deployment.http('GET', '/v1/groups/addressed');
    expect(JSON.stringify(group.json)).toContain('127.0.0.77');
  });

  test('a client whose group is deleted is closed with the reason', async () => {
    const details = await deployment.createGroup('deleted');
    const client = await deployment.connect(details);
    expect((await deployment.http('DELETE', '/v1/groups/deleted?force=true')).status).toBe(202);
    expect(await client.closed).toEqual({ code: 1008, reason: 'group-deleted' });
  });
});

test('with both gateways NetBackup stores an endpoint at each, and is connected at the one of its choice', async () => {
  const deployment = await startDeployment({ gateway: 'both' });
  try {
    const relay = await deployment.createGroup('twice');
    const created = await deployment.http('POST', '/v1/groups/twice/endpoints', {
      body: { priority: 2, gateway: 'api-gateway' },
    });
    expect(created.json.url).toBe(deployment.cloud.webSocketUrl);
    const primary = deployment.primary([relay, created.json]);
    await primary.idle();
    const sessionGateway = async () =>
      (await deployment.http('GET', '/v1/groups/twice')).json.session.gateway;
    while ((await sessionGateway()) === undefined) await deployment.cloud.drained();
    expect(await sessionGateway()).toBe('relay');
  } finally {
    await deployment.stop();
  }
});
