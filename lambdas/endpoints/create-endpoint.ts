import { ENDPOINT_ATTRIBUTES } from '../groups/group.ts';
import { type GroupsStore, isGroup } from '../groups/groups-store.ts';
import { allOf, path, when } from '../platform/dynamodb/expression.ts';
import { transactPut, transactUpdate } from '../platform/dynamodb/requests.ts';
import { transact } from '../platform/dynamodb/transaction.ts';
import type { GatewayKind } from '../platform/gateway/kinds.ts';
import { publicId } from '../platform/ids.ts';
import { detailsOf, type Endpoint, type EndpointDetails, tokensChange } from './endpoint.ts';
import type { EndpointsStore } from './endpoints-store.ts';
import { createToken } from './token.ts';
import { addressOf, type WebSocketUrls, webSocketUrlOf } from './web-socket-urls.ts';

/** The condition that the endpoint does not exist, or that the group has none at this gateway. */
const hasNone = (attribute: string) => when`attribute_not_exists(${path(attribute)})`;

export interface CreateEndpointContext {
  readonly groups: GroupsStore;
  readonly endpoints: EndpointsStore;
  readonly webSocketUrls: WebSocketUrls;
}

export interface NewEndpoint {
  readonly groupId: string;
  readonly priority: number;
  readonly gateway: GatewayKind;
  /** Epoch ms; absent: no expiry. */
  readonly tokenExpiresAt?: number | undefined;
}

/**
 * Creates the group's endpoint at a gateway, and its first token, which is in the result and stored nowhere.
 * Undefined when the group has an endpoint there (EPT-4: NetBackup stores a host name once) or does not exist.
 * @throws HttpProblem 422 if the deployment does not have the gateway
 */
export const createEndpoint = async (
  context: CreateEndpointContext,
  { groupId, priority, gateway, tokenExpiresAt }: NewEndpoint,
  now: number,
): Promise<{ endpoint: Endpoint; details: EndpointDetails } | undefined> => {
  const attribute = ENDPOINT_ATTRIBUTES[gateway];
  const endpointId = publicId();
  const { token, stored } = createToken(endpointId, now, tokenExpiresAt);
  const endpoint: Endpoint = {
    endpointId,
    groupId,
    priority,
    ...addressOf(webSocketUrlOf(context.webSocketUrls, gateway)),
    ...(gateway === 'relay' && { gateway }),
    enabled: true,
    ...tokensChange([stored]).set,
    tokens: [stored],
    version: 1,
    createdAt: now,
  };
  const created = await transact(context.groups.table.client, [
    transactPut(context.endpoints.table.name, { ...endpoint }, hasNone('endpointId')),
    transactUpdate(
      context.groups.table.name,
      { groupId },
      { set: { [attribute]: endpointId } },
      allOf(isGroup, hasNone(attribute)),
    ),
  ]);
  return created.ok ? { endpoint, details: detailsOf(endpoint, token) } : undefined;
};
