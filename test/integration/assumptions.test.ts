/** What the guide does not say about NetBackup may be either way: the endpoint comes out right under every setting. */
import { ASSUMPTION_CHOICES, demo } from '../../netbackup/index.ts';
import { type Deployment, startDeployment } from '../support/deployment.ts';

let deployment: Deployment;
let serial = 0;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const quickDemo = { ...demo, steps: demo.steps.map((step) => ({ ...step, at: step.at / 30 })) };

interface Listed {
  readonly jobId: number;
  readonly outcome: string;
  readonly backupId: string;
  readonly operationId: string;
}

test.each(ASSUMPTION_CHOICES)('%j, with acknowledgements that get lost', async (assumptions) => {
  const groupId = `assumed-${++serial}`;
  const details = await deployment.createGroup(groupId);
  // Stored, but too late to be acknowledged in time: NetBackup sends the message again.
  const slow = deployment.cloud.faults.add({
    function: 'Notify',
    action: 'PutItem',
    nth: 3,
    count: 2,
    when: 'after',
    do: 'delay',
    ms: 400,
  });
  const primary = deployment.primary([details], {
    assumptions,
    seed: serial,
    properties: { sendTimeoutMs: 150 },
  });
  let resent = 0;
  primary.on('resent', () => resent++);
  await primary.play(quickDemo);
  await primary.idle();
  expect(slow.hits()).toBe(2);
  expect(resent).toBeGreaterThan(0);
  slow.remove();
  await primary.stop();
  await deployment.cloud.drained();

  const jobs = (await deployment.http('GET', `/v1/groups/${groupId}/jobs`)).json.items as Listed[];
  expect(Object.fromEntries(jobs.map(({ jobId, outcome }) => [jobId, outcome]))).toEqual({
    144: 'succeeded',
    145: 'succeeded',
    146: 'succeeded',
    147: 'succeeded',
  });
  const images = (await deployment.http('GET', `/v1/groups/${groupId}/images`)).json.items as Listed[];
  expect(images.map(({ operationId }) => operationId).sort()).toEqual([
    'DELETE',
    'NO_LOCAL_COPY_AVAILABLE',
    'UPDATE',
    'UPDATE',
  ]);
  expect(primary.violations).toEqual([]);
});
