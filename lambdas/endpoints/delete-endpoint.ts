import { ENDPOINT_ATTRIBUTES } from '../groups/group.ts';
import type { GroupsStore } from '../groups/groups-store.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import { transactDelete, transactUpdate } from '../platform/dynamodb/requests.ts';
import { transact } from '../platform/dynamodb/transaction.ts';
import { type Endpoint, gatewayOf } from './endpoint.ts';
import type { EndpointsStore } from './endpoints-store.ts';

const exists = when`attribute_exists(${path('endpointId')})`;
const hasEndpoint = (attribute: string, endpointId: string) => when`${path(attribute)} = ${endpointId}`;

/**
 * Deletes an endpoint with its tokens and invitations, which are invalid from then on. `false` when there is no such
 * endpoint.
 */
export const deleteEndpoint = async (
  { groups, endpoints }: { readonly groups: GroupsStore; readonly endpoints: EndpointsStore },
  endpoint: Pick<Endpoint, 'groupId' | 'endpointId' | 'gateway'>,
): Promise<boolean> => {
  const { groupId, endpointId } = endpoint;
  const attribute = ENDPOINT_ATTRIBUTES[gatewayOf(endpoint)];
  const deleted = await transact(groups.table.client, [
    transactDelete(endpoints.table.name, { endpointId }, exists),
    transactUpdate(
      groups.table.name,
      { groupId },
      { remove: [attribute] },
      hasEndpoint(attribute, endpointId),
    ),
  ]);
  return deleted.ok;
};
