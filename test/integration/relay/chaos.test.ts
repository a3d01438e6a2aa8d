/**
 * Tasks of the relay are killed and replaced under load: no notification that was acknowledged is lost, no command runs twice, and
 * every command reaches a state that its caller can read.
 */
import type { NetBackupPrimary } from '../../../netbackup/index.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job } from '../../support/raw-client.ts';
import { settled } from '../../support/reporting.ts';

const GROUPS = ['berlin', 'osaka', 'lima'];
const ROUNDS = 6;
const JOBS_PER_ROUND = 12;

let deployment: Deployment;
let primaries: NetBackupPrimary[];
let jobId = 0;
beforeAll(async () => {
  deployment = await startDeployment({ gateway: 'relay' });
  await deployment.cloud.tasks.scale(2);
  const details = await Promise.all(GROUPS.map((group) => deployment.createGroup(group)));
  primaries = details.map((one) => deployment.primary([one], { properties: { notificationRateMs: 200 } }));
  await Promise.all(primaries.map(connected));
});
afterAll(() => deployment?.stop());

const connected = (primary: NetBackupPrimary): Promise<void> => {
  if (primary.isConnected()) return Promise.resolve();
  return new Promise((resolve) => {
    const off = primary.on('connected', () => {
      off();
      resolve();
    });
  });
};

const notify = (primary: NetBackupPrimary): void =>
  primary.notify([
    { notificationType: 'INFO', object: 'JOB', data: job(++jobId, 'DONE', { status: 0 }) },
    { notificationType: 'INFO', object: 'JOB', data: job(jobId, 'ACTIVE') },
  ]);

/** A command that must not run twice; whether it was accepted depends on what fails just then. */
const command = async (group: string, uri: string): Promise<string | undefined> => {
  const { status, json } = await deployment.http('POST', `/v1/groups/${group}/commands`, {
    body: { method: 'POST', uri, body: {} },
  });
  return status === 202 || status === 201 ? json.commandId : undefined;
};

test('what was acknowledged is stored, and a command runs once at most', async () => {
  const commands: { readonly group: string; readonly uri: string; readonly commandId: string }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const [task] = deployment.cloud.tasks.list();
    if (!task) throw new Error('No task runs.');
    const ending =
      round % 2 === 0 ? deployment.cloud.tasks.kill(task.id) : deployment.cloud.tasks.stop(task.id);
    for (let count = 0; count < JOBS_PER_ROUND; count++) {
      for (const primary of primaries) notify(primary);
      for (const group of GROUPS) {
        const uri = `/netbackup/chaos/${round}/${count}`;
        const commandId = count % 4 === 0 ? await command(group, uri) : undefined;
        if (commandId !== undefined) commands.push({ group, uri, commandId });
      }
    }
    await ending;
    await Promise.all(primaries.map(connected));
  }
  await Promise.all(primaries.map((primary) => primary.idle()));
  expect(primaries.map(({ pending }) => pending)).toEqual(GROUPS.map(() => 0));
  await settled(deployment);

  for (const [index, group] of GROUPS.entries()) {
    const { json } = await deployment.http('GET', `/v1/groups/${group}/jobs?limit=1000`);
    const stored = (json.items as { jobId: number; outcome: string }[])
      .map((one) => one.jobId)
      .sort((a, b) => a - b);
    const sent = Array.from({ length: ROUNDS * JOBS_PER_ROUND }, (_, at) => at * GROUPS.length + index + 1);
    expect(stored).toEqual(sent);
    const { json: quarantine } = await deployment.http('GET', `/v1/groups/${group}/quarantine`);
    expect(quarantine.items).toEqual([]);
  }

  // Deadlines and grace periods pass, so that what is lost is called so.
  for (let minutes = 0; minutes < 12; minutes++) {
    deployment.clock.advance(60_000);
    await deployment.sweep();
  }
  expect(commands.length).toBeGreaterThan(GROUPS.length * ROUNDS);
  const states = new Map<string, number>();
  for (const { group, uri, commandId } of commands) {
    const { json } = await deployment.http('GET', `/v1/groups/${group}/commands/${commandId}`);
    states.set(json.state, (states.get(json.state) ?? 0) + 1);
    const runs = (primaries[GROUPS.indexOf(group)]?.ledger ?? []).filter((one) => one.uri === uri).length;
    expect([uri, runs <= 1]).toEqual([uri, true]);
    // What was never sent did not run; what completed did.
    if (json.state === 'completed') expect([uri, runs]).toEqual([uri, 1]);
  }
  for (const state of states.keys())
    expect(['completed', 'failed', 'lost', 'timed_out', 'expired']).toContain(state);
  expect(states.get('completed')).toBeGreaterThan(0);
  expect(primaries.flatMap(({ violations }) => violations)).toEqual([]);
});
