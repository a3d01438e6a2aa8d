/** Hands stored commands to the gateway, each at most once per claim (I-4). */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../platform/clock.ts';
import type { Gateway, Posted } from '../platform/gateway/gateway.ts';
import type { Log } from '../platform/logger.ts';
import type { Vault } from '../platform/vault.ts';
import { type CommandCall, commandRequest } from '../protocol/messages.ts';
import type { Session } from '../sessions/group.ts';
import type { GroupsStore } from '../sessions/groups-store.ts';
import { type Command, overdue, whenLost } from './command.ts';
import type { CommandsStore } from './commands-store.ts';
import type { CommandState } from './states.ts';

export interface DispatchContext {
  readonly commands: CommandsStore;
  readonly groups: Pick<GroupsStore, 'get'>;
  readonly gateway: Gateway;
  readonly vault: Vault;
  readonly clock: Clock;
  readonly log: Log;
}

/** What belongs together under one seal: a sealed part opens as nothing else's. */
export const sealContext = (command: Pick<Command, 'commandId' | 'groupId'>, part: 'request' | 'body') => ({
  groupId: command.groupId,
  commandId: command.commandId,
  part,
});

type SealedParts = Pick<CommandCall, 'headers' | 'parameters'>;

/** The call as it goes out. Headers and body of a stored command are under seal. */
export const openCall = async (vault: Vault, command: Command): Promise<CommandCall> => {
  const { method, uri, sealedRequest } = command;
  if (!sealedRequest) throw new Error('The command has no request any more.');
  const text = await vault.open(sealedRequest, sealContext(command, 'request'));
  return { method, uri, ...(JSON.parse(text) as SealedParts) };
};

/** Moves a command on and says so. Undefined when somebody else moved it first. */
const settle = async (
  context: Pick<DispatchContext, 'commands' | 'clock' | 'log'>,
  command: Command,
  to: CommandState,
  reason: string,
): Promise<Command | undefined> => {
  const moved = await context.commands.move(command, to, reason, context.clock());
  const { commandId, groupId } = command;
  if (moved) context.log.info(`command-${to.replace('_', '-')}`, { commandId, groupId, reason });
  return moved;
};

/** Applies to a command what the clock says. Answers it as it stands now. */
export const settleOverdue = async (
  context: Pick<DispatchContext, 'commands' | 'clock' | 'log'>,
  command: Command,
): Promise<Command> => {
  const due = overdue(command, context.clock());
  if (!due) return command;
  const moved = await settle(context, command, due.to, due.reason);
  return moved ?? (await context.commands.get(command.commandId)) ?? command;
};

const afterPosting = (
  command: Command,
  posted: Posted,
  now: number,
): { to: CommandState; reason: string } | undefined => {
  switch (posted) {
    case 'accepted':
      return undefined;
    case 'too-large':
      return { to: 'failed', reason: 'the gateway refused the message as too large' };
    case 'unknown':
      return whenLost(command, now, 'the gateway did not say whether it took the message');
    default:
      return { to: 'queued', reason: `the gateway refused it: ${posted}` };
  }
};

/** Sends one queued command on a session that is ready. `call` is given where it is still at hand in the clear. */
export const dispatch = async (
  context: DispatchContext,
  queued: Command,
  session: Session,
  call?: CommandCall,
): Promise<Posted | 'not-claimed'> => {
  const { commands, gateway, vault, clock } = context;
  const outgoing = call ?? (await openCall(vault, queued));
  const claimed = await commands.claim(queued, randomUUID(), session.connectionId, clock());
  if (!claimed) return 'not-claimed';
  const text = commandRequest(claimed.commandId, outgoing, clock());
  const posted = await gateway.post(session.connectionId, text);
  const next = afterPosting(claimed, posted, clock());
  if (next) await settle(context, claimed, next.to, next.reason);
  return posted;
};

/** How many queued commands one flush takes on; the sweep comes back for the rest. */
const FLUSH_LIMIT = 100;

/** Sends what a group has queued, oldest first, while its session stays ready. */
export const flush = async (context: DispatchContext, groupId: string): Promise<void> => {
  const open = await context.commands.openOf(groupId, FLUSH_LIMIT);
  const queued = open.filter((command) => command.state === 'queued' && !overdue(command, context.clock()));
  for (const command of queued) {
    const session = (await context.groups.get(groupId))?.session;
    if (!session?.ready) return;
    const posted = await dispatch(context, command, session);
    // The connection takes nothing now: the order would be lost if the next one went ahead.
    if (posted === 'gone' || posted === 'forbidden' || posted === 'throttled') return;
  }
};

/** After a connection went away: what it carried gets its grace, then it is lost or sent again. */
export const connectionLost = async (
  context: Pick<DispatchContext, 'commands' | 'clock'>,
  groupId: string,
  connectionId: string,
): Promise<void> => {
  for (const command of await context.commands.openOf(groupId, FLUSH_LIMIT)) {
    if (command.state === 'sent' && command.connectionId === connectionId) {
      await context.commands.connectionLost(command, connectionId, context.clock());
    }
  }
};
