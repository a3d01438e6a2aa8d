import fc from 'fast-check';
import { anyPath, anyUrlPart } from '../../../support/any-text.ts';
import { restHarness } from './rest-harness.ts';

describe('ping', () => {
  it('returns the time and the version, without a credential', async () => {
    const { call, clock } = restHarness({ apiVersion: '9.0' });
    const answer = await call('GET', '/ping', { authorization: null, version: '9.0' });
    expect(answer).toMatchObject({ status: 200, body: String(clock.now()) });
    expect(answer.headers['x-netbackup-api-version']).toBe('9.0');
    expect(answer.headers['content-type']).toContain('text/vnd.netbackup+plain');
  });
});

describe('errors in NetBackup’s format', () => {
  it.each([
    ['no credential', 'GET', '/admin/jobs', { authorization: null }, 401],
    ['an invalid credential', 'GET', '/admin/jobs', { authorization: 'x' }, 401],
    ['an unknown path', 'GET', '/nothing', {}, 404],
    ['an unknown job', 'GET', '/admin/jobs/99', {}, 404],
    ['a newer version', 'GET', '/admin/jobs', { version: '15.0' }, 406],
    ['a bad filter', 'GET', '/admin/jobs?filter=x', {}, 400],
  ])('%s', async (_what, method, path, over, status) => {
    const { json } = restHarness();
    const answer = await json(method, path, over);
    expect(answer.status).toBe(status);
    expect(Object.keys(answer.body)).toEqual([
      'errorCode',
      'errorMessage',
      'attributeErrors',
      'errorDetails',
    ]);
  });

  it('old versions have details', async () => {
    const { json } = restHarness();
    const { body } = await json('GET', '/nothing', { version: '3.0' });
    expect(body).toMatchObject({ details: {} });
  });

  it('CMD-3: Bearer is not accepted', async () => {
    const { json, key } = restHarness();
    expect((await json('GET', '/admin/jobs', { authorization: `Bearer ${key}` })).status).toBe(401);
  });

  it('403: a viewer cannot change anything', async () => {
    const { json } = restHarness();
    const login = { userName: 'operator', password: 'Simulated-2' };
    const { body } = await json('POST', '/login', { body: login, authorization: null });
    const authorization = body.token;
    expect((await json('GET', '/admin/jobs', { authorization })).status).toBe(200);
    expect((await json('POST', '/config/servers/vmservers', { authorization, body: {} })).status).toBe(403);
  });
});

describe('login', () => {
  const admin = { domainType: 'unixpwd', domainName: 'd', userName: 'backupadmin', password: 'Simulated-1' };

  it('returns a token that is valid until logout', async () => {
    const { json } = restHarness();
    const { status, body } = await json('POST', '/login', { body: admin, authorization: null });
    expect({ status, ...body }).toMatchObject({ status: 201, tokenType: 'BEARER', validity: 86_400 });
    expect((await json('GET', '/admin/jobs', { authorization: body.token })).status).toBe(200);
    expect((await json('POST', '/logout', { authorization: body.token })).status).toBe(200);
    expect((await json('GET', '/admin/jobs', { authorization: body.token })).status).toBe(401);
  });

  it('idle sessions end after 10 minutes, active ones after a day', async () => {
    const { json, clock } = restHarness();
    const { body } = await json('POST', '/login', { body: admin, authorization: null });
    const use = async (): Promise<number> =>
      (await json('GET', '/admin/jobs', { authorization: body.token })).status;
    for (let minutes = 0; minutes < 24 * 60 - 9; minutes += 9) {
      clock.advance(9 * 60_000);
      expect(await use()).toBe(200);
    }
    clock.advance(9 * 60_000);
    expect(await use()).toBe(401);
    const second = await json('POST', '/login', { body: admin, authorization: null });
    clock.advance(10 * 60_000);
    expect((await json('GET', '/admin/jobs', { authorization: second.body.token })).status).toBe(401);
  });

  it.each([
    [{ ...admin, password: 'x' }, 401],
    [{ ...admin, userName: 'unknown' }, 401],
    [{ userName: 'backupadmin' }, 400],
  ])('refuses %j', async (body, status) => {
    const { json } = restHarness();
    expect((await json('POST', '/login', { body, authorization: null })).status).toBe(status);
  });

  it('with MFA has two steps', async () => {
    const { json } = restHarness();
    const first = { userName: 'mfaadmin', password: 'Simulated-3' };
    const firstStep = await json('POST', '/login', { body: first, authorization: null });
    expect(firstStep).toMatchObject({ status: 200, body: { tokenType: 'MFA' } });
    const authorization = firstStep.body.token;
    expect((await json('GET', '/admin/jobs', { authorization })).status).toBe(401);
    const second = { domainName: 'vrts.mfa.totp', userName: 'mfaadmin', password: '000000' };
    expect((await json('POST', '/login', { body: second, authorization })).status).toBe(401);
    const result = await json('POST', '/login', { body: { ...second, password: '123456' }, authorization });
    expect(result).toMatchObject({ status: 201, body: { tokenType: 'BEARER' } });
    expect((await json('GET', '/admin/jobs', { authorization: result.body.token })).status).toBe(200);
  });
});

