import { type Endpoint, firstConnectChange } from '../endpoints/endpoint.ts';
import { type EndpointsStore, isVersion } from '../endpoints/endpoints-store.ts';
import type { StoredToken } from '../endpoints/token.ts';
import type { Group, Session } from '../groups/group.ts';
import { type GroupsStore, isGroup } from '../groups/groups-store.ts';
import type { Takeover } from '../groups/takeover.ts';
import { allOf, path, when } from '../platform/dynamodb/expression.ts';
import { transactCheck, transactUpdate } from '../platform/dynamodb/requests.ts';
import { transact } from '../platform/dynamodb/transaction.ts';
import type { ConnectionsStore } from './connections-store.ts';

export interface SessionStores {
  readonly groups: GroupsStore;
  readonly endpoints: EndpointsStore;
  readonly connections: ConnectionsStore;
}

/** The new session, and the items as read on which the decision depends. */
export interface SessionClaim {
  readonly group: Group;
  readonly endpoint: Endpoint;
  readonly token: StoredToken;
  readonly session: Session;
  readonly takeovers?: readonly Takeover[];
}

const isEpoch = (epoch: number) => when`${path('epoch')} = ${epoch}`;

/**
 * Claims the group's session for a connection (I-5), in a transaction which succeeds only if the items that were read have not
 * changed. A token's first claim ends the older tokens. `false` when an item changed: read and decide again.
 */
export const claimSession = async (
  { groups, endpoints, connections }: SessionStores,
  { group, endpoint, token, session, takeovers }: SessionClaim,
): Promise<boolean> => {
  const { groupId, epoch } = group;
  const { endpointId, version } = endpoint;
  const change = firstConnectChange(endpoint, token, session.since);
  const key = { endpointId };
  const result = await transact(groups.table.client, [
    transactUpdate(
      groups.table.name,
      { groupId },
      { set: { session, takeovers }, remove: ['downShard', 'downSince'], add: { epoch: 1 } },
      allOf(isGroup, isEpoch(epoch)),
    ),
    change
      ? transactUpdate(endpoints.table.name, key, { ...change, add: { version: 1 } }, isVersion(version))
      : transactCheck(endpoints.table.name, key, isVersion(version)),
    connections.authenticateStep(groupId, session),
  ]);
  return result.ok;
};
