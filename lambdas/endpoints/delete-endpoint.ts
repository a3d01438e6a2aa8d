import type { GroupsStore } from '../groups/groups-store.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import { transactDelete, transactUpdate } from '../platform/dynamodb/requests.ts';
import { transact } from '../platform/dynamodb/transaction.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointsStore } from './endpoints-store.ts';

/**
 * Deletes an endpoint with its tokens and invitations; from then on no CONNECT with them is admitted. `false`: it was
 * gone already.
 */
export const deleteEndpoint = async (
  { groups, endpoints }: { readonly groups: GroupsStore; readonly endpoints: EndpointsStore },
  { groupId, endpointId }: Pick<Endpoint, 'groupId' | 'endpointId'>,
): Promise<boolean> => {
  const deleted = await transact(groups.table.client, [
    transactDelete(endpoints.table.name, { endpointId }, when`attribute_exists(${path('endpointId')})`),
    transactUpdate(
      groups.table.name,
      { groupId },
      { remove: ['endpointId'] },
      when`${path('endpointId')} = ${endpointId}`,
    ),
  ]);
  return deleted.ok;
};
