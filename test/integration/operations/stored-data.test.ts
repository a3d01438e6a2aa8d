/** An update: this version reads what an earlier one has stored, and goes on with it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { seconds } from '../../../lambdas/platform/clock.ts';
import { ShiftableClock } from '../../support/clocks.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { connectRequest, job, message, notification, type RawClient } from '../../support/raw-client.ts';
import { report, settled } from '../../support/reporting.ts';
import { type Recording, recordedVersions, restoreRecording } from '../../support/stored-data/stored-data.ts';

describe.each(recordedVersions())('what version %s has stored', (version) => {
  let folder: string;
  let deployment: Deployment;
  let recording: Recording;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'nbwss-stored-'));
    recording = await restoreRecording(version, folder);
    const clock = new ShiftableClock();
    clock.advance(recording.recordedAt - clock.now());
    deployment = await startDeployment({ dataDir: folder, clock });
  });
  afterAll(async () => {
    await deployment?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const call = (method: string, path: string, body?: unknown) =>
    deployment.http(method, path, { body, key: recording.apiKey });
  const get = async (path: string) => (await call('GET', path)).json;

  const connect = async (groupId: string): Promise<RawClient> => {
    const client = await deployment.open();
    const request = connectRequest(recording.tokens[groupId] ?? '');
    client.send(request);
    expect(await client.next(({ id }) => id === request['id'])).toMatchObject({ payload: { valid: true } });
    // Commands are not sent before the session is ready (I-4), which follows the response.
    await deployment.cloud.drained();
    return client;
  };
  /** The next command, and the response to it. */
  const respond = async (client: RawClient, payload: Record<string, unknown>) => {
    const command = await client.next(({ type }) => type === 'COMMAND');
    client.send(message('COMMAND', 'RESPONSE', { headers: {}, ...payload }, { id: command['id'] }));
    await deployment.cloud.drained();
    return command['payload'];
  };

  test('is shown as that version showed it, to the same key', async () => {
    expect(Object.keys(recording.answers).length).toBeGreaterThan(10);
    for (const [path, answer] of Object.entries(recording.answers))
      expect({ path, answer: await get(path) }).toMatchObject({ path, answer });
  });

  test('an encrypted response is delivered once', async () => {
    const path = `/v1/groups/berlin/commands/${recording.commands.secret}`;
    expect((await get(path)).response.body).toBe('{"token":"secret"}');
    expect((await get(path)).response).not.toHaveProperty('body');
  });

  test('a queued command is sent to its domain, which connects with its token', async () => {
    const client = await connect('munich');
    expect(await respond(client, { responseCode: 202, body: '' })).toMatchObject({
      method: 'POST',
      uri: '/netbackup/admin/manual-backup',
      parameters: '{"policyName":"daily"}',
    });
    const path = `/v1/groups/munich/commands/${recording.commands.queued}`;
    expect(await get(path)).toMatchObject({ state: 'completed', response: { status: 202 } });
    await client.close(1000);
  });

  test("calls to NetBackup have the group's stored key", async () => {
    const client = await connect('berlin');
    const headers = { authorization: recording.apiKey };
    const path = '/v1/groups/berlin/netbackup/admin/jobs?page[limit]=3';
    const answer = deployment.http('GET', path, { key: '', headers });
    const sent = await respond(client, { responseCode: 200, body: '{"data":[],"meta":{},"links":{}}' });
    expect((await answer).status).toBe(200);
    expect(sent).toMatchObject({ headers: { Authorization: recording.netbackupKey } });
    await client.close(1000);
  });

  test('later reports continue jobs and problems, and repeated ones change nothing', async () => {
    const client = await connect('berlin');
    const before = await get('/v1/groups/berlin/jobs/10');
    const repeated = notification('JOB', job(10, 'DONE', { startTime: before.startTime, status: 1 }));
    await report(deployment, client, [repeated], { timeStamp: seconds(Date.parse(before.lastReportedAt)) });
    expect(await get('/v1/groups/berlin/jobs/10')).toMatchObject(before);

    const timeStamp = seconds(deployment.clock.now());
    const { startTime: started } = await get('/v1/groups/berlin/jobs/30');
    const ended = job(30, 'DONE', { startTime: started, clientName: 'db02' });
    const again = job(40, 'DONE', { startTime: timeStamp, clientName: 'db01', policyName: 'oracle' });
    await report(deployment, client, [notification('JOB', ended, again)], { timeStamp });
    expect(await get('/v1/groups/berlin/jobs/30')).toMatchObject({ state: 'DONE', outcome: 'succeeded' });
    await deployment.sweep();
    await settled(deployment);
    const { items } = await get('/v1/groups/berlin/problems?state=recovered');
    expect(items).toMatchObject([{ subject: { clientName: 'db01', policyName: 'oracle' } }]);
    await client.close(1000);
  });

  test('an invitation that nobody has read is read', async () => {
    const { status, json } = await deployment.http('GET', recording.invitation, { key: '' });
    expect([status, json]).toMatchObject([200, { groupId: 'munich' }]);
  });
});
