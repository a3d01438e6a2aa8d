/** What the caller of NetBackup's API is told when there is no answer. Pure. */

import { isOpen } from '../commands/states.ts';
import { Problem } from '../platform/errors.ts';

/** What is used of a command, as stored or as the API shows it. */
interface Ended {
  readonly state: string;
  readonly reason?: string;
  readonly failure?: string;
}

/** Why there is no answer, or none yet. @param headers tell where to look for it */
export const notAnswered = (command: Ended, headers: Record<string, string>): Problem => {
  const { state, reason = 'it has not been answered yet', failure } = command;
  const refuse = (status: number, code: string, detail: string, more: Record<string, string> = {}) =>
    new Problem(status, code, detail, { ...headers, ...more });
  if (isOpen(state))
    return refuse(504, 'no-answer-yet', 'NetBackup has not answered yet; the command goes on.');
  switch (state) {
    case 'timed_out':
      return refuse(504, 'no-answer', `NetBackup did not answer: ${reason}.`);
    case 'expired':
      return refuse(503, 'not-connected', `The command was not sent: ${reason}.`, { 'retry-after': '60' });
    case 'lost':
      return refuse(502, 'command-lost', `The command may have run: ${reason}.`);
    case 'cancelled':
      return refuse(409, 'command-cancelled', 'The command was cancelled while it was queued.');
    default:
      return refuse(failure === 'command-too-large' ? 413 : 502, failure ?? 'command-failed', `${reason}.`);
  }
};
