/** Endpoint details and tokens. */
import { parseDetails } from '../../../netbackup/wire/endpoint-details.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { connectRequest } from '../../support/raw-client.ts';
import {
  endpointIdOf,
  endpointPath,
  eventsOf,
  isOpen,
  MINUTE,
  payloadOf,
  sessionOf,
  tryToConnect,
} from './support.ts';

const DAY = 24 * 60 * MINUTE;

describe('credentials', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.stop());

  const tryToken = (token: unknown) => tryToConnect(deployment, token);

  test('the details are exactly the five fields, as a file, and the token is shown once', async () => {
    await deployment.http('POST', '/v1/groups', { body: { groupId: 'details' } });
    const created = await deployment.http('POST', '/v1/groups/details/endpoints', { body: { priority: 3 } });
    expect(created.status).toBe(201);
    expect(Object.keys(created.json).sort()).toEqual(['groupId', 'hostName', 'priority', 'token', 'url']);
    expect(created.json).toMatchObject({
      groupId: 'details',
      priority: 3,
      hostName: 'localhost',
      url: deployment.cloud.webSocketUrl,
    });
    expect(created.json.token).toMatch(/^nbwss_[0-9a-z]{16}\.[A-Za-z0-9_-]{43}$/);
    expect(created.headers.get('content-disposition')).toBe('attachment; filename="details-endpoint.json"');
    expect(created.headers.get('cache-control')).toBe('no-store');
    expect(created.text).not.toContain("'");
    expect(parseDetails(created.text)).toEqual(created.json);

    const shown = await deployment.http('GET', '/v1/groups/details/endpoints');
    expect(shown.json.items).toHaveLength(1);
    expect(shown.text).not.toContain(created.json.token.slice(23));
    expect(created.headers.get('location')).toBe(
      `${deployment.cloud.apiUrl}/v1/groups/details/endpoints/${shown.json.items[0].endpointId}`,
    );
  });

  test('a second endpoint on this host is rejected with a hint (EPT-4)', async () => {
    const { groupId } = await deployment.createGroup('second');
    const second = await deployment.http('POST', `/v1/groups/${groupId}/endpoints`, {
      body: { priority: 2 },
    });
    expect(second.status).toBe(409);
    expect(second.json).toMatchObject({ code: 'endpoint-exists', detail: expect.stringContaining('/token') });
  });

  test('rotation: both tokens work until the new one has connected', async () => {
    const old = await deployment.createGroup('rotate');
    const rotated = await deployment.http('POST', `${endpointPath(old)}/token`, { body: { overlap: 3600 } });
    expect(rotated.status).toBe(201);
    expect(rotated.json).toEqual({ ...old, token: expect.not.stringMatching(old.token) });
    expect(await tryToken(old.token)).toBe(true);
    expect(await tryToken(rotated.json.token)).toBe(true);
    expect(await tryToken(old.token)).toBe(false);
    const group = await deployment.http('GET', '/v1/groups/rotate');
    expect(group.json.lastRejection).toMatchObject({ reason: 'wrong-token', sourceIp: '127.0.0.1' });
  });

  test('rotation: the old token and its connection end with the overlap', async () => {
    const old = await deployment.createGroup('overlap');
    const client = await deployment.connect(old);
    await deployment.http('POST', `${endpointPath(old)}/token`, { body: { overlap: 60 } });
    await deployment.sweep();
    expect(isOpen(client)).toBe(true);
    deployment.clock.advance(1.1 * MINUTE);
    expect(await tryToken(old.token)).toBe(false);
    await deployment.sweep();
    await client.closed;
    expect(await sessionOf(deployment, 'overlap')).toMatchObject({ connected: false, closePlanned: true });
  });

  test('rotation without overlap closes the connection at once', async () => {
    const old = await deployment.createGroup('at-once');
    const client = await deployment.connect(old);
    await deployment.http('POST', `${endpointPath(old)}/token`, { body: { overlap: 0 } });
    await client.closed;
    expect(await tryToken(old.token)).toBe(false);
  });

  test('revoking closes the connection; only a new token can connect', async () => {
    const details = await deployment.createGroup('revoke');
    const client = await deployment.connect(details);
    const revoked = await deployment.http('DELETE', `${endpointPath(details)}/token`);
    expect(revoked.status).toBe(204);
    await client.closed;
    await deployment.cloud.drained();
    expect(await sessionOf(deployment, 'revoke')).toMatchObject({ connected: false, state: 'disconnected' });
    expect(await tryToken(details.token)).toBe(false);
    const fresh = await deployment.http('POST', `${endpointPath(details)}/token`);
    expect(await tryToken(fresh.json.token)).toBe(true);
  });

  test('a token that is revoked at any point of a concurrent CONNECT is not connected afterwards', async () => {
    for (let nth = 1; nth <= 8; nth++) {
      const details = await deployment.createGroup(`race-${nth}`);
      const client = await deployment.open();
      await deployment.cloud.drained();
      const held = deployment.cloud.faults.add({ function: 'Session', nth, do: 'pause' });
      client.send(connectRequest(details.token));
      await Promise.race([held.reached, deployment.cloud.drained()]);
      await deployment.http('DELETE', `${endpointPath(details)}/token`);
      held.remove();
      await deployment.cloud.drained();
      expect(await sessionOf(deployment, details.groupId)).toMatchObject({ connected: false });
      const refused = client.received.some((frame) => payloadOf(frame)['valid'] === false);
      if (!refused) await client.closed;
      client.socket.terminate();
    }
  });

  test('a token may expire, with one warning days before', async () => {
    await deployment.http('POST', '/v1/groups', { body: { groupId: 'expiry' } });
    const created = await deployment.http('POST', '/v1/groups/expiry/endpoints', {
      body: { priority: 1, tokenValidDays: 20 },
    });
    await deployment.sweep();
    expect(eventsOf(deployment, 'expiry', 'Token Expiring')).toEqual([]);
    deployment.clock.advance(7 * DAY);
    await deployment.sweep();
    await deployment.sweep();
    expect(eventsOf(deployment, 'expiry', 'Token Expiring')).toHaveLength(1);
    expect(await tryToken(created.json.token)).toBe(true);
    deployment.clock.advance(14 * DAY);
    expect(await tryToken(created.json.token)).toBe(false);
    const group = await deployment.http('GET', '/v1/groups/expiry');
    expect(group.json.lastRejection).toMatchObject({ reason: 'expired-token' });
  });

  test('a disabled endpoint rejects its token; after its deletion another one can be created', async () => {
    const details = await deployment.createGroup('disable');
    const client = await deployment.connect(details);
    const disabled = await deployment.http('PATCH', endpointPath(details), { body: { enabled: false } });
    expect(disabled.json).toMatchObject({ enabled: false });
    await client.closed;
    expect(await tryToken(details.token)).toBe(false);
    await deployment.http('PATCH', endpointPath(details), { body: { enabled: true, priority: 7 } });
    expect(await tryToken(details.token)).toBe(true);

    const again = await deployment.connect(details);
    expect((await deployment.http('DELETE', endpointPath(details))).status).toBe(204);
    await again.closed;
    expect(await tryToken(details.token)).toBe(false);
    expect((await deployment.http('GET', endpointPath(details))).status).toBe(404);
    const next = await deployment.http('POST', '/v1/groups/disable/endpoints', { body: { priority: 1 } });
    expect(await tryToken(next.json.token)).toBe(true);
  });

  test('rejects values outside the limits of a field, and accepts the limits', async () => {
    const details = await deployment.createGroup('limits');
    const endpoint = endpointPath(details);
    const refused: [string, string, unknown][] = [
      ['POST', '/v1/groups/limits/endpoints', {}],
      ['POST', '/v1/groups/limits/endpoints', { priority: -1 }],
      ['POST', '/v1/groups/limits/endpoints', { priority: 1.5 }],
      ['POST', '/v1/groups/limits/endpoints', { priority: '1' }],
      ['POST', '/v1/groups/limits/endpoints', { priority: 1_000_001 }],
      ['POST', '/v1/groups/limits/endpoints', { priority: 1, tokenValidDays: 0 }],
      ['POST', '/v1/groups/limits/endpoints?port=443', { priority: 1 }],
      ['POST', `${endpoint}/token`, { overlap: -1 }],
      ['POST', `${endpoint}/token`, { overlap: 30 * 86_400 + 1 }],
      ['POST', `${endpoint}/token`, { overlap: 0, until: 'later' }],
      ['POST', `${endpoint}/invitations`, { validFor: 59 }],
      ['POST', `${endpoint}/invitations`, { validFor: 7 * 86_400 + 1 }],
      ['POST', `${endpoint}/invitations`, '{'],
      ['PATCH', endpoint, { enabled: 'no' }],
      ['PATCH', endpoint, { hostName: 'elsewhere.example.com' }],
      ['PATCH', endpoint, []],
    ];
    for (const [method, path, body] of refused) {
      const answer = await deployment.http(method, path, { body });
      expect([path, body, answer.status]).toEqual([path, body, 400]);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
    }
    for (const priority of [0, 1_000_000]) {
      const changed = await deployment.http('PATCH', endpoint, { body: { priority } });
      expect(changed.json).toMatchObject({ priority, enabled: true });
    }
    const rotated = await deployment.http('POST', `${endpoint}/token?port=omit`, {
      body: { overlap: 30 * 86_400, validDays: 3650 },
    });
    expect(rotated.json).toMatchObject({ priority: 1_000_000 });
    expect(await tryToken(details.token)).toBe(true);
  });

  test('endpoints and tokens of a group that the key may not see do not exist', async () => {
    const details = await deployment.createGroup('theirs');
    const mine = await deployment.createGroup('mine');
    const crossed = `/v1/groups/${mine.groupId}/endpoints/${endpointIdOf(details)}`;
    for (const [method, path] of [
      ['GET', crossed],
      ['PATCH', crossed],
      ['DELETE', crossed],
      ['POST', `${crossed}/token`],
      ['DELETE', `${crossed}/token`],
      ['POST', `${crossed}/invitations`],
    ] as const) {
      const answer = await deployment.http(method, path, method === 'PATCH' ? { body: {} } : {});
      expect([path, answer.status]).toEqual([path, 404]);
    }
    expect(await tryToken(details.token)).toBe(true);
  });
});
