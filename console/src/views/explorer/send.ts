/** Sends one call, and waits for its answer. */
import { api, result } from '../../api/client.ts';
import { type Command, outcomeOf } from '../commands/outcome.ts';
import type { CallForm } from './request.ts';
import { commandOf } from './request.ts';

/** Seconds of one request; the API waits at most 25. */
const WAIT_S = 20;
const PREFER = `wait=${WAIT_S}`;

interface Credential {
  readonly choice: 'group' | 'own' | 'none';
  readonly text: string;
}

/** @param id of the attempt: a repeated click sends it once @throws ApiFailure */
export const sendCall = async (
  groupId: string,
  form: CallForm,
  { choice, text }: Credential,
  id: string,
): Promise<Command> => {
  const body = {
    ...commandOf(form, choice === 'own' ? text.trim() : undefined),
    ...(choice === 'group' && { credential: 'group' as const }),
  };
  const header = { prefer: PREFER, 'idempotency-key': `console-${id}` };
  let command: Command = await result(
    api.POST('/v1/groups/{groupId}/commands', { params: { path: { groupId }, header }, body }),
  );
  // Its deadlines end it at the latest.
  while (outcomeOf(command) === 'open') {
    const path = { groupId, commandId: command.commandId };
    command = await result(
      api.GET('/v1/groups/{groupId}/commands/{commandId}', { params: { path, header: { prefer: PREFER } } }),
    );
  }
  return command;
};
