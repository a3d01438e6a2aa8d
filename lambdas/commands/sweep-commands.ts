/** Handles the commands that are due, every minute. */
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Command, DUE_SHARDS } from './command.ts';
import { applyOverdueStep, type DispatchContext } from './dispatch.ts';
import { flush } from './flush.ts';
import { publishEnd } from './publish-end.ts';
import { isOpen } from './states.ts';

const PAGE = 100;

/** A failure must not stop the sweep of other commands; the failed one is due again in a minute. */
const sweepOne = async (context: DispatchContext, command: Command): Promise<Command> => {
  try {
    if (isOpen(command.state)) return await applyOverdueStep(context, command);
    await publishEnd(context, command);
    return command;
  } catch (error) {
    context.log.error('command-not-swept', error, { commandId: command.commandId });
    return command;
  }
};

/**
 * Applies the deadlines of commands, the longest overdue first, until done or `until` (epoch ms), publishes ends that are not
 * published yet, and sends what is queued again.
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
  for (const groupId of toFlush) {
    // A flush may take ten seconds. Other flushes are done when their connections are checked.
    if (context.clock() > until) return context.log.warn('sweep-out-of-time', { part: 'flush' });
    await flush(context, groupId);
  }
};
