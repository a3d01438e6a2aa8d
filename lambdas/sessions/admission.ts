import type { Endpoint } from '../endpoints/endpoint.ts';
import type { EndpointsStore } from '../endpoints/endpoints-store.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import { transactCheck, transactUpdate } from '../platform/dynamodb/requests.ts';
import { transact } from '../platform/dynamodb/transaction.ts';
import type { ConnectionsStore } from './connections-store.ts';
import type { Group, Session } from './group.ts';
import type { GroupsStore } from './groups-store.ts';

export interface SessionStores {
  readonly groups: GroupsStore;
  readonly endpoints: EndpointsStore;
  readonly connections: ConnectionsStore;
}

/**
 * Claims the group's session for a connection (I-5): one transaction that happens only if nothing that admitted it has
 * changed since it was read. `false`: something did; read again and decide again.
 */
export const claimSession = async (
  stores: SessionStores,
  group: Group,
  endpoint: Endpoint,
  session: Session,
): Promise<boolean> => {
  const { groupId, epoch } = group;
  const { endpointId, version } = endpoint;
  const state = path('state');
  const mayBecomeAuthenticated = when`${state} = ${'PENDING'} OR (${state} = ${'AUTHENTICATED'} AND ${path('endpointId')} = ${endpointId})`;
  const result = await transact(stores.groups.table.client, [
    transactUpdate(
      stores.groups.table.name,
      { groupId },
      { set: { session }, add: { epoch: 1 } },
      when`${path('epoch')} = ${epoch}`,
    ),
    transactCheck(stores.endpoints.table.name, { endpointId }, when`${path('version')} = ${version}`),
    transactUpdate(
      stores.connections.table.name,
      { connectionId: session.connectionId },
      { set: { state: 'AUTHENTICATED', groupId, endpointId } },
      mayBecomeAuthenticated,
    ),
  ]);
  return result.ok;
};
