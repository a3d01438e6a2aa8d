/** `/v1/groups/{groupId}/netbackup-credential`: the NetBackup API key that is put in place of ours. Write-only. */
import { createRoute, type OpenAPIHono } from '@hono/zod-openapi';
import { sealCredential } from '../../commands/seal.ts';
import type { Vault } from '../../platform/vault.ts';
import type { GroupsStore } from '../../sessions/groups-store.ts';
import { type Env, requireScope, unknownGroup } from '../app.ts';
import { deleteCredentialOperation, setCredentialOperation } from '../commands/command-operations.ts';
import type { KeysStore } from '../keys.ts';

export interface CredentialContext {
  readonly keys: KeysStore;
  readonly groups: GroupsStore;
  readonly vault: Vault;
}

export const credentialRoutes = (app: OpenAPIHono<Env>, { keys, groups, vault }: CredentialContext): void => {
  app.openapi(
    createRoute({ ...setCredentialOperation, middleware: requireScope(keys, 'admin') }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const sealed = await sealCredential(vault, groupId, request.req.valid('json').apiKey);
      if (!(await groups.setCredential(groupId, sealed))) throw unknownGroup(groupId);
      return request.body(null, 204);
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
