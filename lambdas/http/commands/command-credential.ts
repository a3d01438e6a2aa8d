/** `credential` in a request for a command: which credential NetBackup gets. */
import { type GroupCredentialContext, withGroupCredential } from '../../commands/group-credential.ts';
import type { CommandRequest } from '../../commands/prepare-command.ts';
import { checkUri } from '../../commands/uri.ts';
import type { Group } from '../../groups/group.ts';
import { scopeMissing } from '../app.ts';
import { hasScope, type Principal } from '../rights.ts';

interface Wanted {
  readonly credential?: 'group' | undefined;
}

/** @throws HttpProblem 403 */
export const requireCredentialScope = (key: Principal, { credential }: Wanted): void => {
  if (credential === 'group' && !hasScope(key, 'inject')) throw scopeMissing('inject');
};

/** @throws HttpProblem 400, 403, 409 */
export const withCredentialOf = async (
  context: GroupCredentialContext,
  group: Group,
  request: CommandRequest,
  { credential }: Wanted,
): Promise<CommandRequest> => {
  if (credential === undefined) return request;
  checkUri(request.call.uri);
  return { ...request, call: await withGroupCredential(context, group, request.call) };
};
