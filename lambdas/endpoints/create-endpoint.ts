import type { GroupsStore } from '../groups/groups-store.ts';
import { transact } from '../platform/dynamodb/transaction.ts';
import type { GatewayKind } from '../platform/gateway/kinds.ts';
import { publicId } from '../platform/ids.ts';
import { detailsOf, type Endpoint, type EndpointDetails, tokensChange } from './endpoint.ts';
import type { EndpointsStore } from './endpoints-store.ts';
import { createToken } from './token.ts';
import { addressOf, type WebSocketUrls, webSocketUrlOf } from './web-socket-urls.ts';

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
  const created = await transact(
    context.endpoints.createStep(endpoint),
    context.groups.addEndpointStep(endpoint, gateway),
  );
  return created.ok ? { endpoint, details: detailsOf(endpoint, token) } : undefined;
};
