/** `/v1/groups/{groupId}/commands`: NetBackup REST calls through the WebSocket (contract CMD). */
import { type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Command } from '../../commands/command.ts';
import type { CommandsStore } from '../../commands/commands-store.ts';
import { applyOverdueStep, applyStep } from '../../commands/dispatch.ts';
import type { GroupCredentialContext } from '../../commands/group-credential.ts';
import { type DeliverContext, deliverBody } from '../../commands/large/deliver-body.ts';
import type { LargeResponses } from '../../commands/large/large-responses.ts';
import { fitsAsMember } from '../../commands/large/payload.ts';
import type { SubmitContext } from '../../commands/prepare-command.ts';
import { type ReadOnceContext, readResponseOnce } from '../../commands/read-response-once.ts';
import { isOpen } from '../../commands/states.ts';
import { submit, submitAndWait } from '../../commands/submit.ts';
import { waitForEnd } from '../../commands/wait-for-end.ts';
import { waitOf, withWaitingSlot } from '../../commands/waiting/waiting.ts';
import type { WaitingSlots } from '../../commands/waiting/waiting-slots-store.ts';
import type { GroupsStore } from '../../groups/groups-store.ts';
import { seconds } from '../../platform/clock.ts';
import { HttpProblem } from '../../platform/errors.ts';
import { isMessageId } from '../../platform/ids.ts';
import { type Env, keyOf } from '../app.ts';
import { cursors } from '../cursors.ts';
import { problemOf } from '../errors.ts';
import { groupRoute, type RouteContext, route } from '../route.ts';
import { requireCredentialScope, withCredentialOf } from './command-credential.ts';
import { cancelOperation, listOperation, showOperation, submitOperation } from './command-operations.ts';
import { toCommandRequest } from './command-request.ts';
import { commandLine, commandView, type Reader, seesResponse } from './command-view.ts';

export interface CommandsContext
  extends SubmitContext,
    RouteContext,
    GroupCredentialContext,
    ReadOnceContext,
    DeliverContext {
  readonly groups: GroupsStore;
  readonly commands: CommandsStore;
  /** Absent without a bucket. */
  readonly large?: LargeResponses | undefined;
  readonly waitingSlots: WaitingSlots;
  readonly apiUrl: string;
}

export const locationOf = (apiUrl: string, { groupId, commandId }: Command): string =>
  `${apiUrl}/v1/groups/${groupId}/commands/${commandId}`;

/** The command as its reader may see it, with the body of its response or the body's location. */
const answered = async (context: ReadOnceContext & DeliverContext, command: Command, reader: Reader) => {
  const read = await readResponseOnce(context, command, reader.keyId);
  return commandView(
    seesResponse(read, reader) ? await deliverBody(context, read, fitsAsMember) : read,
    reader,
  );
};

const submitRoute = (app: OpenAPIHono<Env>, context: CommandsContext): void => {
  const { apiUrl, clock } = context;
  groupRoute(app, context, 'command', submitOperation, async (request, group) => {
    const headers = request.req.valid('header');
    const wait = waitOf(headers.prefer) ?? 0;
    const until = clock() + wait * 1000;
    const key = keyOf(request);
    const body = request.req.valid('json');
    requireCredentialScope(key, body);
    const asked = toCommandRequest(body, key.keyId, headers['idempotency-key']);
    const wanted = await withCredentialOf(context, group, asked, body);
    const command =
      wait === 0 ? await submit(context, group, wanted) : await submitAndWait(context, group, wanted, until);
    const location = { location: locationOf(apiUrl, command) };
    if (wait === 0 || isOpen(command.state)) return request.json(commandLine(command, key), 202, location);
    return request.json(await answered(context, command, key), 200, location);
  });
};

const listRoute = (app: OpenAPIHono<Env>, context: CommandsContext): void => {
  const { commands, clock } = context;
  groupRoute(app, context, 'command', listOperation, async (request, { groupId }) => {
    const { limit, cursor, state, since, until } = request.req.valid('query');
    const list = cursors(
      ['commands', groupId, JSON.stringify({ state, since, until })],
      { groupId },
      { commandId: z.string().refine(isMessageId), createdAt: z.iso.datetime() },
    );
    const startAfter = list.decode(cursor);
    const page = await commands.list(groupId, limit, { since, until }, startAfter);
    const shown = page.items.filter(
      (command) => command.expiresAt > seconds(clock()) && (state === undefined || command.state === state),
    );
    const lines = shown.map((command) => commandLine(command, keyOf(request)));
    return request.json(list.page(lines, page.lastKey), 200);
  });
};

const itemRoutes = (app: OpenAPIHono<Env>, context: CommandsContext): void => {
  const { commands, clock } = context;
  const find = async (groupId: string, commandId: string): Promise<Command> => {
    const command = isMessageId(commandId) ? await commands.get(commandId) : undefined;
    if (command?.groupId !== groupId || command.expiresAt <= seconds(clock())) {
      throw new HttpProblem(
        404,
        'command-not-found',
        `The group has no command ${JSON.stringify(commandId)}.`,
      );
    }
    return applyOverdueStep(context, command);
  };

  route(app, context, 'command', showOperation, async (request) => {
    const { groupId, commandId } = request.req.valid('param');
    const wait = waitOf(request.req.valid('header').prefer) ?? 0;
    const until = clock() + wait * 1000;
    const found = await find(groupId, commandId);
    const latest =
      wait > 0 && isOpen(found.state)
        ? await withWaitingSlot(context, groupId, until, () => waitForEnd(context, found, until))
        : found;
    return request.json(await answered(context, latest, keyOf(request)), 200);
  });

  route(app, context, 'command', cancelOperation, async (request) => {
    const { groupId, commandId } = request.req.valid('param');
    const command = await find(groupId, commandId);
    const step = { to: 'cancelled', reason: 'cancelled by its caller' } as const;
    const cancelled = command.state === 'queued' ? await applyStep(context, command, step) : undefined;
    if (!cancelled) {
      throw problemOf('409 command-not-queued');
    }
    return request.json(commandView(cancelled, keyOf(request)), 200);
  });
};

export const commandsRoutes = (app: OpenAPIHono<Env>, context: CommandsContext): void => {
  submitRoute(app, context);
  listRoute(app, context);
  itemRoutes(app, context);
};
