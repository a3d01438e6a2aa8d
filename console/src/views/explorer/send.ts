/** Sends one call, and waits for its answer. */
import { api, result } from '../../api/client.ts';
import type { Command } from '../commands/outcome.ts';
import { PREFER, untilEnded } from '../commands/until-ended.ts';
import type { CallForm } from './request.ts';
import { commandOf } from './request.ts';

interface Credential {
  readonly choice: 'group' | 'own' | 'none';
  readonly text: string;
}

/** @param id the id of the attempt: a repeated click sends it once @throws ApiFailure */
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
  const submitted = await result(
    api.POST('/v1/groups/{groupId}/commands', { params: { path: { groupId }, header }, body }),
  );
  return untilEnded(groupId, submitted);
};
