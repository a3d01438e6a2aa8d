/** Calls of NetBackup's REST API through the connection of a domain, on demand. */
import { api, result, type Schemas } from '../api/client.ts';
import { ApiFailure } from '../api/failure.ts';
import { netBackupMessage } from './commands/outcome.ts';
import { PREFER, untilEnded } from './commands/until-ended.ts';

type Command = Schemas['Command'];

/** The body of the answer. @throws ApiFailure with the code of the failure, `netbackup` when NetBackup itself refused */
const bodyOf = ({ state, failure, reason, response }: Command): string => {
  if (state !== 'completed') throw new ApiFailure(undefined, failure ?? state, reason ?? '');
  const { status = 0, body = '' } = response ?? {};
  if (status >= 400) throw new ApiFailure(status, 'netbackup', netBackupMessage(body) ?? `HTTP ${status}`);
  return body;
};

/**
 * The body of NetBackup's answer to a GET, with the API key that is stored for the domain. It is not queued: a domain that is not
 * connected fails at once.
 *
 * @param uri path and query, beginning with `/netbackup/`; names in it are encoded
 * @throws ApiFailure
 */
export const callNetBackup = async (groupId: string, uri: string): Promise<string> => {
  const body = {
    method: 'GET' as const,
    uri,
    headers: {},
    credential: 'group' as const,
    deliverWithin: 0,
    executeWithin: 60,
    retry: 'safe' as const,
  };
  const header = { prefer: PREFER };
  const submitted = await result(
    api.POST('/v1/groups/{groupId}/commands', { params: { path: { groupId }, header }, body }),
  );
  return bodyOf(await untilEnded(groupId, submitted));
};
