import type { GroupsStore } from '../groups/groups-store.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import { transactDelete, transactUpdate } from '../platform/dynamodb/requests.ts';
import { transact } from '../platform/dynamodb/transaction.ts';
import type { Endpoint } from './endpoint.ts';
import type { EndpointsStore } from './endpoints-store.ts';

const exists = when`attribute_exists(${path('endpointId')})`;
const hasEndpoint = (endpointId: string) => when`${path('endpointId')} = ${endpointId}`;

/**
 * Deletes an endpoint with its tokens and invitations, which are invalid from then on. `false` when there is no such
 * endpoint.
 */
export const deleteEndpoint = async (
  { groups, endpoints }: { readonly groups: GroupsStore; readonly endpoints: EndpointsStore },
  { groupId, endpointId }: Pick<Endpoint, 'groupId' | 'endpointId'>,
): Promise<boolean> => {
  const deleted = await transact(groups.table.client, [
    transactDelete(endpoints.table.name, { endpointId }, exists),
    transactUpdate(groups.table.name, { groupId }, { remove: ['endpointId'] }, hasEndpoint(endpointId)),
  ]);
  return deleted.ok;
};
