/** Sends a group's queued commands: after CONNECT RESPONSE, by the sweep, and after a response that others had to wait for. */
import { isReserved, type Session } from '../groups/group.ts';
import { allPages } from '../platform/dynamodb/pages.ts';
import { limitsOf } from '../platform/gateway/kinds.ts';
import { type Command, overdue } from './command.ts';
import { type DispatchContext, dispatch } from './dispatch.ts';
import { type Lane, laneOf } from './lanes.ts';

const PAGE = 100;
/** A flush ends well within the time-outs of its callers; the sweep sends the rest. */
const FLUSH_MS = 10_000;
/** How long the connection is reserved for one command. */
const RESERVED_MS = 60_000;

/** Whether other commands are under way on the connection. */
const isBusy = async ({ commands }: DispatchContext, groupId: string, { connectionId }: Session) =>
  (await commands.sent(groupId, PAGE)).items.some((command) => command.connectionId === connectionId);

/** Reserves the connection for one command: if a message is too large meanwhile, it is the response to this command. */
const sendExclusively = async (
  context: DispatchContext,
  command: Command,
  session: Session,
): Promise<boolean> => {
  const { groups, clock } = context;
  const { groupId } = command;
  if (await isBusy(context, groupId, session)) return false;
  const now = clock();
  if (!(await groups.reserve(groupId, session.connectionId, now, now + RESERVED_MS))) return true;
  const posted = await dispatch(context, command, session);
  if (posted !== 'accepted') await groups.release(groupId, session.connectionId);
  return true;
};

/** Sends one command. `stop`: no more can be sent now, or the next one would overtake this one. */
const sendNext = async (
  context: DispatchContext,
  command: Command,
): Promise<'done' | 'deferred' | 'stop'> => {
  const session = (await context.groups.get(command.groupId))?.session;
  if (!session?.ready || isReserved(session, context.clock())) return 'stop';
  if (command.isExclusive && limitsOf(session.connectionId).areResponsesTight)
    return (await sendExclusively(context, command, session)) ? 'stop' : 'done';
  const posted = await dispatch(context, command, session);
  if (posted === 'deferred') return posted;
  return posted === 'gone' || posted === 'forbidden' || posted === 'throttled' ? 'stop' : 'done';
};

/** Sends a group's queued commands, exclusive ones first, then the oldest first, while its session stays ready. */
export const flush = async (context: DispatchContext, groupId: string): Promise<void> => {
  const until = context.clock() + FLUSH_MS;
  const deferred = new Set<Lane>();
  for await (const page of allPages((startAfter) => context.commands.queued(groupId, PAGE, startAfter))) {
    const current = page.filter(
      (command) => command.state === 'queued' && !overdue(command, context.clock()),
    );
    const exclusive = current.filter(({ isExclusive }) => isExclusive);
    const others = current.filter(({ isExclusive }) => !isExclusive);
    for (const command of [...exclusive, ...others]) {
      // After a deferred command, later ones of its lane wait too, to keep their order.
      const lane = laneOf(command);
      if (deferred.has(lane)) continue;
      if (context.clock() > until) return;
      const outcome = await sendNext(context, command);
      if (outcome === 'stop') return;
      if (outcome === 'deferred') deferred.add(lane);
    }
  }
};

/** After the response to a command that was exclusive, or that excluded others: sends the commands that waited for it. */
export const flushAfterResponse = async (context: DispatchContext, command: Command): Promise<void> => {
  const { groupId, connectionId, isExclusive } = command;
  if (connectionId !== undefined && !limitsOf(connectionId).areResponsesTight) return;
  if (isExclusive && connectionId) await context.groups.release(groupId, connectionId);
  if (isExclusive || laneOf(command) !== 'safe') await flush(context, groupId);
};
