/** Endpoint details, tokens and invitations: who may connect. */

import { request } from 'node:http';
import { parseDetails } from '../../../netbackup/index.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { connectRequest } from '../../support/raw-client.ts';
import {
  connectWith,
  endpointIdOf,
  eventsOf,
  isOpen,
  MINUTE,
  payloadOf,
  sessionOf,
  storedText,
} from './support.ts';

/** Reads a URL from another address of this machine. */
const getFrom = (localAddress: string, url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const call = request(url, { localAddress, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    call.once('error', reject).end();
  });

const DAY = 24 * 60 * MINUTE;

describe.each(['serial', 'shuffled'] as const)('credentials, messages %s', (order) => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment({ order });
  });
  afterAll(() => deployment.stop());

  const tryToken = async (token: unknown): Promise<unknown> => {
    const client = await deployment.open();
    const valid = await connectWith(client, token);
    await deployment.cloud.drained();
    client.socket.terminate();
    await deployment.cloud.drained();
    return valid;
  };
  const endpointPath = (details: { groupId: string; token: string }) =>
    `/v1/groups/${details.groupId}/endpoints/${endpointIdOf(details)}`;

  test('the details are exactly the five fields, as a file, and the token is shown this once', async () => {
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

  test('a second endpoint on this host is refused with what to do instead (EPT-4)', async () => {
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

  test('rotation: the old token ends with the overlap, and its connection with it', async () => {
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

  test('revoking closes the connection, keeps it out, and a new token lets it in', async () => {
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

  test('revoked at every point of a concurrent CONNECT, it is not connected afterwards', async () => {
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

  test('a token may expire, and its operator is warned once, days before', async () => {
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

  test('a disabled endpoint lets nobody in; deleting it makes room for another', async () => {
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

  const inviteTo = async (groupId: string, validFor?: number) => {
    const details = await deployment.createGroup(groupId);
    const made = await deployment.http('POST', `${endpointPath(details)}/invitations`, {
      ...(validFor === undefined ? {} : { body: { validFor } }),
    });
    expect(made.status).toBe(201);
    return { details, url: made.json.url as string, path: new URL(made.json.url).pathname };
  };

  test('an invitation answers the same details until its token has connected', async () => {
    const { details, path } = await inviteTo('invite');
    const first = await deployment.http('GET', path, { key: '' });
    expect(first.status).toBe(200);
    expect(first.headers.get('cache-control')).toBe('no-store');
    expect(parseDetails(first.text)).toEqual({ ...details, token: expect.any(String) });
    expect(Object.keys(first.json)).toHaveLength(5);
    expect(first.json.token).not.toBe(details.token);
    const second = await deployment.http('GET', path, { key: '' });
    expect(second.json).toEqual(first.json);

    const shown = await deployment.http('GET', endpointPath(details));
    expect(shown.json.invitations).toEqual([
      expect.objectContaining({
        state: 'open',
        reads: 2,
        lastReads: [
          { at: expect.any(String), sourceIp: '127.0.0.1' },
          { at: expect.any(String), sourceIp: '127.0.0.1' },
        ],
      }),
    ]);
    expect(await tryToken(first.json.token)).toBe(true);
    const used = await deployment.http('GET', path, { key: '' });
    expect(used.status).toBe(410);
    expect(used.json.code).toBe('invitation-ended');
    expect(await tryToken(details.token)).toBe(false);
  });

  test('an invitation expires; what it handed out before goes on', async () => {
    const { path } = await inviteTo('invite-expiry', 60);
    const read = await deployment.http('GET', path, { key: '' });
    deployment.clock.advance(1.1 * MINUTE);
    expect((await deployment.http('GET', path, { key: '' })).status).toBe(410);
    expect(await tryToken(read.json.token)).toBe(true);
  });

  test('an invitation nobody has read lets nobody in, and revoking ends it', async () => {
    const { details, path } = await inviteTo('invite-revoked');
    await deployment.http('DELETE', `${endpointPath(details)}/token`);
    expect((await deployment.http('GET', path, { key: '' })).status).toBe(410);
  });

  test('a second address that reads an invitation is told', async () => {
    const { path } = await inviteTo('invite-shared');
    await deployment.http('GET', path, { key: '' });
    expect(eventsOf(deployment, 'invite-shared', 'Invitation Shared')).toEqual([]);
    await getFrom('127.0.0.2', `${deployment.cloud.apiUrl}${path}`);
    await getFrom('127.0.0.2', `${deployment.cloud.apiUrl}${path}`);
    expect(eventsOf(deployment, 'invite-shared', 'Invitation Shared')).toEqual([
      {
        type: 'Invitation Shared',
        detail: expect.objectContaining({ addresses: ['127.0.0.1', '127.0.0.2'] }),
      },
    ]);
  });

  test('who guesses an invitation learns nothing; who reads too often has to wait', async () => {
    const { path } = await inviteTo('invite-often');
    const wrong = `${path.slice(0, -4)}AAAA`;
    expect((await deployment.http('GET', wrong, { key: '' })).status).toBe(404);
    expect((await deployment.http('GET', '/invitations/nonsense', { key: '' })).status).toBe(404);
    const answers = [];
    for (let read = 0; read < 12; read++)
      answers.push((await deployment.http('GET', path, { key: '' })).status);
    expect(answers).toEqual([...Array(10).fill(200), 429, 429]);
  });

  test('nothing that is stored, logged or published could make a token again', async () => {
    const { details, path } = await inviteTo('secrets');
    const read = await deployment.http('GET', path, { key: '' });
    expect(await tryToken(read.json.token)).toBe(true);
    const planted = [details.token, read.json.token, path.split('/').pop() ?? ''].map((text) =>
      text.slice(text.indexOf('.') + 1),
    );
    const written = [
      ...deployment.output,
      ...deployment.cloud.events.all.map((event) => JSON.stringify(event)),
      (await deployment.http('GET', endpointPath(details))).text,
      (await deployment.http('GET', '/v1/groups')).text,
      await storedText(deployment),
    ].join('\n');
    for (const secret of planted) expect(written).not.toContain(secret);
  });

  test('refuses what is beyond the limits of a field, and takes what is at them', async () => {
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
