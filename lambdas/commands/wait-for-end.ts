/** Waits for the end of a command by polling: no event could wake the waiting function. */
import { pause } from '../platform/backoff.ts';
import type { Command } from './command.ts';
import { applyOverdueStep, type DispatchContext } from './dispatch.ts';
import { flush } from './flush.ts';
import { isOpen } from './states.ts';

/**
 * The pause before the next read is a fifth of the time waited so far: a response is seen at most a fifth later than it came, and
 * ten seconds of waiting cost some thirty reads.
 */
const SHARE = 0.2;
const SHORTEST_MS = 3;
const LONGEST_MS = 500;
/** A deferred command has no timer: the request that waits for it tries to send it. */
const FLUSH_EVERY_MS = 1_000;

/** Waits until a command has ended, at most until `until` (epoch ms). Returns its latest state. */
export const waitForEnd = async (
  context: DispatchContext,
  command: Command,
  until: number,
): Promise<Command> => {
  const start = context.clock();
  let latest = command;
  let flushedAt = start;
  while (isOpen(latest.state)) {
    const now = context.clock();
    if (now >= until) break;
    const next = Math.min(Math.max((now - start) * SHARE, SHORTEST_MS), LONGEST_MS);
    await pause(Math.min(until - now, next));
    const read = await context.commands.getEventually(command.commandId);
    // Another time of creation: an expired command of the same Idempotency-Key, which this one has replaced.
    if (read?.createdAt === command.createdAt) latest = await applyOverdueStep(context, read);
    if (latest.state === 'queued' && now - flushedAt >= FLUSH_EVERY_MS) {
      flushedAt = now;
      await flush(context, latest.groupId);
    }
  }
  return latest;
};
