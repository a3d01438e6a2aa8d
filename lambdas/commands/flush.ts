/** Sends what a group has queued: after CONNECT RESPONSE, by the sweep, and after an answer that was waited for alone. */

import { isReserved, type Session } from '../groups/group.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Command, overdue } from './command.ts';
import { type DispatchContext, dispatch } from './dispatch.ts';
import { type Lane, laneOf } from './lanes.ts';

const PAGE = 100;
/** One flush ends well within the time-outs of those who call it; the sweep comes back for the rest. */
const FLUSH_MS = 10_000;
/** How long one command may keep the connection for itself. */
const ALONE_MS = 60_000;

/** Whether the connection still waits for the answer of another command. */
const carriesOthers = async ({ commands }: DispatchContext, groupId: string, { connectionId }: Session) =>
  (await commands.sent(groupId, PAGE)).items.some((command) => command.connectionId === connectionId);

/** A suspect goes out while nothing else does: if its answer breaks the connection, it is known whose it was. */
const sendAlone = async (context: DispatchContext, command: Command, session: Session): Promise<boolean> => {
  const { groups, clock } = context;
  const { groupId } = command;
  if (await carriesOthers(context, groupId, session)) return false;
  const now = clock();
  if (!(await groups.reserve(groupId, session.connectionId, now, now + ALONE_MS))) return true;
  const posted = await dispatch(context, command, session);
  if (posted !== 'accepted') await groups.release(groupId, session.connectionId);
  return true;
};

/** Sends one. `stop`: nothing more can be sent now, or the order would be lost if the next one went ahead. */
const sendNext = async (
  context: DispatchContext,
  command: Command,
): Promise<'done' | 'held-back' | 'stop'> => {
  const session = (await context.groups.get(command.groupId))?.session;
  if (!session?.ready || isReserved(session, context.clock())) return 'stop';
  if (command.alone) return (await sendAlone(context, command, session)) ? 'stop' : 'done';
  const posted = await dispatch(context, command, session);
  if (posted === 'held-back') return posted;
  return posted === 'gone' || posted === 'forbidden' || posted === 'throttled' ? 'stop' : 'done';
};

/** Sends what a group has queued, suspects first, then the oldest first, while its session stays ready. */
export const flush = async (context: DispatchContext, groupId: string): Promise<void> => {
  const until = context.clock() + FLUSH_MS;
  const heldBack = new Set<Lane>();
  let startAfter: Key | undefined;
  do {
    const page = await context.commands.queued(groupId, PAGE, startAfter);
    const current = page.items.filter(
      (command) => command.state === 'queued' && !overdue(command, context.clock()),
    );
    const suspects = current.filter(({ alone }) => alone);
    const others = current.filter(({ alone }) => !alone);
    for (const command of [...suspects, ...others]) {
      // What holds back the older one holds back the younger one, or their order would be lost.
      const lane = laneOf(command);
      if (heldBack.has(lane)) continue;
      if (context.clock() > until) return;
      const outcome = await sendNext(context, command);
      if (outcome === 'stop') return;
      if (outcome === 'held-back') heldBack.add(lane);
    }
    startAfter = page.lastKey;
  } while (startAfter);
};

/** After the answer to a command that had the connection to itself, or held others back: what waited for it goes out. */
export const resume = async (context: DispatchContext, answered: Command): Promise<void> => {
  const { groupId, connectionId, alone } = answered;
  if (alone && connectionId) await context.groups.release(groupId, connectionId);
  if (alone || laneOf(answered) !== 'safe') await flush(context, groupId);
};
