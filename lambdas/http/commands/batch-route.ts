/** `POST /v1/commands`: the same call to many NetBackup domains, with a result for each. */
import type { OpenAPIHono, z } from '@hono/zod-openapi';
import { digestOf } from '../../commands/idempotency.ts';
import type { CommandRequest } from '../../commands/prepare-command.ts';
import { submit } from '../../commands/submit.ts';
import type { Group } from '../../groups/group.ts';
import { forEachInParallel } from '../../platform/collections.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';
import { type Env, groupNotFound, internalError, keyOf } from '../app.ts';
import { groupCursors, visibleGroups } from '../groups-of-key.ts';
import { maySee, type Principal } from '../rights.ts';
import { route } from '../route.ts';
import { requireCredentialScope, withCredentialOf } from './command-credential.ts';
import { batchOperation, type batchResultSchema } from './command-operations.ts';
import { MAX_GROUPS, termsOf, toCommandRequest } from './command-request.ts';
import { commandLine } from './command-view.ts';
import { type CommandsContext, locationOf } from './commands-routes.ts';

type Result = z.infer<typeof batchResultSchema>;

const refused = (groupId: string, { status, code, message }: HttpProblem): Result => ({
  groupId,
  status,
  problem: { code, detail: message },
});

export const batchRoute = (app: OpenAPIHono<Env>, context: CommandsContext): void => {
  const { groups, apiUrl, log } = context;

  /** The ids of the groups that a request names, for `all` a page of them. A cursor is for the same command only. */
  const namedGroups = async (
    key: Principal,
    named: 'all' | string[],
    cursor: string | undefined,
    request: CommandRequest,
    credential: 'group' | undefined,
  ) => {
    if (named !== 'all') return { groupIds: [...new Set(named)] };
    const digest = digestOf(request.call, key.keyId, termsOf(request, credential));
    const list = groupCursors(['batch', digest]);
    const page = await visibleGroups(groups, key, MAX_GROUPS, list.decode(cursor));
    const { items, cursor: next } = list.page(page.items, page.lastKey);
    return { groupIds: items.map(({ groupId }) => groupId), next };
  };

  route(app, context, 'command', batchOperation, async (request) => {
    const { groups: named, cursor, ...wanted } = request.req.valid('json');
    const key = keyOf(request);
    requireCredentialScope(key, wanted);
    const commandRequest = toCommandRequest(
      wanted,
      key.keyId,
      request.req.valid('header')['idempotency-key'],
    );
    const { groupIds, next } = await namedGroups(key, named, cursor, commandRequest, wanted.credential);
    // If the labels of the groups decide what the key may see, the groups must be read first.
    const possible = key.labels ? groupIds : groupIds.filter((groupId) => maySee(key, { groupId }));
    const visible = (await groups.getMany(possible)).filter((group) => maySee(key, group));
    const found = new Map(visible.map((group) => [group.groupId, group]));
    const send = async (groupId: string, group: Group | undefined): Promise<Result> => {
      if (!group) return refused(groupId, groupNotFound(groupId));
      try {
        const request = await withCredentialOf(context, group, commandRequest, wanted);
        const command = await submit(context, group, request);
        return {
          groupId,
          status: 202,
          location: locationOf(apiUrl, command),
          command: commandLine(command, key),
        };
      } catch (error) {
        if (error instanceof HttpProblem) return refused(groupId, error);
        // A failure must not lose the results of the other groups.
        log.error('batch-item-failed', error, { groupId });
        return refused(groupId, internalError());
      }
    };
    const items: Result[] = [];
    await forEachInParallel([...groupIds.entries()], async ([index, groupId]) => {
      items[index] = await send(groupId, found.get(groupId));
    });
    return request.json({ items, ...omitUndefined({ cursor: next }) }, 200);
  });
};
