/** `/v1/groups/{groupId}/commands`: NetBackup REST calls through the WebSocket (contract CMD). */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Command } from '../commands/command.ts';
import { sealContext, settleOverdue } from '../commands/dispatch.ts';
import { isOpen } from '../commands/states.ts';
import { type SubmitContext, submit, waitForEnd } from '../commands/submit.ts';
import { seconds } from '../platform/clock.ts';
import { Problem } from '../platform/errors.ts';
import { isMessageId } from '../platform/ids.ts';
import type { GroupsStore } from '../sessions/groups-store.ts';
import { type Env, groupIdSchema, keyOf, problems, requireScope, unknownGroup } from './app.ts';
import { commandSchema, commandView } from './command-view.ts';
import type { KeysStore } from './keys.ts';
import { cursors, pageQuerySchema, pageSchema } from './paging.ts';

export interface CommandsContext extends SubmitContext {
  readonly keys: KeysStore;
  readonly groups: GroupsStore;
  readonly apiUrl: string;
}

const DAY_S = 86_400;
const requestSchema = z
  .object({
    method: z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE']),
    uri: z.string().min(1).max(8192),
    headers: z.record(z.string(), z.string()).default({}),
    body: z
      .unknown()
      .optional()
      .openapi({ description: 'The body as JSON. Or give it as text in `parameters`.' }),
    parameters: z.string().optional(),
    deliverWithin: z
      .int()
      .min(1)
      .max(DAY_S)
      .default(300)
      .openapi({ description: 'Seconds that it may stay queued.' }),
    executeWithin: z
      .int()
      .min(1)
      .max(3600)
      .default(300)
      .openapi({ description: 'Seconds from sending to the answer.' }),
    retry: z
      .enum(['safe', 'always'])
      .default('safe')
      .openapi({ description: 'always: may run twice if its fate is unknown.' }),
  })
  .refine(({ body, parameters }) => body === undefined || parameters === undefined, {
    message: 'give body or parameters, not both',
  })
  .openapi('CommandRequest');
type CommandRequest = z.infer<typeof requestSchema>;

const callOf = ({ method, uri, headers, body, parameters }: CommandRequest) => ({
  method,
  uri,
  headers,
  ...(parameters === undefined ? {} : { parameters }),
  ...(body === undefined ? {} : { parameters: JSON.stringify(body) }),
});

/** The longest that a request may wait here: API Gateway ends it after 30 s. */
const MOST_WAIT_S = 25;

/** RFC 7240 `Prefer: wait=N`, in seconds. */
export const waitOf = (prefer: string | undefined): number => {
  const found = /(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})/i.exec(prefer ?? '');
  return Math.min(Number(found?.[1] ?? 0), MOST_WAIT_S);
};

const commandAnswer = { content: { 'application/json': { schema: commandSchema } } };
const params = z.object({ groupId: groupIdSchema });
const itemParams = params.extend({ commandId: z.string() });

export const commandsRoutes = (app: OpenAPIHono<Env>, context: CommandsContext): void => {
  const { keys, groups, commands, vault, apiUrl, clock } = context;
  const locationOf = ({ groupId, commandId }: Command) =>
    `${apiUrl}/v1/groups/${groupId}/commands/${commandId}`;

  /** An answer under seal is handed over once, and then forgotten (I-6). */
  const show = async (command: Command) => {
    if (!command.sealedBody) return commandView(command);
    const body = await vault.open(command.sealedBody, sealContext(command, 'body'));
    return (await commands.delivered(command.commandId)) ? commandView(command, body) : commandView(command);
  };
  const find = async (groupId: string, commandId: string): Promise<Command> => {
    const command = isMessageId(commandId) ? await commands.get(commandId) : undefined;
    if (command?.groupId !== groupId || command.expiresAt <= seconds(clock())) {
      throw new Problem(404, 'command-not-found', `The group has no command ${JSON.stringify(commandId)}.`);
    }
    return settleOverdue(context, command);
  };

  app.openapi(
    createRoute({
      method: 'post',
      path: '/v1/groups/{groupId}/commands',
      middleware: requireScope(keys, 'command'),
      request: {
        params,
        headers: z.object({
          prefer: z.string().optional().openapi({ example: 'wait=10' }),
          'idempotency-key': z.string().min(1).max(255).optional(),
        }),
        body: { required: true, content: { 'application/json': { schema: requestSchema } } },
      },
      responses: {
        200: { description: 'It has ended within the time of Prefer: wait.', ...commandAnswer },
        202: { description: 'It is under way; Location tells where to look.', ...commandAnswer },
        ...problems(413, 422, 429),
      },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const wanted = request.req.valid('json');
      const headers = request.req.valid('header');
      const until = clock() + waitOf(headers.prefer) * 1000;
      const group = await groups.get(groupId);
      if (!group) throw unknownGroup(groupId);
      const idempotencyKey = headers['idempotency-key'];
      const submitted = await submit(context, group, {
        call: callOf(wanted),
        deliverWithin: wanted.deliverWithin * 1000,
        executeWithin: wanted.executeWithin * 1000,
        retry: wanted.retry,
        requestedBy: keyOf(request).keyId,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      });
      const command = await waitForEnd(context, submitted, until);
      const location = { location: locationOf(command) };
      if (isOpen(command.state) || waitOf(headers.prefer) === 0)
        return request.json(commandView(command), 202, location);
      return request.json(await show(command), 200, { ...location, 'cache-control': 'no-store' });
    },
  );

  app.openapi(
    createRoute({
      method: 'get',
      path: '/v1/groups/{groupId}/commands',
      middleware: requireScope(keys, 'command'),
      request: {
        params,
        query: pageQuerySchema.extend({ limit: z.coerce.number().int().min(1).max(100).default(50) }),
      },
      responses: {
        200: {
          description:
            'The commands of the group, the latest first, without the answers of calls for credentials.',
          content: { 'application/json': { schema: pageSchema(commandSchema) } },
        },
        ...problems(),
      },
    }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const { limit, cursor } = request.req.valid('query');
      const list = cursors(
        ['commands', groupId],
        { groupId },
        { commandId: z.string().refine(isMessageId), createdAt: z.iso.datetime() },
      );
      const startAfter = list.decode(cursor);
      if (!(await groups.get(groupId))) throw unknownGroup(groupId);
      const page = await commands.list(groupId, limit, startAfter);
      const current = page.items.filter((command) => command.expiresAt > seconds(clock()));
      return request.json(
        list.page(
          current.map((command) => commandView(command)),
          page.lastKey,
        ),
        200,
      );
    },
  );

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
      const command = await find(groupId, commandId);
      return request.json(await show(command), 200, { 'cache-control': 'no-store' });
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
      const cancelled =
        command.state === 'queued'
          ? await commands.move(command, 'cancelled', 'cancelled by its caller', clock())
          : undefined;
      if (!cancelled) {
        throw new Problem(409, 'command-not-queued', 'Only a command that is still queued can be cancelled.');
      }
      return request.json(commandView(cancelled), 200);
    },
  );
};
