/** `/v1/groups/{groupId}/netbackup-credential`: the NetBackup API key that is put in place of ours. Write-only. */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import { sealCredential } from '../commands/seal.ts';
import { holdsApiKey } from '../platform/ids.ts';
import type { Vault } from '../platform/vault.ts';
import type { GroupsStore } from '../sessions/groups-store.ts';
import { type Env, groupIdSchema, problems, requireScope, unknownGroup } from './app.ts';
import type { KeysStore } from './keys.ts';

export interface CredentialContext {
  readonly keys: KeysStore;
  readonly groups: GroupsStore;
  readonly vault: Vault;
}

const credentialSchema = z
  .strictObject({
    apiKey: z
      .string()
      .regex(/^[!-~]{1,4096}$/, 'must be 1 to 4096 printable ASCII characters without blanks')
      .refine((text) => !holdsApiKey(text), "must be NetBackup's API key, not one of this endpoint"),
  })
  .openapi('NetBackupCredential');

export const credentialRoutes = (app: OpenAPIHono<Env>, { keys, groups, vault }: CredentialContext): void => {
  const path = '/v1/groups/{groupId}/netbackup-credential';
  const params = z.object({ groupId: groupIdSchema });
  app.openapi(
    createRoute({
      method: 'put',
      path,
      middleware: requireScope(keys, 'admin'),
      request: {
        params,
        body: { required: true, content: { 'application/json': { schema: credentialSchema } } },
      },
      responses: { 204: { description: 'Stored, encrypted. It is never shown again.' }, ...problems() },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const sealed = await sealCredential(vault, groupId, request.req.valid('json').apiKey);
      if (!(await groups.setCredential(groupId, sealed))) throw unknownGroup(groupId);
      return request.body(null, 204);
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path,
      middleware: requireScope(keys, 'admin'),
      request: { params },
      responses: { 204: { description: 'There is none any more.' }, ...problems() },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      if (!(await groups.setCredential(groupId, undefined))) throw unknownGroup(groupId);
      return request.body(null, 204);
    },
  );
};
