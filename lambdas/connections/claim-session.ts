import { type Endpoint, firstConnectChange } from '../endpoints/endpoint.ts';
import type { EndpointsStore } from '../endpoints/endpoints-store.ts';
import type { StoredToken } from '../endpoints/token.ts';
import type { Group, Session } from '../groups/group.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import type { Takeover } from '../groups/takeover.ts';
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

/**
 * Claims the group's session for a connection (I-5), in a transaction which succeeds only if the items that were read have not
 * changed. A token's first claim ends the older tokens. `false` when an item changed: read and decide again.
 */
export const claimSession = async (
  { groups, endpoints, connections }: SessionStores,
  { group, endpoint, token, session, takeovers }: SessionClaim,
): Promise<boolean> => {
  const result = await transact(
    groups.sessionStep(group, { session, takeovers }),
    endpoints.reviseStep(endpoint, firstConnectChange(endpoint, token, session.since)),
    connections.authenticateStep(group.groupId, session),
  );
  return result.ok;
};
