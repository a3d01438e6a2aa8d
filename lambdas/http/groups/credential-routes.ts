/** `/v1/groups/{groupId}/netbackup-credential`: the NetBackup API key with which NetBackup is called. It is never returned. */
import type { OpenAPIHono } from '@hono/zod-openapi';
import { sealCredential } from '../../commands/seal.ts';
import type { GroupsStore } from '../../groups/groups-store.ts';
import { type Clock, isoTime } from '../../platform/clock.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import type { Vault } from '../../platform/vault.ts';
import { type Env, groupNotFound, keyOf } from '../app.ts';
import { groupRoute, type RouteContext, route } from '../route.ts';
import {
  deleteCredentialOperation,
  setCredentialOperation,
  showCredentialOperation,
} from './credential-operations.ts';

export interface CredentialContext extends RouteContext {
  readonly groups: GroupsStore;
  readonly vault: Vault;
  readonly clock: Clock;
}

export const credentialRoutes = (app: OpenAPIHono<Env>, context: CredentialContext): void => {
  const { groups, vault, clock } = context;

  route(app, context, 'admin', setCredentialOperation, async (request) => {
    const { groupId } = request.req.valid('param');
    const sealed = await sealCredential(vault, groupId, request.req.valid('json').apiKey);
    const stored = { ...sealed, storedAt: clock(), storedBy: keyOf(request).keyId };
    if (!(await groups.setCredential(groupId, stored))) throw groupNotFound(groupId);
    return request.body(null, 204);
  });

  groupRoute(
    app,
    context,
    'admin',
    showCredentialOperation,
    async (request, { groupId, netbackupCredential }) => {
      if (!netbackupCredential)
        throw new HttpProblem(
          404,
          'no-netbackup-credential',
          `The group ${groupId} has no NetBackup API key.`,
        );
      const { storedAt, storedBy } = netbackupCredential;
      const facts = { storedAt: storedAt === undefined ? undefined : isoTime(storedAt), storedBy };
      return request.json({ stored: true as const, ...omitUndefined(facts) }, 200);
    },
  );

  route(app, context, 'admin', deleteCredentialOperation, async (request) => {
    const { groupId } = request.req.valid('param');
    if (!(await groups.setCredential(groupId, undefined))) throw groupNotFound(groupId);
    return request.body(null, 204);
  });
};
