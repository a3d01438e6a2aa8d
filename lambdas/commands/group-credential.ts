/** A call with the NetBackup API key that is stored for its group. */
import type { Group } from '../groups/group.ts';
import { HttpProblem } from '../platform/errors.ts';
import type { Vault } from '../platform/vault.ts';
import type { CommandCall } from '../protocol/messages.ts';
import { type InjectRules, mayInject, needsNoCredential } from './inject-paths.ts';
import { openCredential } from './seal.ts';

export interface GroupCredentialContext {
  readonly vault: Vault;
  /** See `injectPaths` in the configuration. */
  readonly injectRules: InjectRules;
}

/** The caller's scope is checked before. @throws HttpProblem 403, 409 */
export const withGroupCredential = async (
  { vault, injectRules }: GroupCredentialContext,
  { groupId, netbackupCredential }: Group,
  call: CommandCall,
): Promise<CommandCall> => {
  const { Authorization: _, ...headers } = call.headers;
  if (needsNoCredential(call.method, call.uri)) return { ...call, headers };
  if (!mayInject(injectRules, call.method, call.uri)) {
    const detail = `The group's NetBackup API key is not used for this path: see injectPaths in the configuration.`;
    throw new HttpProblem(403, 'path-not-allowed', detail);
  }
  if (!netbackupCredential) {
    const detail = `The group ${groupId} has no NetBackup API key: PUT /v1/groups/${groupId}/netbackup-credential.`;
    throw new HttpProblem(409, 'no-netbackup-credential', detail);
  }
  const apiKey = await openCredential(vault, groupId, netbackupCredential);
  return { ...call, headers: { ...headers, Authorization: apiKey } };
};
