/**
 * Why NetBackup itself says that it left. From 10.5 on it keeps a `closeStatus` with each endpoint; after a reconnect it is
 * asked for, where the group has a NetBackup API key that may read it.
 */
import { openCredential } from '../commands/seal.ts';
import type { Clock } from '../platform/clock.ts';
import type { Gateway } from '../platform/gateway/gateway.ts';
import { messageId } from '../platform/ids.ts';
import type { Vault } from '../platform/vault.ts';
import { commandRequest } from '../protocol/messages.ts';
import type { ConnectionsStore } from './connections-store.ts';
import type { Group } from './group.ts';
import type { GroupsStore } from './groups-store.ts';

/** The REST API's version in NetBackup 10.5. */
const SINCE_VERSION = 12;

const tellsCloseStatus = ({ netbackupApiVersion = '' }: Group): boolean =>
  Number(netbackupApiVersion.split('.', 1)[0]) >= SINCE_VERSION;

/** @param group as it was before this session; nothing is asked if it is its first */
export const askCloseStatus = async (
  context: {
    readonly connections: ConnectionsStore;
    readonly gateway: Gateway;
    readonly vault: Vault;
    readonly clock: Clock;
  },
  group: Group,
  connectionId: string,
  hostName: string,
): Promise<void> => {
  const { groupId, netbackupCredential, netbackupApiVersion, lastSession, session } = group;
  if (!netbackupCredential || !tellsCloseStatus(group) || !(lastSession ?? session)) return;
  const authorization = await openCredential(context.vault, groupId, netbackupCredential);
  const commandId = messageId();
  // Noted before it goes out, so that its answer is recognised however fast it comes.
  if (!(await context.connections.startQuestion(connectionId, { commandId, hostName }))) return;
  const call = {
    method: 'GET',
    uri: '/netbackup/config/servers/wssendpoints',
    headers: {
      'Content-Type': `application/vnd.netbackup+json;version=${netbackupApiVersion}`,
      Authorization: authorization,
    },
  };
  await context.gateway.post(connectionId, commandRequest(commandId, call, context.clock()));
};

/** What a list of endpoints, as NetBackup answers it, says of one of them. */
export const closeStatusOf = (body: unknown, hostName: string): string | undefined => {
  let parsed: unknown;
  try {
    parsed = typeof body === 'string' ? JSON.parse(body) : body;
  } catch {
    return undefined;
  }
  const { data } = (parsed ?? {}) as { data?: unknown };
  if (!Array.isArray(data)) return undefined;
  const attributes = data.map(
    (entry) => (entry as { attributes?: Record<string, unknown> } | null)?.attributes ?? {},
  );
  const own = attributes.find((each) => String(each['hostName']).toLowerCase() === hostName.toLowerCase());
  const status = own?.['closeStatus'];
  return typeof status === 'string' && status !== '' ? status.slice(0, 100) : undefined;
};

/** Takes an answer as the one to that question, if it is. */
export const answerCloseStatus = async (
  context: { readonly connections: ConnectionsStore; readonly groups: GroupsStore; readonly clock: Clock },
  groupId: string,
  connectionId: string,
  commandId: string,
  payload: unknown,
): Promise<boolean> => {
  const question = (await context.connections.get(connectionId))?.question;
  if (question?.commandId !== commandId) return false;
  if (!(await context.connections.endQuestion(connectionId, commandId))) return false;
  const status = closeStatusOf((payload as { body?: unknown } | null)?.body, question.hostName);
  if (status) await context.groups.recordCloseStatus(groupId, { status, at: context.clock() });
  return true;
};