describe('vmservers', () => {
  const server = {
    serverName: 'vcenter1',
    proxyServerName: '',
    vmType: 'VMWARE_VIRTUAL_CENTER_SERVER',
    userId: 'administrator',
    password: 'pass@123',
    port: 0,
  };
  const path = '/config/servers/vmservers';

  it('creates one, and returns it without the password', async () => {
    const { call, json } = restHarness();
    const created = await call('POST', path, { body: server });
    expect(created.status).toBe(201);
    expect(created.headers['location']).toBe(`https://primary.example.com:1556/netbackup${path}/vcenter1`);
    const shown = await json('GET', `${path}/vcenter1`);
    expect(shown.body.vmServer).toEqual({ ...server, password: '' });
    expect(shown.body.links).toEqual([{ rel: 'self', href: `https://primary:8443${path}/vcenter1` }]);
    expect((await json('GET', `${path}/unknown`)).status).toBe(404);
  });

  it('refuses invalid JSON, and a body without a name', async () => {
    const { json, primary, key } = restHarness();
    expect((await json('POST', path, { body: {} })).status).toBe(400);
    const headers = { Authorization: key };
    const uri = `/netbackup${path}`;
    expect((await primary.rest.call({ method: 'POST', uri, headers, body: '{' })).status).toBe(400);
  });
});

describe('any request', () => {
  const { primary, key } = restHarness();
  const paths = ['/login', '/logout', '/admin/jobs', '/admin/jobs/1/cancel', '/admin/manual-backup'];
  const more = ['/catalog/images', '/config/servers/wssendpoints/update'];
  const body = fc.oneof(
    fc.string(),
    fc.json(),
    fc.object().map((value) => JSON.stringify({ data: value })),
  );

  it('gets a response in NetBackup’s format, never an exception', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'DELETE', 'PATCH', ''),
        fc.oneof(fc.constantFrom(...paths, ...more), anyPath),
        fc.oneof(
          fc.constant(''),
          anyUrlPart,
          fc.string().map((text) => `filter=${text}`),
        ),
        fc.option(body, { nil: undefined }),
        async (method, path, query, text) => {
          const answer = await primary.rest.call({
            method,
            uri: `/netbackup${path}?${query}`,
            headers: { Authorization: key },
            ...(text !== undefined && { body: text }),
          });
          expect(answer.status).toBeGreaterThanOrEqual(200);
          expect(answer.status).toBeLessThan(500);
          if (answer.status >= 400) expect(JSON.parse(answer.body)).toHaveProperty('errorMessage');
        },
      ),
      { numRuns: 150 },
    );
  });
});
