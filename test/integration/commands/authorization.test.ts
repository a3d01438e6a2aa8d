/** The credential that reaches NetBackup: the client's, unchanged, or the group's, for API keys with the scope inject. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { createKey, KeysStore } from '../../../lambdas/http/keys-store.ts';
import type { Scope } from '../../../lambdas/http/rights.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { PlayedDomain } from '../../support/domain.ts';

const NETBACKUP_KEY = 'Aplanted-netbackup-api-key-0123456789';
let deployment: Deployment;
let domain: PlayedDomain;
const keys: Partial<Record<Scope | 'elsewhere', string>> = {};

const newKey = async (scopes: Scope[], groups: string[]): Promise<string> => {
  const { cloud } = deployment;
  const { key, stored } = createKey({ scopes, groups }, deployment.clock.now());
  const client = new DynamoDBClient({
    region: cloud.region,
    endpoint: cloud.endpointUrl,
    credentials: cloud.credentials,
  });
  const table = Object.values(cloud.outputs).find((outputs) => 'KeysTable' in outputs)?.['KeysTable'] ?? '';
  await new KeysStore(client, table, () => deployment.clock.now()).create(stored);
  client.destroy();
  return key;
};

beforeAll(async () => {
  deployment = await startDeployment();
  domain = await PlayedDomain.connect(deployment, 'own');
  await deployment.createGroup('bare');
  for (const scope of ['read', 'command', 'inject'] as const)
    keys[scope] = await newKey([scope], ['own', 'bare']);
  keys.elsewhere = await newKey(['inject'], ['another']);
  const put = await deployment.http('PUT', '/v1/groups/own/netbackup-credential', {
    body: { apiKey: NETBACKUP_KEY },
  });
  expect(put.status).toBe(204);
});
afterAll(() => deployment.stop());

const get = (path: string, headers: Record<string, string>, method = 'GET') =>
  deployment.http(method, `/v1/groups/own/netbackup${path}`, { key: '', headers });

/** Makes a call that must reach NetBackup. Returns the Authorization that arrives there. */
const authorizationOf = async (headers: Record<string, string>) => {
  const pending = get('/admin/jobs', headers);
  const command = await domain.next();
  await domain.answer(command.id);
  expect((await pending).status).toBe(200);
  return Object.entries(command.headers).find(([name]) => name.toLowerCase() === 'authorization')?.[1];
};

test('a NetBackup credential is forwarded unchanged', async () => {
  const headers = { 'x-api-key': keys.command ?? '', authorization: 'eyJ0eXAi.e30.c2ln' };
  expect(await authorizationOf(headers)).toBe('eyJ0eXAi.e30.c2ln');
});

test('without a credential, none is added', async () => {
  expect(await authorizationOf({ 'x-api-key': keys.inject ?? '' })).toBeUndefined();
});

test.each(['', 'Bearer '])(
  'an API key of this endpoint is replaced by the group’s NetBackup API key (%j)',
  async (before) => {
    expect(await authorizationOf({ authorization: `${before}${keys.inject}` })).toBe(NETBACKUP_KEY);
  },
);

test.each(['/ping', '/appdetails', '/tokenkey'])('%s needs no credential, and none is sent', async (path) => {
  const pending = deployment.http('GET', `/v1/groups/own/netbackup${path}`, {
    key: '',
    headers: { authorization: keys.inject ?? '' },
  });
  const command = await domain.next();
  await domain.answer(command.id, { body: 'public' });
  expect((await pending).text).toBe('public');
  expect(JSON.stringify(command)).not.toMatch(/authorization|nbk_|planted/i);
});

test('a command with credential: group gets the group’s NetBackup API key, alone and in a batch', async () => {
  const call = { method: 'POST', uri: '/netbackup/admin/jobs/7/restart', credential: 'group' };
  const options = { key: keys.inject ?? '' };
  const alone = await deployment.http('POST', '/v1/groups/own/commands', { ...options, body: call });
  const batch = await deployment.http('POST', '/v1/commands', {
    ...options,
    body: { ...call, groups: ['own', 'bare'] },
  });
  expect(alone.status).toBe(202);
  expect(batch.json.items).toMatchObject([
    { groupId: 'own', status: 202 },
    { groupId: 'bare', status: 409, problem: { code: 'no-netbackup-credential' } },
  ]);
  for (const _ of ['alone', 'batch']) {
    const command = await domain.next();
    await domain.answer(command.id);
    expect(command.headers).toMatchObject({ Authorization: NETBACKUP_KEY });
  }
  expect(alone.text + batch.text).not.toContain(NETBACKUP_KEY);
});

test('a key without inject cannot ask for it', async () => {
  const answer = await deployment.http('POST', '/v1/groups/own/commands', {
    key: keys.command ?? '',
    body: { method: 'GET', uri: '/netbackup/admin/jobs', credential: 'group' },
  });
  expect([answer.status, answer.json.code]).toEqual([403, 'scope-missing']);
});

