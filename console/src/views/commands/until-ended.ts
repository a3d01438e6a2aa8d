/** Waits for the end of a command that was submitted. */
import { api, result } from '../../api/client.ts';
import { ApiFailure } from '../../api/failure.ts';
import { type Command, outcomeOf } from './outcome.ts';

/** Seconds of one request; the API waits at most 25. */
const WAIT_S = 20;
export const PREFER = `wait=${WAIT_S}`;

const PAUSE_MS = 2_000;
/** In succession. */
const MAX_FAILURES = 10;

/**
 * The command when it has ended; its deadlines end it at the latest. A read that fails, such as one for which the deployment has no
 * waiting slot, says nothing about the command: it is repeated, without waiting. When it cannot be read any more, the command is
 * returned as it was last: still open.
 * @throws ApiFailure 401
 */
export const untilEnded = async (groupId: string, submitted: Command): Promise<Command> => {
  const path = { groupId, commandId: submitted.commandId };
  let command = submitted;
  for (let failures = 0; outcomeOf(command) === 'open' && failures < MAX_FAILURES; ) {
    const header = failures === 0 ? { prefer: PREFER } : {};
    try {
      command = await result(
        api.GET('/v1/groups/{groupId}/commands/{commandId}', { params: { path, header } }),
      );
      failures = 0;
    } catch (error) {
      if (error instanceof ApiFailure && error.status === 401) throw error;
      failures += 1;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
  }
  return command;
};
