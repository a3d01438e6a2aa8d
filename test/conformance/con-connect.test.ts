/** CON: connect. One test for each clause, with the shipped assembly. */
import {
  answering,
  connectWith,
  endpointIdOf,
  isOpen,
  MINUTE,
  payloadOf,
  sessionOf,
} from '../integration/connections/support.ts';
import { type Deployment, startDeployment } from '../support/deployment.ts';
import { connectRequest, notification } from '../support/raw-client.ts';

describe('messages in any order', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.stop());

  test('CON-1 the connection opens without credentials; before CONNECT nothing is sent or stored', async () => {
    const details = await deployment.createGroup('con-1');
    const client = await deployment.open();
    await deployment.cloud.drained();
    expect(client.received).toEqual([]);
    const early = notification('JOB', { jobId: 1 });
    client.send(early);
    const answer = await client.next();
    expect(answer).toMatchObject({ id: early['id'], type: 'CONNECT', payload: { valid: false } });
    expect((await deployment.http('GET', '/v1/groups/con-1')).json.lastNotificationAt).toBeUndefined();
    await client.closed;
    expect(await connectWith(await deployment.open(), details.token)).toBe(true);
  });

  test('CON-2 a valid token: CONNECT RESPONSE valid true, and the connection is established', async () => {
    const details = await deployment.createGroup('con-2');
    const client = await deployment.open();
    const request = connectRequest(details.token);
    client.send(request);
    expect(await client.next()).toMatchObject({
      id: request['id'],
      type: 'CONNECT',
      subType: 'RESPONSE',
      payload: { valid: true },
    });
    await deployment.cloud.drained();
    expect(await sessionOf(deployment, 'con-2')).toMatchObject({ connected: true });
  });

  test('CON-3 an invalid token: valid false; the connection is closed later', async () => {
    await deployment.createGroup('con-3');
    const client = await deployment.open();
    expect(await connectWith(client, `nbwss_${'a'.repeat(16)}.${'b'.repeat(43)}`)).toBe(false);
    await deployment.cloud.drained();
    deployment.clock.advance(MINUTE);
    await deployment.sweep();
    await client.closed;
    expect(client.received).toHaveLength(1);
    expect(await sessionOf(deployment, 'con-3')).toMatchObject({ state: 'never-connected' });
  });

  test('CON-4 one connection per endpoint and group: the second one replaces the first', async () => {
    const details = await deployment.createGroup('con-4');
    const first = await deployment.connect(details);
    const second = await deployment.connect(details);
    await first.closed;
    expect(isOpen(second)).toBe(true);
  });

  test('CON-5 only the token limits the time; NetBackup connects again with a new one', async () => {
    const details = await deployment.createGroup('con-5');
    const client = await deployment.connect(details);
    answering(client);
    for (let minutes = 0; minutes < 45; minutes += 9) {
      deployment.clock.advance(9 * MINUTE);
      await deployment.sweep();
    }
    expect(isOpen(client)).toBe(true);
    const endpoint = `/v1/groups/con-5/endpoints/${endpointIdOf(details)}`;
    const rotated = await deployment.http('POST', `${endpoint}/token`, { body: { overlap: 0 } });
    await client.closed;
    await deployment.connect(rotated.json);
    expect(await sessionOf(deployment, 'con-5')).toMatchObject({ connected: true });
  });

  test('CON-6 after a lost connection NetBackup reconnects at its next connection run', async () => {
    const details = await deployment.createGroup('con-6');
    const primary = deployment.primary([details]);
    const connected = () => new Promise<void>((resolve) => primary.on('connected', () => resolve()));
    await connected();
    const again = connected();
    await deployment.http('DELETE', '/v1/groups/con-6/connection');
    await again;
    await deployment.cloud.drained();
    expect(await sessionOf(deployment, 'con-6')).toMatchObject({ connected: true });
    expect(primary.violations).toEqual([]);
  });

  test('CON-7 pings get pongs', async () => {
    const details = await deployment.createGroup('con-7');
    const client = await deployment.connect(details);
    const pong = new Promise<string>((resolve) =>
      client.socket.once('pong', (data) => resolve(data.toString())),
    );
    client.socket.ping('are you there');
    expect(await pong).toBe('are you there');
    expect(client.unexpected.map(payloadOf)).toEqual([]);
  });
});
