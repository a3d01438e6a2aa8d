/** Every minute: commands whose time has come. */
import { DUE_SHARDS } from './command.ts';
import { type DispatchContext, flush, settleOverdue } from './dispatch.ts';

const PAGE = 100;

/**
 * Moves every overdue command on, the longest overdue first, until done or `until` (epoch ms), and sends again what may be
 * sent again.
 */
export const sweepCommands = async (context: DispatchContext, until: number): Promise<void> => {
  const toFlush = new Set<string>();
  for (const shard of DUE_SHARDS) {
    for (;;) {
      if (context.clock() > until) return context.log.warn('sweep-out-of-time', { shard });
      const due = await context.commands.due(shard, context.clock(), PAGE);
      const moved = await Promise.all(due.map((command) => settleOverdue(context, command)));
      for (const command of moved) if (command.state === 'queued') toFlush.add(command.groupId);
      // The index trails the table: what was just moved may show once more, and must not keep us here.
      if (due.length < PAGE) break;
    }
  }
  for (const groupId of toFlush) await flush(context, groupId);
};
