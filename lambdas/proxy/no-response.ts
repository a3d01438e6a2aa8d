/** The problem that a caller of NetBackup's API gets if there is no response. Pure. */
import { isOpen } from '../commands/states.ts';
import { HttpProblem } from '../platform/errors.ts';

/** The members of a command that are used, as stored or as the API shows it. */
interface CommandOutcome {
  readonly state: string;
  readonly reason?: string;
  readonly failure?: string;
}

/** Why there is no response, or none yet. @param headers with the location of the command */
export const noResponseProblem = (command: CommandOutcome, headers: Record<string, string>): HttpProblem => {
  const { state, reason = 'there is no response yet', failure } = command;
  const problem = (status: number, code: string, detail: string, more: Record<string, string> = {}) =>
    new HttpProblem(status, code, detail, { ...headers, ...more });
  if (isOpen(state))
    return problem(504, 'no-answer-yet', 'NetBackup has not responded yet; the command continues.');
  switch (state) {
    case 'timed_out':
      return problem(504, 'no-answer', `NetBackup did not respond: ${reason}.`);
    case 'expired':
      return problem(503, 'not-connected', `The command was not sent: ${reason}.`, { 'retry-after': '60' });
    case 'lost':
      return problem(502, 'command-lost', `The command may have run: ${reason}.`);
    case 'cancelled':
      return problem(409, 'command-cancelled', 'The command was cancelled while it was queued.');
    default:
      return problem(failure === 'command-too-large' ? 413 : 502, failure ?? 'command-failed', `${reason}.`);
  }
};
