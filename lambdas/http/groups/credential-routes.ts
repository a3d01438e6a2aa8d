/** `/v1/groups/{groupId}/netbackup-credential`: the NetBackup API key that is put in place of ours. It is never answered. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { sealCredential } from '../../commands/seal.ts';
import type { GroupsStore } from '../../groups/groups-store.ts';
import { type Clock, isoTime } from '../../platform/clock.ts';
import { Problem } from '../../platform/errors.ts';
import type { Vault } from '../../platform/vault.ts';
import { type Env, keyOf, requireScope, unknownGroup } from '../app.ts';
import {
  deleteCredentialOperation,
  setCredentialOperation,
  showCredentialOperation,
} from '../commands/command-operations.ts';
import type { KeysStore } from '../keys-store.ts';

export interface CredentialContext {
  readonly keys: KeysStore;
  readonly groups: GroupsStore;
  readonly vault: Vault;
  readonly clock: Clock;
}

export const credentialRoutes = (app: OpenAPIHono<Env>, context: CredentialContext): void => {
  const { keys, groups, vault, clock } = context;

  app.openapi(
    createRoute({ ...setCredentialOperation, middleware: requireScope(keys, 'admin') }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const sealed = await sealCredential(vault, groupId, request.req.valid('json').apiKey);
      const stored = { ...sealed, storedAt: clock(), storedBy: keyOf(request).keyId };
      if (!(await groups.setCredential(groupId, stored))) throw unknownGroup(groupId);
      return request.body(null, 204);
    },
  );

  app.openapi(
    createRoute({ ...showCredentialOperation, middleware: requireScope(keys, 'admin') }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const group = await groups.get(groupId);
      if (!group) throw unknownGroup(groupId);
      const { netbackupCredential } = group;
      if (!netbackupCredential)
        throw new Problem(404, 'no-netbackup-credential', `The group ${groupId} has no NetBackup API key.`);
      const { storedAt, storedBy } = netbackupCredential;
      const facts = {
        ...(storedAt === undefined ? {} : { storedAt: isoTime(storedAt) }),
        ...(storedBy === undefined ? {} : { storedBy }),
      };
      return request.json({ stored: true as const, ...facts }, 200);
    },
  );

  app.openapi(
    createRoute({ ...deleteCredentialOperation, middleware: requireScope(keys, 'admin') }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      if (!(await groups.setCredential(groupId, undefined))) throw unknownGroup(groupId);
      return request.body(null, 204);
    },
  );
};
