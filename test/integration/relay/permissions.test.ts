/** Every function that reaches connections reaches those of the relay, and the task needs all that it may. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { type Frame, job, message, notification } from '../../support/raw-client.ts';
import { answering, isCommand, MINUTE } from '../connections/support.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment({ gateway: 'relay' });
});
afterAll(() => deployment.stop());

const isRefusal = ({ type, payload }: Frame): boolean =>
  type === 'CONNECT' && (payload as { valid?: unknown }).valid === false;

test('a stranger who notifies is told that it is not known, and closed', async () => {
  const stranger = await deployment.open();
  stranger.send(notification('JOB', job(1)));
  await stranger.next(isRefusal);
  expect(await stranger.closed).toEqual({ code: 1008, reason: 'rejected' });
});

test('a stranger who responds to a command is closed', async () => {
  const stranger = await deployment.open();
  stranger.send(message('COMMAND', 'RESPONSE', { responseCode: 200, body: '', headers: {} }));
  expect(await stranger.closed).toEqual({ code: 1008, reason: 'rejected' });
});

test('the sweep sends a heartbeat over the relay, after a time that has passed for all', async () => {
  const details = await deployment.createGroup('quiet');
  const client = await deployment.connect(details);
  const calls = answering(client);
  deployment.clock.advance(8.5 * MINUTE);
  await deployment.sweep();
  await client.next(isCommand);
  await deployment.cloud.drained();
  expect(calls).toEqual(['GET /netbackup/ping']);
  // A connection that opens later has a later time: the sweep does not take it for an old one.
  const later = await deployment.open();
  await deployment.sweep();
  expect(later.socket.readyState).toBe(later.socket.OPEN);
});

test('a command and the deletion of a group reach the connection', async () => {
  const details = await deployment.createGroup('used');
  const client = await deployment.connect(details);
  answering(client);
  const command = await deployment.http('POST', '/v1/groups/used/commands', {
    body: { method: 'GET', uri: '/netbackup/ping' },
    headers: { prefer: 'wait=10' },
  });
  expect(command.json).toMatchObject({ state: 'completed' });
  await deployment.http('DELETE', '/v1/groups/used?force=true');
  await client.closed;
});

test('nothing of this is allowed without need', () => {
  const unused = deployment.cloud.unusedGrants().filter(({ role, action }) => {
    return action === 'execute-api:Invoke' || /^Task/.test(role);
  });
  expect(unused.map(({ role, action }) => `${role} ${action}`)).toEqual([]);
});
