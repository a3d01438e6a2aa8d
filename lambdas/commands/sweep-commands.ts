/** Every minute: commands whose time has come. */
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Command, DUE_SHARDS } from './command.ts';
import { type DispatchContext, settleOverdue } from './dispatch.ts';
import { flush } from './flush.ts';
import { publishEnd } from './publish-end.ts';
import { isOpen } from './states.ts';

const PAGE = 100;

/** One that fails must not keep the others from their turn; it is due again in a minute. */
const sweepOne = async (context: DispatchContext, command: Command): Promise<Command> => {
  try {
    if (isOpen(command.state)) return await settleOverdue(context, command);
    await publishEnd(context, command);
    return command;
  } catch (error) {
    context.log.error('command-not-swept', error, { commandId: command.commandId });
    return command;
  }
};

/**
 * Moves every overdue command on, the longest overdue first, until done or `until` (epoch ms), publishes ends that nobody
 * published, and sends again what may be sent again.
 */
export const sweepCommands = async (context: DispatchContext, until: number): Promise<void> => {
  const toFlush = new Set<string>();
  for (const shard of DUE_SHARDS) {
    let startAfter: Key | undefined;
    do {
      if (context.clock() > until) return context.log.warn('sweep-out-of-time', { shard });
      const due = await context.commands.due(shard, context.clock(), PAGE, startAfter);
      const moved = await Promise.all(due.items.map((command) => sweepOne(context, command)));
      for (const { state, groupId } of moved) if (state === 'queued') toFlush.add(groupId);
      startAfter = due.lastKey;
    } while (startAfter);
  }
  for (const groupId of toFlush) await flush(context, groupId);
};
