/** People with access tokens of a real OpenID Connect provider: what they may do, and which tokens are refused. */
import { createPublicKey, type JsonWebKey } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { synthesize } from '../../../bin/nbwss/assembly.ts';
import { hmacTokenOf, signingKey, tokenOf, unsignedTokenOf } from '../../support/access-tokens.ts';
import { type Deployment, startDeployment } from '../../support/deployment.ts';
import { PlayedDomain } from '../../support/domain.ts';
import {
  AUDIENCE,
  type OidcProvider,
  OTHER_AUDIENCE,
  startOidcProvider,
} from '../../support/oidc-provider.ts';

const NETBACKUP_KEY = 'Aplanted-netbackup-api-key-0123456789';
const PROXIED = '/v1/groups/berlin/netbackup/admin/jobs';
let folder: string;
let provider: OidcProvider;
let deployment: Deployment;
let domain: PlayedDomain;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'nbwss-people-'));
  provider = await startOidcProvider();
  const assembly = join(folder, 'cdk.out');
  await synthesize(resolve(import.meta.dirname, '../../..'), assembly, {
    oidc: {
      issuer: provider.issuer,
      audience: [AUDIENCE],
      personClaim: 'email',
      rolesClaim: 'groups',
      roles: [
        { role: 'operators', scopes: ['inject'], groups: ['berlin', 'paris'] },
        { role: 'acme', scopes: ['admin'], labels: { customer: 'acme' } },
        { role: 'auditors', scopes: ['read'], groups: ['*'] },
      ],
    },
  });
  deployment = await startDeployment({ assembly });
  domain = await PlayedDomain.connect(deployment, 'berlin');
  await deployment.createGroup('tokyo');
  await deployment.http('PATCH', '/v1/groups/tokyo', { body: { labels: { customer: 'acme' } } });
  const put = await deployment.http('PUT', '/v1/groups/berlin/netbackup-credential', {
    body: { apiKey: NETBACKUP_KEY },
  });
  expect(put.status).toBe(204);
});
afterAll(async () => {
  await deployment?.stop();
  await provider?.stop();
  await rm(folder, { recursive: true, force: true });
});

const as = (token: string, method: string, path: string, body?: object) =>
  deployment.http(method, path, {
    key: '',
    headers: { authorization: `Bearer ${token}` },
    ...(body && { body }),
  });
