/** `/v1/groups/{groupId}/commands`: NetBackup REST calls through the WebSocket (contract CMD). */
import { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';
import type { Command } from '../../commands/command.ts';
import { deliver } from '../../commands/deliver.ts';
import { settle, settleOverdue } from '../../commands/dispatch.ts';
import { isOpen } from '../../commands/states.ts';
import { type SubmitContext, submit } from '../../commands/submit.ts';
import { waitForEnd } from '../../commands/wait-for-end.ts';
import { inWaitingRoom, waitOf } from '../../commands/waiting/waiting.ts';
import type { WaitingPlaces } from '../../commands/waiting/waiting-places-store.ts';
import type { GroupsStore } from '../../groups/groups-store.ts';
import { seconds } from '../../platform/clock.ts';
import { Problem } from '../../platform/errors.ts';
import { isMessageId } from '../../platform/ids.ts';
import { type Env, keyOf, requireScope, unknownGroup } from '../app.ts';
import { cursors } from '../cursors.ts';
import type { KeysStore } from '../keys-store.ts';
import { cancelOperation, listOperation, showOperation, submitOperation } from './command-operations.ts';
import { wishOf } from './command-request.ts';
import { commandLine, commandView } from './command-view.ts';

export interface CommandsContext extends SubmitContext {
  readonly keys: KeysStore;
  readonly groups: GroupsStore;
  readonly places: WaitingPlaces;
  readonly apiUrl: string;
}

export const locationOf = (apiUrl: string, { groupId, commandId }: Command): string =>
  `${apiUrl}/v1/groups/${groupId}/commands/${commandId}`;

const submitRoute = (app: OpenAPIHono<Env>, context: CommandsContext): void => {
  const { keys, groups, apiUrl, clock } = context;
  app.openapi(
    createRoute({ ...submitOperation, middleware: requireScope(keys, 'command') }),
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
          : await inWaitingRoom(context, groupId, until, async (admitted) =>
              waitForEnd(context, await submit(context, group, { ...wish, admitted }), until),
            );
      const location = { location: locationOf(apiUrl, command), 'cache-control': 'no-store' };
      if (wait === 0 || isOpen(command.state)) return request.json(commandLine(command), 202, location);
      return request.json(commandView(await deliver(context, command)), 200, location);
    },
  );
};

const listRoute = (app: OpenAPIHono<Env>, { keys, groups, commands, clock }: CommandsContext): void => {
  app.openapi(
    createRoute({ ...listOperation, middleware: requireScope(keys, 'command') }),
    async (request) => {
      const { groupId } = request.req.valid('param');
      const { limit, cursor, state, since, until } = request.req.valid('query');
      const list = cursors(
        ['commands', groupId, JSON.stringify({ state, since, until })],
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

/** Waits for a command that is under way already. @throws Problem 429 */
const sitOut = (context: CommandsContext, command: Command, until: number): Promise<Command> =>
  inWaitingRoom(context, command.groupId, until, async (admitted) => {
    await admitted();
    return waitForEnd(context, command, until);
  });

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
    createRoute({ ...showOperation, middleware: requireScope(keys, 'command') }),
    async (request) => {
      const { groupId, commandId } = request.req.valid('param');
      const wait = waitOf(request.req.valid('header').prefer) ?? 0;
      const until = clock() + wait * 1000;
      const found = await find(groupId, commandId);
      const latest = wait > 0 && isOpen(found.state) ? await sitOut(context, found, until) : found;
      const command = await deliver(context, latest);
      return request.json(commandView(command), 200, { 'cache-control': 'no-store' });
    },
  );

  app.openapi(
    createRoute({ ...cancelOperation, middleware: requireScope(keys, 'command') }),
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
