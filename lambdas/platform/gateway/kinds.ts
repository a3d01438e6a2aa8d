/**
 * The two WebSocket gateways: API Gateway, and the relay (a container without API Gateway's limits). A deployment has one of them or
 * both. The id of a connection shows which of them holds it; nothing else in `lambdas` reads ids.
 */
import { GATEWAY_MESSAGE_BYTES, NBWSS_PACKET_BYTES, RELAY_MESSAGE_BYTES } from '../../protocol/limits.ts';

export const GATEWAY_KINDS = ['api-gateway', 'relay'] as const;
export type GatewayKind = (typeof GATEWAY_KINDS)[number];

/** `relay.<task>.<random>`; ids of API Gateway are base64, which has no dot. */
const RELAY_PREFIX = 'relay.';

export const gatewayKindOf = (connectionId: string): GatewayKind =>
  connectionId.startsWith(RELAY_PREFIX) ? 'relay' : 'api-gateway';

/** What a gateway's connections can carry, in bytes of one message. */
export interface GatewayLimits {
  readonly kind: GatewayKind;
  /** The largest message to NetBackup. */
  readonly commandBytes: number;
  /** The largest message from NetBackup. A larger message closes the connection with 1009. */
  readonly responseBytes: number;
  /**
   * Whether responses are often larger than that: then their sizes are measured and predicted, lists are read in pages that fit, and calls
   * that may not fit are kept apart from others.
   */
  readonly areResponsesTight: boolean;
  /** Whether the gateway closes a connection after two hours. */
  readonly hasLifetime: boolean;
}

const LIMITS: Readonly<Record<GatewayKind, GatewayLimits>> = {
  'api-gateway': {
    kind: 'api-gateway',
    commandBytes: GATEWAY_MESSAGE_BYTES,
    responseBytes: GATEWAY_MESSAGE_BYTES,
    areResponsesTight: true,
    hasLifetime: true,
  },
  relay: {
    kind: 'relay',
    commandBytes: NBWSS_PACKET_BYTES,
    responseBytes: RELAY_MESSAGE_BYTES,
    areResponsesTight: false,
    hasLifetime: false,
  },
};

export const limitsOfGateway = (kind: GatewayKind): GatewayLimits => LIMITS[kind];

export const limitsOf = (connectionId: string): GatewayLimits => LIMITS[gatewayKindOf(connectionId)];
