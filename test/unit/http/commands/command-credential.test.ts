/** `credential: group`: the call gets the NetBackup API key that is stored for its group, or it is refused. */
import { injectRules } from '../../../../lambdas/commands/inject-paths.ts';
import { sealCredential } from '../../../../lambdas/commands/seal.ts';
import {
  requireCredentialScope,
  withCredentialOf,
} from '../../../../lambdas/http/commands/command-credential.ts';
import { commandRequestSchema, toCommandRequest } from '../../../../lambdas/http/commands/command-request.ts';
import type { Scope } from '../../../../lambdas/http/rights.ts';
import { fakeVault } from '../../../support/fakes.ts';

const context = { vault: fakeVault, injectRules: injectRules('default') };
const RESTART = { method: 'POST', uri: '/netbackup/admin/jobs/7/restart' } as const;

const requestOf = (body: object) => toCommandRequest(commandRequestSchema.parse(body), 'key', 'once');
const groupWith = async (apiKey?: string) => ({
  groupId: 'demo',
  kind: 'group' as const,
  createdAt: 0,
  epoch: 1,
  ...(apiKey && { netbackupCredential: await sealCredential(fakeVault, 'demo', apiKey) }),
});
const sent = async (body: object, apiKey?: string) =>
  (await withCredentialOf(context, await groupWith(apiKey), requestOf(body), { credential: 'group' })).call;

it('the call gets the key of its group', async () => {
  expect((await sent(RESTART, 'planted-key')).headers).toEqual({ Authorization: 'planted-key' });
});

it('a path without a credential gets none', async () => {
  expect((await sent({ method: 'GET', uri: '/netbackup/ping' })).headers).toEqual({});
});

it('without it, the call is the caller’s own', async () => {
  const request = requestOf(RESTART);
  expect(await withCredentialOf(context, await groupWith('planted-key'), request, {})).toBe(request);
});

it.each<[object, string | undefined, string]>([
  [RESTART, undefined, 'no-netbackup-credential'],
  [{ method: 'POST', uri: '/netbackup/security/api-keys' }, 'planted-key', 'path-not-allowed'],
  [{ method: 'DELETE', uri: '/netbackup/admin/jobs/7' }, 'planted-key', 'path-not-allowed'],
  [{ method: 'POST', uri: '/netbackup/admin/../login' }, 'planted-key', 'uri-not-allowed'],
])('%j with the stored key %s is refused: %s', async (body, apiKey, code) => {
  await expect(sent(body, apiKey)).rejects.toMatchObject({ code });
});

it.each<[Scope, boolean]>([
  ['read', false],
  ['command', false],
  ['inject', true],
  ['admin', true],
])('a key with the scope %s may ask for it: %s', (scope, isAllowed) => {
  const ask = () =>
    requireCredentialScope({ keyId: 'key', scopes: [scope], groups: [] }, { credential: 'group' });
  if (isAllowed) expect(ask).not.toThrow();
  else expect(ask).toThrow(expect.objectContaining({ status: 403, code: 'scope-missing' }));
});

it('a request has one credential', () => {
  const both = { ...RESTART, credential: 'group', headers: { authorization: 'mine' } };
  expect(commandRequestSchema.safeParse(both).success).toBe(false);
});

it('the same Idempotency-Key with another credential is another request', () => {
  const [own, group] = [requestOf(RESTART), requestOf({ ...RESTART, credential: 'group' })];
  expect(own.idempotency?.digest).not.toBe(group.idempotency?.digest);
});
