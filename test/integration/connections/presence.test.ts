/** Groups and their connections: which are connected, since when, and why not. */
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { connectRequest, job, notification, type RawClient } from '../../support/raw-client.ts';
import {
  answering,
  connectWith,
  endpointIdOf,
  eventsOf,
  isCommand,
  isOpen,
  MINUTE,
  payloadOf,
  ping,
  sessionOf,
} from './support.ts';

describe('presence', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.stop());

  const report = async (client: RawClient, jobId: number): Promise<void> => {
    const message = notification('JOB', job(jobId));
    client.send(message);
    await client.next((frame) => frame['id'] === message['id'] && frame['subType'] === 'RESPONSE');
    await deployment.cloud.drained();
  };

  test('the view of a group has session, last seen, round trip, version and last notification', async () => {
    const details = await deployment.createGroup('view');
    const client = await deployment.connect(details);
    answering(client);
    await report(client, 1);
    const before = (await deployment.http('GET', '/v1/groups/view')).json;
    expect(before.session).toMatchObject({
      connected: true,
      state: 'connected',
      endpointId: endpointIdOf(details),
      sourceIp: '127.0.0.1',
      lastSeen: before.lastNotificationAt,
    });
    deployment.clock.advance(8.5 * MINUTE);
    await deployment.sweep();
    const after = (await deployment.http('GET', '/v1/groups/view')).json;
    expect(after).toMatchObject({ netbackupApiVersion: '12.0', roundTripMs: expect.any(Number) });
    expect(Date.parse(after.session.lastSeen)).toBeGreaterThan(Date.parse(before.session.lastSeen));
    expect(after.lastNotificationAt).toBe(before.lastNotificationAt);
    const list = (await deployment.http('GET', '/v1/groups?limit=100')).json.items;
    expect(list.find((item: { groupId: string }) => item.groupId === 'view')).toEqual(after);

    await client.close(1001, 'restart');
    await deployment.cloud.drained();
    expect(await sessionOf(deployment, 'view')).toMatchObject({
      connected: false,
      state: 'disconnected',
      closeCode: 1001,
      closeReason: expect.stringContaining('NetBackup restarts'),
      closePlanned: false,
    });
  });

  test('a repeated CONNECT gets another response, and changes nothing', async () => {
    const details = await deployment.createGroup('repeat');
    const client = await deployment.connect(details);
    const first = await sessionOf(deployment, 'repeat');
    expect(await connectWith(client, details.token)).toBe(true);
    await deployment.cloud.drained();
    expect(await sessionOf(deployment, 'repeat')).toEqual(first);
    expect(eventsOf(deployment, 'repeat', 'Connection Opened')).toHaveLength(1);
  });

  test('ten concurrent CONNECTs on one connection: ten responses, one session, no COMMAND before a response', async () => {
    const details = await deployment.createGroup('ten');
    const queued = await deployment.http('POST', '/v1/groups/ten/commands', {
      body: { method: 'GET', uri: '/netbackup/ping' },
    });
    expect(queued.json.state).toBe('queued');
    const client = await deployment.open();
    answering(client);
    const requests = Array.from({ length: 10 }, () => connectRequest(details.token));
    for (const request of requests) client.send(request);
    for (const request of requests) {
      const answer = await client.next((frame) => frame['id'] === request['id']);
      expect(payloadOf(answer)).toEqual({ valid: true });
    }
    await deployment.cloud.drained();
    expect(client.received.filter(isCommand)).toHaveLength(1);
    expect(isCommand(client.received[0] ?? {})).toBe(false);
    expect((await ping(deployment, 'ten')).json.state).toBe('completed');
    expect(eventsOf(deployment, 'ten', 'Connection Opened')).toHaveLength(1);
  });

  test('the newest connection replaces an open session at once; one takeover is not reported', async () => {
    const details = await deployment.createGroup('takeover');
    const old = await deployment.connect(details);
    const next = await deployment.connect(details);
    await old.closed;
    answering(next);
    expect((await ping(deployment, 'takeover')).json.state).toBe('completed');
    await deployment.sweep();
    expect(isOpen(next)).toBe(true);
    expect(eventsOf(deployment, 'takeover', 'Token Shared')).toEqual([]);
    const closed = eventsOf(deployment, 'takeover', 'Connection Closed');
    expect(closed).toEqual([expect.objectContaining({ detail: expect.objectContaining({ planned: true }) })]);
  });

  test('a late CONNECT on an older connection does not replace the newer one', async () => {
    const details = await deployment.createGroup('late');
    const older = await deployment.open();
    const newer = await deployment.connect(details);
    older.send(connectRequest(details.token));
    await older.closed;
    expect(older.received).toEqual([]);
    expect(isOpen(newer)).toBe(true);
    expect(await sessionOf(deployment, 'late')).toMatchObject({ connected: true });
  });

  test('two domains with one token are detected, and published once an hour', async () => {
    const details = await deployment.createGroup('shared');
    for (let round = 0; round < 3; round++) {
      await deployment.connect(details, '127.0.0.3');
      deployment.clock.advance(MINUTE / 2);
      await deployment.connect(details, '127.0.0.4');
      deployment.clock.advance(MINUTE / 2);
    }
    await deployment.cloud.drained();
    const addresses = ['127.0.0.3', '127.0.0.4'];
    expect(eventsOf(deployment, 'shared', 'Token Shared')).toEqual([
      expect.objectContaining({ detail: expect.objectContaining({ addresses }) }),
    ]);
    const group = await deployment.http('GET', '/v1/groups/shared');
    expect(group.json.tokenShared).toMatchObject({ addresses });
  });

  test('a failing bus blocks nothing; its events are published later', async () => {
    const details = await deployment.createGroup('bus');
    const faults = ['Session', 'Sweep'].map((name) =>
      deployment.cloud.faults.add({ function: name, service: 'events', do: 'fail', count: Infinity }),
    );
    const client = await deployment.connect(details);
    expect(await sessionOf(deployment, 'bus')).toMatchObject({ connected: true });
    const gone = await deployment.connect(await deployment.createGroup('bus-gone'));
    await gone.close(1001);
    await deployment.cloud.drained();
    await deployment.sweep();
    expect(isOpen(client)).toBe(true);
    expect(eventsOf(deployment, 'bus')).toEqual([]);
    for (const fault of faults) fault.remove();
    await deployment.sweep();
    await deployment.sweep();
    expect(eventsOf(deployment, 'bus').map(({ type }) => type)).toEqual(['Connection Opened']);
    expect(eventsOf(deployment, 'bus-gone').map(({ type }) => type)).toEqual([
      'Connection Opened',
      'Connection Closed',
    ]);
    // The faults cause errors in the log.
    deployment.output.length = 0;
  });

  test('DELETE …/connection closes it as planned; NetBackup may reconnect at once', async () => {
    const details = await deployment.createGroup('close');
    const none = await deployment.http('DELETE', '/v1/groups/close/connection');
    expect([none.status, none.json.code]).toEqual([409, 'not-connected']);
    const client = await deployment.connect(details);
    const closed = await deployment.http('DELETE', '/v1/groups/close/connection');
    expect(closed.status).toBe(200);
    expect(await sessionOf(deployment, 'close')).toMatchObject({ connected: false, closePlanned: true });
    await client.closed;
    await deployment.cloud.drained();
    expect(eventsOf(deployment, 'close', 'Connection Closed')).toEqual([
      expect.objectContaining({ detail: expect.objectContaining({ planned: true }) }),
    ]);
    await deployment.connect(details);
    expect(await sessionOf(deployment, 'close')).toMatchObject({ connected: true });
  });

  test('a half-open connection is closed when the heartbeat gets no response', async () => {
    const details = await deployment.createGroup('half-open');
    const client = await deployment.connect(details);
    const { lastSeen } = await sessionOf(deployment, 'half-open');
    deployment.clock.advance(8.5 * MINUTE);
    await deployment.sweep();
    await client.next(isCommand);
    // A command on the broken connection is traffic, but not from NetBackup.
    await ping(deployment, 'half-open', 0);
    expect(await sessionOf(deployment, 'half-open')).toMatchObject({ connected: true, lastSeen });
    deployment.clock.advance(4 * MINUTE);
    await deployment.sweep();
    deployment.clock.advance(4 * MINUTE);
    await deployment.sweep();
    await client.closed;
    await deployment.cloud.drained();
    expect(await sessionOf(deployment, 'half-open')).toMatchObject({
      connected: false,
      lastSeen,
      closeReason: expect.stringContaining('no longer responded'),
      closePlanned: false,
    });
  });

  test('a session is closed before two hours, as planned, when no command is under way', async () => {
    const details = await deployment.createGroup('lifetime');
    const client = await deployment.connect(details);
    answering(client);
    for (let minutes = 0; minutes < 108; minutes += 9) {
      deployment.clock.advance(9 * MINUTE);
      await deployment.sweep();
      expect(isOpen(client)).toBe(true);
    }
    client.socket.removeAllListeners('message');
    deployment.clock.advance(3 * MINUTE);
    const busy = await deployment.http('POST', '/v1/groups/lifetime/commands', {
      body: { method: 'GET', uri: '/netbackup/ping', executeWithin: 180 },
    });
    expect(busy.json.state).toBe('sent');
    await deployment.sweep();
    expect(isOpen(client)).toBe(true);
    deployment.clock.advance(4 * MINUTE);
    await deployment.sweep();
    await deployment.sweep();
    await client.closed;
    await deployment.cloud.drained();
    expect(await sessionOf(deployment, 'lifetime')).toMatchObject({
      connected: false,
      closedFor: 'lifetime',
      closePlanned: true,
    });
  });

  test('a disconnected domain is logged every minute, unless it was disabled or is connected again', async () => {
    const away = (groupId: string) =>
      deployment.output.filter(
        (line) => line.includes('"message":"domain-disconnected"') && line.includes(`"${groupId}"`),
      ).length;
    const lost = await deployment.createGroup('lost');
    await (await deployment.connect(lost)).close(1001);
    const closed = await deployment.createGroup('disabled');
    await deployment.connect(closed);
    const endpoint = `/v1/groups/disabled/endpoints/${endpointIdOf(closed)}`;
    await deployment.http('PATCH', endpoint, { body: { enabled: false } });
    await deployment.cloud.drained();
    deployment.clock.advance(14 * MINUTE);
    await deployment.sweep();
    expect(away('lost')).toBe(0);
    deployment.clock.advance(2 * MINUTE);
    await deployment.sweep();
    await deployment.sweep();
    expect([away('lost'), away('disabled')]).toEqual([2, 0]);
    await deployment.connect(lost);
    await deployment.sweep();
    expect(away('lost')).toBe(2);
  });

  test('no test caused an error in the log', () => {
    expect(deployment.output.filter((line) => line.includes('"level":"ERROR"'))).toEqual([]);
  });
});
