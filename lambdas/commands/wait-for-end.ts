/** Waiting for the end of a command. There is nobody to wake the one who waits, so it looks again and again. */
import type { Command } from './command.ts';
import { type DispatchContext, settleOverdue } from './dispatch.ts';
import { flush } from './flush.ts';
import { isOpen } from './states.ts';

/**
 * The next look comes after a fifth of the time that has gone by: an answer is seen at most a fifth later than it came,
 * and ten seconds of waiting cost some thirty reads.
 */
const SHARE = 0.2;
const SHORTEST_MS = 3;
const LONGEST_MS = 500;
/** Nobody tells when what held it back has waited long enough: whoever waits for it tries to send it. */
const SEND_AGAIN_MS = 1_000;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Waits until a command has ended or `until` (epoch ms) has come. Answers it as it then stands. */
export const waitForEnd = async (
  context: DispatchContext,
  command: Command,
  until: number,
): Promise<Command> => {
  const start = context.clock();
  let latest = command;
  let triedAt = start;
  while (isOpen(latest.state)) {
    const now = context.clock();
    if (now >= until) break;
    const next = Math.min(Math.max((now - start) * SHARE, SHORTEST_MS), LONGEST_MS);
    await pause(Math.min(until - now, next));
    const read = await context.commands.getEventually(command.commandId);
    if (read) latest = await settleOverdue(context, read);
    if (latest.state === 'queued' && now - triedAt >= SEND_AGAIN_MS) {
      triedAt = now;
      await flush(context, latest.groupId);
    }
  }
  return latest;
};
