import { admittedChange, type Endpoint } from '../endpoints/endpoint.ts';
import type { EndpointsStore } from '../endpoints/endpoints-store.ts';
import type { StoredToken } from '../endpoints/token.ts';
import type { Group, Session } from '../groups/group.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import type { Takeover } from '../groups/takeover.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import { transactCheck, transactUpdate } from '../platform/dynamodb/requests.ts';
import { transact } from '../platform/dynamodb/transaction.ts';
import { openShardOf } from './connection.ts';
import type { ConnectionsStore } from './connections-store.ts';

export interface SessionStores {
  readonly groups: GroupsStore;
  readonly endpoints: EndpointsStore;
  readonly connections: ConnectionsStore;
}

/** What a CONNECT was admitted on. */
export interface Admission {
  readonly group: Group;
  readonly endpoint: Endpoint;
  readonly token: StoredToken;
  readonly session: Session;
  readonly takeovers?: readonly Takeover[];
}

/**
 * Claims the group's session for a connection (I-5): one transaction that happens only if nothing that admitted it has
 * changed since it was read. A token that connects for the first time thereby takes the place of the older ones. `false`:
 * something did change; read again and decide again.
 */
export const claimSession = async (stores: SessionStores, admission: Admission): Promise<boolean> => {
  const { group, endpoint, token, session, takeovers } = admission;
  const { groupId, epoch } = group;
  const { endpointId, version } = endpoint;
  const { connectionId, since } = session;
  const state = path('state');
  const mayBecomeAuthenticated = when`(${state} = ${'PENDING'} OR (${state} = ${'AUTHENTICATED'} AND ${path('endpointId')} = ${endpointId})) AND attribute_not_exists(${path('closing')})`;
  const asRead = when`${path('version')} = ${version}`;
  const change = admittedChange(endpoint, token, since);
  const authenticated = {
    state: 'AUTHENTICATED',
    groupId,
    endpointId,
    admittedAt: since,
    untold: true,
    openShard: openShardOf('session', connectionId),
  };
  const result = await transact(stores.groups.table.client, [
    transactUpdate(
      stores.groups.table.name,
      { groupId },
      { set: { session, takeovers }, remove: ['downShard', 'downSince'], add: { epoch: 1 } },
      when`${path('kind')} = ${'group'} AND ${path('epoch')} = ${epoch}`,
    ),
    change
      ? transactUpdate(
          stores.endpoints.table.name,
          { endpointId },
          { ...change, add: { version: 1 } },
          asRead,
        )
      : transactCheck(stores.endpoints.table.name, { endpointId }, asRead),
    transactUpdate(
      stores.connections.table.name,
      { connectionId },
      { set: authenticated },
      mayBecomeAuthenticated,
    ),
  ]);
  return result.ok;
};
