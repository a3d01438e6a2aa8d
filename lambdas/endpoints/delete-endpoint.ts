import type { GroupsStore } from '../groups/groups-store.ts';
import { transact } from '../platform/dynamodb/transaction.ts';
import { type Endpoint, gatewayOf } from './endpoint.ts';
import type { EndpointsStore } from './endpoints-store.ts';

/**
 * Deletes an endpoint with its tokens and invitations, which are invalid from then on. `false` when there is no such
 * endpoint.
 */
export const deleteEndpoint = async (
  { groups, endpoints }: { readonly groups: GroupsStore; readonly endpoints: EndpointsStore },
  endpoint: Pick<Endpoint, 'groupId' | 'endpointId' | 'gateway'>,
): Promise<boolean> => {
  const deleted = await transact(
    endpoints.deleteStep(endpoint.endpointId),
    groups.removeEndpointStep(endpoint, gatewayOf(endpoint)),
  );
  return deleted.ok;
};
