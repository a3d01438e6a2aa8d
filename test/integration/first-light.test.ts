/** The whole thing, once: connect, report, query, command. */
import { demo } from '../../netbackup/index.ts';
import { type Deployment, startDeployment } from '../support/deployment.ts';

describe('a NetBackup domain, messages in any order', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.stop());

  test('connects, reports a VMware backup, is queried and answers a command', async () => {
    const details = await deployment.createGroup('demo');
    const primary = deployment.primary([details]);
    await primary.play({ ...demo, steps: demo.steps.map((step) => ({ ...step, at: step.at / 20 })) });
    await primary.idle();
    await deployment.cloud.drained();

    const group = await deployment.http('GET', '/v1/groups/demo');
    expect(group.json).toMatchObject({ groupId: 'demo', session: { connected: true } });

    const jobs = await deployment.http('GET', '/v1/groups/demo/jobs');
    const outcomes = jobs.json.items.map((item: { jobId: number; state: string; outcome: string }) => [
      item.jobId,
      item.state,
      item.outcome,
    ]);
    expect(outcomes.sort()).toEqual([144, 145, 146, 147].map((id) => [id, 'DONE', 'succeeded']));

    const root = await deployment.http('GET', '/v1/groups/demo/jobs/144');
    expect(root.json.timeline.map(({ state }: { state: string }) => state)).toEqual(['ACTIVE', 'DONE']);

    const images = await deployment.http('GET', '/v1/groups/demo/images');
    const states = images.json.items.map((item: { operationId: string; restorable: boolean }) => [
      item.operationId,
      item.restorable,
    ]);
    expect(states.sort()).toEqual([
      ['DELETE', false],
      ['NO_LOCAL_COPY_AVAILABLE', false],
      ['UPDATE', true],
      ['UPDATE', true],
    ]);

    const command = await deployment.http('POST', '/v1/groups/demo/commands', {
      body: { method: 'GET', uri: '/netbackup/ping' },
      headers: { prefer: 'wait=10' },
    });
    expect(command.status).toBe(200);
    expect(command.json).toMatchObject({ state: 'completed', response: { status: 200 } });
    expect(command.headers.get('location')).toBe(
      `${deployment.cloud.apiUrl}/v1/groups/demo/commands/${command.json.commandId}`,
    );

    expect(primary.violations).toEqual([]);
    expect(deployment.output.filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
  });
});
