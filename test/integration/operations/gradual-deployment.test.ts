/** With `gradualDeployment`, everything that invokes a function invokes its alias. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import { outputLine } from '../../support/aws-command.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { send, settled } from '../../support/reporting.ts';
import { alarmsAfter, tryToOpen } from '../alarms/support.ts';

let folder: string;
let deployment: Deployment;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-gradual-'));
  const assembly = join(folder, 'cdk.out');
  const root = resolve(import.meta.dirname, '../../..');
  await synthesize(root, assembly, { gradualDeployment: 'Canary10Percent5Minutes' });
  deployment = await startDeployment({ assembly });
});
afterAll(async () => {
  await deployment?.stop();
  await rm(folder, { recursive: true, force: true });
});

test('a domain connects, reports, is queried and swept through the aliases', async () => {
  const client = await deployment.connect(await deployment.createGroup('berlin'));
  await send(client, notification('JOB', job(1, 'DONE')));
  await settled(deployment);
  await deployment.sweep();
  expect((await deployment.http('GET', '/v1/groups/berlin/jobs/1')).json).toMatchObject({ jobId: 1 });
  const started = new Set(deployment.cloud.lambda.environments().map(({ functionName }) => functionName));
  expect(started.size).toBe(5);
  // A permission for the function does not apply to its alias.
  expect(outputLine(deployment, 'Redrive')).toMatch(/--function arn:aws:lambda:\S+:live$/);
});

test('when functions that serve NetBackup crash, the alarm that stops a deployment is raised', async () => {
  const alarms = await alarmsAfter(
    deployment,
    2,
    async () => {
      await tryToOpen(deployment);
    },
    [{ function: 'Session', do: 'kill' }],
  );
  expect(alarms).toContain('DeploymentFailing');
});