describe('nothing is sent to NetBackup', () => {
  afterEach(() => {
    expect(domain.client.unexpected).toEqual([]);
  });

  test.each<[string, () => Record<string, string>, number, string]>([
    ['a key without inject', () => ({ authorization: keys.command ?? '' }), 403, 'scope-missing'],
    ['a key of another group', () => ({ authorization: keys.elsewhere ?? '' }), 404, 'group-not-found'],
    ['a key that may only read', () => ({ 'x-api-key': keys.read ?? '' }), 403, 'scope-missing'],
    [
      'something like a key of ours',
      () => ({ authorization: 'nbk_planted' }),
      401,
      'api-key-missing-or-invalid',
    ],
    [
      'the same, beside a valid key',
      () => ({ 'x-api-key': keys.command ?? '', authorization: 'Bearer nbk_planted' }),
      401,
      'api-key-missing-or-invalid',
    ],
    [
      'a key of ours as Basic credentials',
      () => ({ authorization: `Basic ${btoa(`${keys.inject}:`)}` }),
      401,
      'api-key-missing-or-invalid',
    ],
    [
      'a key of ours as Basic credentials, beside a valid one',
      () => ({ 'x-api-key': keys.command ?? '', authorization: `Basic ${btoa(`user:${keys.inject}`)}` }),
      401,
      'api-key-missing-or-invalid',
    ],
    [
      'a key of ours in another header',
      () => ({ 'x-api-key': keys.command ?? '', 'x-netbackup-audit-reason': keys.inject ?? '' }),
      400,
      'api-key-not-forwarded',
    ],
  ])('%s', async (_, headers, status, code) => {
    const answer = await get('/admin/jobs', headers());
    expect([answer.status, answer.json.code]).toEqual([status, code]);
    expect(answer.text).not.toContain('nbk_');
  });

  test.each([
    ['POST', '/login'],
    ['POST', '/%6Cogin'],
    ['POST', '/LOGIN'],
    ['POST', '/loginwithcert'],
    ['POST', '/login;x=1'],
    ['POST', '/tokenkey'],
    ['POST', '/security/api-keys'],
    ['GET', '/config/servers/wssendpoints'],
    ['POST', '/config/servers/wssendpoints/save'],
    ['GET', '/config/servers/wssendpoints%23'],
    ['GET', '/%3ba%252fb/security/api-keys'],
    ['GET', '/security%20'],
    ['GET', '/access-control/'],
    ['POST', '/admin/jobs'],
  ])('%s %s with the group’s key', async (method, path) => {
    const answer = await get(path, { authorization: keys.inject ?? '' }, method);
    expect([answer.status, answer.json.code]).toEqual([403, 'path-not-allowed']);
  });

  test('for a group without a NetBackup API key', async () => {
    const answer = await deployment.http('GET', '/v1/groups/bare/netbackup/admin/jobs', {
      key: '',
      headers: { authorization: keys.inject ?? '' },
    });
    expect([answer.status, answer.json.code]).toEqual([409, 'no-netbackup-credential']);
  });

  test.each(['', '%5F', '%255f'])(
    'with an API key of this endpoint in a query, escaped as %j',
    async (escaped) => {
      const shown = escaped ? keys.inject?.replace('_', escaped) : keys.inject;
      const answer = await get(`/admin/jobs?key=${shown}`, { 'x-api-key': keys.command ?? '' });
      expect([answer.status, answer.json.code]).toEqual([400, 'api-key-not-forwarded']);
    },
  );

  test.each(['/ping', '/appdetails', '/tokenkey'])('for %s without any key', async (path) => {
    expect((await get(path, {})).status).toBe(401);
  });

  test('with an API key of this endpoint in the headers of a command', async () => {
    const answer = await deployment.http('POST', '/v1/groups/own/commands', {
      body: { method: 'GET', uri: '/netbackup/ping', headers: { Authorization: keys.inject } },
    });
    expect([answer.status, answer.json.code]).toEqual([400, 'api-key-not-forwarded']);
  });
});

describe('the stored NetBackup API key', () => {
  test('is never shown', async () => {
    const shown = await Promise.all(
      ['/v1/groups/own', '/v1/groups', '/v1/groups/own/netbackup-credential', '/v1/groups/own/commands'].map(
        (path) => deployment.http('GET', path),
      ),
    );
    for (const { text } of shown) expect(text).not.toMatch(/planted|netbackupCredential/);
  });

  test.each([{}, { apiKey: '' }, { apiKey: 'a b' }, { apiKey: 'nbk_x' }, { apiKey: 'ü' }, { apiKey: 5 }])(
    'is not %j',
    async (body) => {
      const answer = await deployment.http('PUT', '/v1/groups/own/netbackup-credential', { body });
      expect(answer.status).toBe(400);
    },
  );

  test('is set by administrators, for existing groups', async () => {
    const put = (group: string, key?: string) =>
      deployment.http('PUT', `/v1/groups/${group}/netbackup-credential`, {
        body: { apiKey: 'A' },
        ...(key ? { key } : {}),
      });
    expect((await put('bare', keys.inject)).status).toBe(403);
    expect((await put('none')).status).toBe(404);
  });

  test('can be deleted', async () => {
    const path = '/v1/groups/bare/netbackup-credential';
    expect((await deployment.http('PUT', path, { body: { apiKey: 'A' } })).status).toBe(204);
    expect((await deployment.http('DELETE', path)).status).toBe(204);
    const answer = await deployment.http('GET', '/v1/groups/bare/netbackup/admin/jobs', {
      key: '',
      headers: { authorization: keys.inject ?? '' },
    });
    expect(answer.status).toBe(409);
  });
});
