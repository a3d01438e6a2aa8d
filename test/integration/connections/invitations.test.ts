/** Invitations: NetBackup reads the endpoint's details from a URL. */
import { request } from 'node:http';
import { readSource } from '../../../netbackup/doctor/read-source.ts';
import { readDetails } from '../../../netbackup/simulator/details-url.ts';
import { parseDetails } from '../../../netbackup/wire/endpoint-details.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { endpointPath, eventsOf, MINUTE, storedText, tryToConnect } from './support.ts';

/** Requests a URL from another source address. */
const getFrom = (localAddress: string, url: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const call = request(url, { localAddress, agent: false }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    call.once('error', reject).end();
  });

describe('invitations', () => {
  let deployment: Deployment;
  beforeAll(async () => {
    deployment = await startDeployment();
  });
  afterAll(() => deployment.stop());
  const tryToken = (token: unknown) => tryToConnect(deployment, token);

  const inviteTo = async (groupId: string, validFor?: number) => {
    const details = await deployment.createGroup(groupId);
    const made = await deployment.http('POST', `${endpointPath(details)}/invitations`, {
      ...(validFor === undefined ? {} : { body: { validFor } }),
    });
    expect(made.status).toBe(201);
    return { details, url: made.json.url as string, path: new URL(made.json.url).pathname };
  };

  test('EPT-2: the URL is https, and NetBackup and the doctor read it', async () => {
    const { details, url } = await inviteTo('invite-https');
    expect(url).toMatch(/^https:\/\/localhost:\d+\/invitations\//);
    const read = await readDetails(url, { trusted: [deployment.ca] });
    expect(read).toEqual({ ...details, token: expect.any(String) });
    const source = await readSource(url, { trusted: [deployment.ca], timeoutMs: 10_000, slowMs: 10_000 });
    expect(source).toMatchObject({ kind: 'url', findings: [] });
    expect(parseDetails(source.text ?? '')).toEqual(read);
  });

  test('an invitation returns the same details until its token has connected', async () => {
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

  test('an invitation expires; its token remains valid', async () => {
    const { path } = await inviteTo('invite-expiry', 60);
    const read = await deployment.http('GET', path, { key: '' });
    deployment.clock.advance(1.1 * MINUTE);
    expect((await deployment.http('GET', path, { key: '' })).status).toBe(410);
    expect(await tryToken(read.json.token)).toBe(true);
  });

  test('revoking the token ends an invitation that was not read', async () => {
    const { details, path } = await inviteTo('invite-revoked');
    await deployment.http('DELETE', `${endpointPath(details)}/token`);
    expect((await deployment.http('GET', path, { key: '' })).status).toBe(410);
  });

  test('a read from a second address is published', async () => {
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

  test('an unknown invitation is not found; reading too often is rejected', async () => {
    const { path } = await inviteTo('invite-often');
    const wrong = `${path.slice(0, -4)}AAAA`;
    expect((await deployment.http('GET', wrong, { key: '' })).status).toBe(404);
    expect((await deployment.http('GET', '/invitations/nonsense', { key: '' })).status).toBe(404);
    const answers = [];
    for (let read = 0; read < 12; read++)
      answers.push((await deployment.http('GET', path, { key: '' })).status);
    expect(answers).toEqual([...Array(10).fill(200), 429, 429]);
  });

  test('tokens cannot be derived from stored, logged or published data', async () => {
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
});
