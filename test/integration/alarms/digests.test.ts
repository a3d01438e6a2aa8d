/** A digest that cannot be sent. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { alarmsOn, endMinute, raises } from './support.ts';

let folder: string;
let deployment: Deployment;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-digests-'));
  const assembly = join(folder, 'cdk.out');
  const digest = {
    name: 'daily',
    at: '07:30',
    timeZone: 'UTC',
    from: 'a@example.com',
    to: ['b@example.com'],
  };
  await synthesize(resolve(import.meta.dirname, '../../..'), assembly, {
    digests: [{ ...digest, whenAllIsWell: true }],
  });
  deployment = await startDeployment({ assembly, schedules: 'clock' });
});
afterAll(async () => {
  await deployment?.stop();
  await rm(folder, { recursive: true, force: true });
});

raises(['DigestsNotSent'], 'SES rejects the mail at each attempt', async () => {
  const { cloud, clock } = deployment;
  cloud.faults.add({ service: 'ses', do: 'fail', error: 'MessageRejected', count: Number.POSITIVE_INFINITY });
  const [due = 0] = Object.values(cloud.dueSchedules());
  clock.advance(due - clock.now());
  await cloud.drained();
  // It is tried again after one minute, and after two more.
  while (!alarmsOn(deployment).includes('DigestsNotSent')) await endMinute(deployment);
  expect(deployment.output.filter((line) => line.includes('"message":"digest-not-sent"'))).toHaveLength(3);
  return alarmsOn(deployment);
});
