/** Where NetBackup connects: a deployment has one URL for each of its gateways. Pure. */
import { HttpProblem } from '../platform/errors.ts';
import { GATEWAY_KINDS, type GatewayKind } from '../platform/gateway/kinds.ts';
import { omitUndefined } from '../platform/omit-undefined.ts';
import { type Endpoint, gatewayOf } from './endpoint.ts';

/** `wss://host[:port]/stage` of each gateway that the deployment has: at least one. */
export type WebSocketUrls = Readonly<Partial<Record<GatewayKind, string>>>;

/** @param second the URL of the relay, if there are two gateways; @param isRelay whether the only gateway is the relay */
export const webSocketUrlsOf = (
  first: string,
  second: string | undefined,
  isRelay: boolean,
): WebSocketUrls => {
  if (isRelay) return { relay: first };
  return { 'api-gateway': first, ...omitUndefined({ relay: second }) };
};

/** API Gateway first. */
export const gatewaysOf = (urls: WebSocketUrls): GatewayKind[] =>
  GATEWAY_KINDS.filter((kind) => urls[kind] !== undefined);

/** The gateway for a caller that names none: the only one, else API Gateway. */
export const defaultGateway = (urls: WebSocketUrls): GatewayKind =>
  urls['api-gateway'] === undefined ? 'relay' : 'api-gateway';

/** The host name, and the URL as NetBackup requires it, always with a port: `wss://host:port/uri` (EPT-3). */
export const addressOf = (webSocketUrl: string): { hostName: string; url: string } => {
  const { hostname, port, pathname } = new URL(webSocketUrl);
  return { hostName: hostname, url: `wss://${hostname}:${port || '443'}${pathname}` };
};

/** The URL of a gateway. @throws HttpProblem 422 if the deployment does not have it */
export const webSocketUrlOf = (urls: WebSocketUrls, gateway: GatewayKind): string => {
  const url = urls[gateway];
  if (url !== undefined) return url;
  throw new HttpProblem(
    422,
    'gateway-not-deployed',
    `This deployment has no gateway ${gateway}. It has: ${gatewaysOf(urls).join(', ')}.`,
  );
};

/**
 * The current address for an endpoint's details: the endpoint may be older than the URL of its gateway.
 * @throws HttpProblem 422 if the deployment no longer has its gateway
 */
export const currentAddress = (urls: WebSocketUrls, endpoint: Pick<Endpoint, 'gateway'>) =>
  addressOf(webSocketUrlOf(urls, gatewayOf(endpoint)));
