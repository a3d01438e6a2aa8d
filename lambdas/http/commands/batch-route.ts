/** `POST /v1/commands`: one call to many NetBackup domains, one result for each. */
import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi';
import { submit } from '../../commands/submit.ts';
import type { Group } from '../../groups/group.ts';
import { Problem } from '../../platform/errors.ts';
import { type Env, groupIdSchema, keyOf, requireScope, unknownGroup } from '../app.ts';
import { cursors } from '../cursors.ts';
import { pageOfKey } from '../groups-of-key.ts';
import { type ApiKey, maySee } from '../keys-store.ts';
import { batchOperation, type batchResultSchema } from './command-operations.ts';
import { MAX_GROUPS, wishOf } from './command-request.ts';
import { commandLine } from './command-view.ts';
import { type CommandsContext, locationOf } from './commands-routes.ts';

type Result = z.infer<typeof batchResultSchema>;

const PARALLEL = 10;

const refusal = (groupId: string, { status, code, message }: Problem): Result => ({
  groupId,
  status,
  problem: { code, detail: message },
});

/** Runs a task for each item, some at a time; results in the order of the items. */
const forEachInParallel = async <T, R>(items: readonly T[], task: (item: T) => Promise<R>): Promise<R[]> => {
  const results: R[] = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [index, item] of queue) results[index] = await task(item);
  };
  await Promise.all(Array.from({ length: Math.min(PARALLEL, items.length) }, worker));
  return results;
};

export const batchRoute = (app: OpenAPIHono<Env>, context: CommandsContext): void => {
  const { keys, groups, apiUrl, log } = context;

  /** The groups that a request names; `all` goes page by page. */
  const namedGroups = async (key: ApiKey, named: 'all' | string[], cursor: string | undefined) => {
    if (named !== 'all') return { groupIds: [...new Set(named)] };
    const list = cursors(['batch'], { kind: 'group' }, { groupId: groupIdSchema });
    const startAfter = list.decode(cursor);
    const page = key.groups.includes('*')
      ? await groups.list(MAX_GROUPS, startAfter)
      : pageOfKey(key, MAX_GROUPS, startAfter);
    const { items, cursor: next } = list.page(page.items, page.lastKey);
    return { groupIds: items.map(({ groupId }) => groupId), next };
  };

  app.openapi(
    createRoute({ ...batchOperation, middleware: requireScope(keys, 'command') }),
    async (request) => {
      const { groups: named, cursor, ...wanted } = request.req.valid('json');
      const key = keyOf(request);
      const wish = wishOf(wanted, key.keyId, request.req.valid('header')['idempotency-key']);
      const { groupIds, next } = await namedGroups(key, named, cursor);
      const visible = groupIds.filter((groupId) => maySee(key, groupId));
      const found = new Map((await groups.getMany(visible)).map((group) => [group.groupId, group]));
      const send = async (groupId: string, group: Group | undefined): Promise<Result> => {
        if (!group) return refusal(groupId, unknownGroup(groupId));
        try {
          const command = await submit(context, group, wish);
          return {
            groupId,
            status: 202,
            location: locationOf(apiUrl, command),
            command: commandLine(command),
          };
        } catch (error) {
          if (error instanceof Problem) return refusal(groupId, error);
          // The others' results must not be lost over this one.
          log.error('batch-item-failed', error, { groupId });
          return refusal(groupId, new Problem(500, 'internal-error', 'Something failed on our side.'));
        }
      };
      const items = await forEachInParallel(groupIds, (groupId) => send(groupId, found.get(groupId)));
      return request.json({ items, ...(next === undefined ? {} : { cursor: next }) }, 200);
    },
  );
};
