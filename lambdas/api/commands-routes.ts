/** `/v1/groups/{groupId}/commands`: NetBackup REST calls through the WebSocket (contract CMD). */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Command } from '../commands/command.ts';
import { deliver } from '../commands/deliver.ts';
import { settle, settleOverdue } from '../commands/dispatch.ts';
import { isOpen } from '../commands/states.ts';
import { type SubmitContext, submit } from '../commands/submit.ts';
import { waitForEnd } from '../commands/wait.ts';
import type { WaitingRoom } from '../commands/waiting-room.ts';
import { seconds } from '../platform/clock.ts';
import { Problem } from '../platform/errors.ts';
import { isMessageId } from '../platform/ids.ts';
import type { GroupsStore } from '../sessions/groups-store.ts';
import { type Env, groupIdSchema, keyOf, problems, requireScope, unknownGroup } from './app.ts';
import { commandRequestSchema, idempotencyKeySchema, wishOf } from './command-request.ts';
import { commandLine, commandSchema, commandView, STATES } from './command-view.ts';
import type { KeysStore } from './keys.ts';
import { cursors, pageQuerySchema, pageSchema } from './paging.ts';
import { inWaitingRoom, waitOf } from './waiting.ts';

export interface CommandsContext extends SubmitContext {
  readonly keys: KeysStore;
  readonly groups: GroupsStore;
  readonly room: WaitingRoom;
  readonly apiUrl: string;
}

export const locationOf = (apiUrl: string, { groupId, commandId }: Command): string =>
  `${apiUrl}/v1/groups/${groupId}/commands/${commandId}`;

const commandAnswer = { content: { 'application/json': { schema: commandSchema } } };
const params = z.object({ groupId: groupIdSchema });
const itemParams = params.extend({ commandId: z.string() });

const submitRoute = (app: OpenAPIHono<Env>, context: CommandsContext): void => {
  const { keys, groups, apiUrl, clock } = context;
  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/groups/{groupId}/commands',
      middleware: requireScope(keys, 'command'),
      request: {
        params,
        headers: z.object({
          prefer: z.string().optional().openapi({ example: 'wait=10' }),
          'idempotency-key': idempotencyKeySchema.optional(),
        }),
        body: { required: true, content: { 'application/json': { schema: commandRequestSchema } } },
      },
      responses: {
        200: { description: 'It has ended within the time of Prefer: wait.', ...commandAnswer },
        202: { description: 'It is under way; Location tells where to look.', ...commandAnswer },
        ...problems(413, 422, 429, 503),
      },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const headers = request.req.valid('header');
      const wait = waitOf(headers.prefer) ?? 0;
      const until = clock() + wait * 1000;
      const wish = wishOf(request.req.valid('json'), keyOf(request).keyId, headers['idempotency-key']);
      const group = await groups.get(groupId);
      if (!group) throw unknownGroup(groupId);
      const command =
        wait === 0
          ? await submit(context, group, wish)
          : await inWaitingRoom(context, until, async () =>
              waitForEnd(context, await submit(context, group, wish), until),
            );
      const location = { location: locationOf(apiUrl, command), 'cache-control': 'no-store' };
      if (wait === 0 || isOpen(command.state)) return request.json(commandLine(command), 202, location);
      return request.json(commandView(await deliver(context, command)), 200, location);
    },
  );
};

const listQuerySchema = pageQuerySchema.extend({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  state: z.enum(STATES).optional(),
  since: z.iso.datetime().optional(),
  until: z.iso.datetime().optional(),
});

const listRoute = (app: OpenAPIHono<Env>, { keys, groups, commands, clock }: CommandsContext): void => {
  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/commands',
      middleware: requireScope(keys, 'command'),
      request: { params, query: listQuerySchema },
      responses: {
        200: {
          description:
            'The commands of the group, the latest first, without the bodies of their answers. With `state` a page may hold fewer than `limit`, or none: go on while there is a cursor.',
          content: { 'application/json': { schema: pageSchema(commandSchema) } },
        },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const { limit, cursor, state, since, until } = request.req.valid('query');
      const list = cursors(
        ['commands', groupId, state ?? '', since ?? '', until ?? ''],
        { groupId },
        { commandId: z.string().refine(isMessageId), createdAt: z.iso.datetime() },
      );
      const startAfter = list.decode(cursor);
      if (!(await groups.get(groupId))) throw unknownGroup(groupId);
      const page = await commands.list(groupId, limit, { since, until }, startAfter);
      const shown = page.items.filter(
        (command) => command.expiresAt > seconds(clock()) && (state === undefined || command.state === state),
      );
      return request.json(list.page(shown.map(commandLine), page.lastKey), 200);
    },
  );
};

const itemRoutes = (app: OpenAPIHono<Env>, context: CommandsContext): void => {
  const { keys, commands, clock } = context;
  const find = async (groupId: string, commandId: string): Promise<Command> => {
    const command = isMessageId(commandId) ? await commands.get(commandId) : undefined;
    if (command?.groupId !== groupId || command.expiresAt <= seconds(clock())) {
      throw new Problem(404, 'command-not-found', `The group has no command ${JSON.stringify(commandId)}.`);
    }
    return settleOverdue(context, command);
  };

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/commands/{commandId}',
      middleware: requireScope(keys, 'command'),
      request: { params: itemParams },
      responses: { 200: { description: 'The command.', ...commandAnswer }, ...problems() },
    }),
    async (request) => {
      const { groupId, commandId } = request.req.valid('param');
      const command = await deliver(context, await find(groupId, commandId));
      return request.json(commandView(command), 200, { 'cache-control': 'no-store' });
    },
  );

  app.openapi(
    createRoute({
      method: 'delete',
      path: '/v1/groups/{groupId}/commands/{commandId}',
      middleware: requireScope(keys, 'command'),
      request: { params: itemParams },
      responses: { 200: { description: 'Cancelled.', ...commandAnswer }, ...problems(409) },
    }),
    async (request) => {
      const { groupId, commandId } = request.req.valid('param');
      const command = await find(groupId, commandId);
      const step = { to: 'cancelled', reason: 'cancelled by its caller' } as const;
      const cancelled = command.state === 'queued' ? await settle(context, command, step) : undefined;
      if (!cancelled) {
        throw new Problem(409, 'command-not-queued', 'Only a command that is still queued can be cancelled.');
      }
      return request.json(commandView(cancelled), 200);
    },
  );
};

export const commandsRoutes = (app: OpenAPIHono<Env>, context: CommandsContext): void => {
  submitRoute(app, context);
  listRoute(app, context);
  itemRoutes(app, context);
};
