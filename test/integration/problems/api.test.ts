/** People deal with a problem through the HTTP API of a deployment. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { job, notification } from '../../support/raw-client.ts';
import { send, settled } from '../../support/reporting.ts';

let deployment: Deployment;
beforeAll(async () => {
  deployment = await startDeployment();
});
afterAll(() => deployment.stop());

const HOUR = 3_600_000;

test('a failed backup is shown, acknowledged, muted, muted by a rule, and open again', async () => {
  const { http, clock } = deployment;
  const client = await deployment.connect(await deployment.createGroup('berlin'));
  await send(client, notification('JOB', job(1, 'DONE', { jobType: 'BACKUP', status: 13 })));
  await settled(deployment);
  // A retry had half an hour.
  clock.advance(HOUR);
  await deployment.sweep();
  const { items } = (await http('GET', '/v1/groups/berlin/problems?kind=backup-failed')).json;
  expect(items).toMatchObject([{ state: 'open', jobIds: [1], status: 13, statusText: 'file read failed' }]);
  const path = `/v1/problems/${items[0].problemId}`;
  const state = async () => (await http('GET', path)).json.state;

  const until = new Date(clock.now() + HOUR).toISOString();
  const body = { until, reason: 'known' };
  expect((await http('POST', `${path}/acknowledge`, { body })).json.state).toBe('acknowledged');
  expect((await http('POST', `${path}/mute`, { body })).json.state).toBe('muted');
  expect((await http('POST', `${path}/reopen`)).json.state).toBe('open');

  const rule = await http('POST', '/v1/mutes', { body: { ...body, groupId: 'ber*' } });
  expect([rule.status, await state()]).toEqual([201, 'muted']);
  const deleted = await http('DELETE', `/v1/mutes/${rule.json.muteId}`);
  expect([deleted.status, await state()]).toEqual([204, 'open']);
});