/** A call of NetBackup's API that must arrive there: the command as it arrived. */
const arrived = async (headers: Record<string, string>) => {
  const pending = deployment.http('GET', PROXIED, { key: '', headers });
  const command = await domain.next();
  await domain.answer(command.id);
  expect((await pending).status).toBe(200);
  return command;
};
const lowerCase = (headers: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>;

test('a role decides what a person may do, and with which groups', async () => {
  const [alice, carol, oscar] = await Promise.all(
    (['alice', 'carol', 'oscar'] as const).map((id) => provider.token(id)),
  );
  const groupsOf = async (token = '') =>
    (await as(token, 'GET', '/v1/groups')).json.items.map(({ groupId }: { groupId: string }) => groupId);
  expect(await groupsOf(alice)).toEqual(['berlin']);
  expect(await groupsOf(carol)).toEqual(['tokyo']);
  expect(await groupsOf(oscar)).toEqual(['berlin', 'tokyo']);
  expect((await as(alice ?? '', 'GET', '/v1/groups/tokyo')).json.code).toBe('group-not-found');
  expect((await as(alice ?? '', 'DELETE', '/v1/groups/berlin')).json.code).toBe('scope-missing');
  expect((await as(oscar ?? '', 'GET', '/v1/groups/berlin/commands')).json.code).toBe('scope-missing');
});

test('the audit and commands name the person', async () => {
  const carol = await provider.token('carol');
  expect((await as(carol, 'PATCH', '/v1/groups/tokyo', { description: 'ours' })).status).toBe(200);
  const { json } = await deployment.http('GET', '/v1/groups/tokyo/audit');
  expect(json.items[0]).toMatchObject({ action: 'updateGroup', keyId: 'oidc:carol@example.com' });

  const alice = await provider.token('alice');
  const call = { method: 'GET', uri: '/netbackup/ping' };
  const { json: command } = await as(alice, 'POST', '/v1/groups/berlin/commands', call);
  expect(command.requestedBy).toBe('oidc:alice@example.com');
  const sent = await domain.next();
  await domain.answer(sent.id);
});

test('a person creates keys for what the person may see, and the keys name the person', async () => {
  const carol = await provider.token('carol');
  const wanted = { scopes: ['read'], labels: { customer: 'acme' } };
  const created = await as(carol, 'POST', '/v1/keys', wanted);
  expect(created.json).toMatchObject({ createdBy: 'oidc:carol@example.com', labels: wanted.labels });
  const listed = await deployment.http('GET', '/v1/groups', { key: created.json.apiKey });
  expect(listed.json.items).toMatchObject([{ groupId: 'tokyo' }]);
  expect((await as(carol, 'POST', '/v1/keys', { scopes: ['read'] })).json.code).toBe('grant-not-allowed');
});

test('NetBackup gets its own Authorization beside X-Authorization, and never the access token', async () => {
  const token = await provider.token('alice');
  const beside = { 'x-authorization': `Bearer ${token}`, authorization: 'its-own-key' };
  const headers = lowerCase((await arrived(beside)).headers);
  expect(headers['authorization']).toBe('its-own-key');
  expect(JSON.stringify(headers)).not.toContain(token);
});

test("in Authorization the access token is replaced by the group's NetBackup API key", async () => {
  const token = await provider.token('alice');
  const headers = lowerCase((await arrived({ authorization: `Bearer ${token}` })).headers);
  expect(headers['authorization']).toBe(NETBACKUP_KEY);
  expect(JSON.stringify(headers)).not.toContain(token);
});

test('an access token elsewhere in a call is refused before anything is sent', async () => {
  const token = await provider.token('alice');
  const call = { method: 'POST', uri: '/netbackup/x' };
  for (const body of [
    { ...call, headers: { Authorization: `Bearer ${token}` } },
    { ...call, body: { token } },
    { ...call, uri: `/netbackup/x?token=${token}` },
  ])
    expect((await as(token, 'POST', '/v1/groups/berlin/commands', body)).json.code).toBe(
      'access-token-not-forwarded',
    );
  const beside = await deployment.http('GET', PROXIED, {
    headers: { authorization: 'its-own-key', 'x-custom': token },
  });
  expect(beside.json.code).toBe('access-token-not-forwarded');
});

test('people without a role, and tokens for NetBackup without the scope, are refused', async () => {
  const eve = await provider.token('eve');
  expect(await as(eve, 'GET', '/v1/groups')).toMatchObject({ status: 403, json: { code: 'no-role' } });
  const oscar = await provider.token('oscar');
  for (const name of ['authorization', 'x-authorization']) {
    const headers = { [name]: `Bearer ${oscar}` };
    const refused = await deployment.http('GET', PROXIED, { key: '', headers });
    expect([refused.status, refused.json.code]).toEqual([403, 'scope-missing']);
  }
});

test('a forged or foreign token is refused by both functions, without an AWS call', async () => {
  const real = await provider.token('alice');
  const claims = claimsOf(real);
  const [jwk] = (await provider.publicKeys()).keys;
  const publicKey = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' });
  const forger = signingKey(jwk?.kid ?? '');
  const [header = '', , signature = ''] = real.split('.');
  const changed = Buffer.from(JSON.stringify({ ...claims, groups: ['acme'] })).toString('base64url');
  const forged = {
    'another audience': await provider.token('alice', OTHER_AUDIENCE),
    'another issuer': tokenOf(forger, { ...claims, iss: 'https://evil.example.com' }),
    'another key of the same id': tokenOf(forger, claims),
    'an unknown key': tokenOf(signingKey('unknown'), claims),
    'changed claims': `${header}.${changed}.${signature}`,
    'no algorithm': unsignedTokenOf(claims, { alg: 'none', kid: jwk?.kid }),
    'no algorithm, but the real signature': unsignedTokenOf(
      claims,
      { alg: 'none', kid: jwk?.kid },
      signature,
    ),
    'HS256 with the public key': hmacTokenOf({ ...forger, publicKey }, claims),
    'no token': 'abc',
  };
  const routes = [
    ['/v1/groups', 'authorization'],
    ['/v1/groups/berlin/commands', 'authorization'],
    [PROXIED, 'x-authorization'],
  ] as const;
  const mark = deployment.cloud.calls.mark();
  for (const [path, name] of routes) {
    const statuses: Record<string, unknown> = {};
    for (const [what, token] of Object.entries(forged)) {
      const headers = { [name]: `Bearer ${token}` };
      const { status, json } = await deployment.http('GET', path, { key: '', headers });
      statuses[what] = [status, json.code];
    }
    const refused = [401, 'access-token-not-valid'];
    expect(statuses).toEqual(Object.fromEntries(Object.keys(forged).map((what) => [what, refused])));
  }
  expect(deployment.cloud.calls.since(mark)).toEqual([]);
  expect((await as(real, 'GET', '/v1/groups')).status).toBe(200);
});

test('without a credential: 401 that says how; an API key goes before a token', async () => {
  const without = await deployment.http('GET', '/v1/groups', { key: '' });
  expect(without.status).toBe(401);
  expect(without.headers.get('www-authenticate')).toBe('Bearer');
  const headers = { authorization: `Bearer ${await provider.token('alice')}` };
  expect((await deployment.http('GET', '/v1/groups', { key: 'nbk_wrong', headers })).status).toBe(401);
});

test('a new key of the provider is used, and the replaced one no longer', async () => {
  const before = await provider.token('alice');
  expect((await as(before, 'GET', '/v1/groups')).status).toBe(200);
  await provider.renewKey();
  deployment.clock.advance(11 * 60_000);
  expect((await as(await provider.token('alice'), 'GET', '/v1/groups')).status).toBe(200);
  expect((await as(before, 'GET', '/v1/groups')).status).toBe(401);
});

test('while the provider is away for long: 503, and API keys work', async () => {
  const token = await provider.token('alice');
  await provider.setAway(true);
  deployment.clock.advance(2 * 3_600_000);
  const away = await as(token, 'GET', '/v1/groups');
  expect([away.status, away.json.code]).toEqual([503, 'identity-provider-unavailable']);
  expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0);
  expect((await deployment.http('GET', '/v1/groups')).status).toBe(200);
  await provider.setAway(false);
  deployment.clock.advance(60_000);
  expect((await as(token, 'GET', '/v1/groups')).status).toBe(200);
});

test('an expired token is refused', async () => {
  const token = await provider.token('alice');
  deployment.clock.advance(13 * 3_600_000);
  const { status, json } = await as(token, 'GET', '/v1/groups');
  expect([status, json.detail]).toEqual([401, expect.stringContaining('expired')]);
});
