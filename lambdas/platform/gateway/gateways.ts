import type { Gateway } from './gateway.ts';
import { type GatewayKind, gatewayKindOf } from './kinds.ts';
import { managementClient } from './management-client.ts';

/**
 * A connection of a gateway that the deployment no longer has. It has ended with its gateway; nothing can be sent on it.
 */
const ABSENT: Gateway = {
  post: async () => 'forbidden',
  close: async () => false,
  lastActiveAt: async () => undefined,
};

/**
 * The gateways of this deployment as one.
 * @param urls the base URL of each `@connections` API. For API Gateway it is the stage's, `https://host/stage`, from the deployment, since
 * an event's `domainName` may be a custom domain
 * @throws Error when there is none
 */
export const gatewaysAt = (urls: Partial<Record<GatewayKind, string | undefined>>): Gateway => {
  const clientOf = (kind: GatewayKind) => {
    const url = urls[kind];
    return url === undefined ? ABSENT : managementClient(url);
  };
  if (urls['api-gateway'] === undefined && urls.relay === undefined)
    throw new Error('The URL of no gateway is set.');
  const clients = { 'api-gateway': clientOf('api-gateway'), relay: clientOf('relay') };
  const of = (connectionId: string) => clients[gatewayKindOf(connectionId)];
  return {
    post: (connectionId, text) => of(connectionId).post(connectionId, text),
    close: (connectionId, reason) => of(connectionId).close(connectionId, reason),
    lastActiveAt: (connectionId) => of(connectionId).lastActiveAt(connectionId),
  };
};
