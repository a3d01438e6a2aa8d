import { type GroupsStore, isGroup } from '../groups/groups-store.ts';
import { allOf, path, when } from '../platform/dynamodb/expression.ts';
import { transactPut, transactUpdate } from '../platform/dynamodb/requests.ts';
import { transact } from '../platform/dynamodb/transaction.ts';
import { publicId } from '../platform/ids.ts';
import { detailsOf, type Endpoint, type EndpointDetails, tokensChange } from './endpoint.ts';
import type { EndpointsStore } from './endpoints-store.ts';
import { createToken } from './token.ts';

/** Of an endpoint: it does not exist. Of a group: it has none. */
const hasNoEndpoint = when`attribute_not_exists(${path('endpointId')})`;

export interface CreateEndpointContext {
  readonly groups: GroupsStore;
  readonly endpoints: EndpointsStore;
  /** `wss://host[:port]/stage` of this deployment. */
  readonly webSocketUrl: string;
}

/** The host name, and the URL as NetBackup requires it, always with a port: `wss://host:port/uri` (EPT-3). */
export const addressOf = (webSocketUrl: string): { hostName: string; url: string } => {
  const { hostname, port, pathname } = new URL(webSocketUrl);
  return { hostName: hostname, url: `wss://${hostname}:${port || '443'}${pathname}` };
};

/**
 * Creates the group's endpoint in this deployment, and its first token, which is in the result and stored nowhere.
 * Undefined when the group has an endpoint (EPT-4: NetBackup stores a host name once) or does not exist.
 */
export const createEndpoint = async (
  context: CreateEndpointContext,
  groupId: string,
  priority: number,
  now: number,
  tokenExpiresAt?: number,
): Promise<{ endpoint: Endpoint; details: EndpointDetails } | undefined> => {
  const endpointId = publicId();
  const { token, stored } = createToken(endpointId, now, tokenExpiresAt);
  const endpoint: Endpoint = {
    endpointId,
    groupId,
    priority,
    ...addressOf(context.webSocketUrl),
    enabled: true,
    ...tokensChange([stored]).set,
    tokens: [stored],
    version: 1,
    createdAt: now,
  };
  const created = await transact(context.groups.table.client, [
    transactPut(context.endpoints.table.name, { ...endpoint }, hasNoEndpoint),
    transactUpdate(
      context.groups.table.name,
      { groupId },
      { set: { endpointId } },
      allOf(isGroup, hasNoEndpoint),
    ),
  ]);
  return created.ok ? { endpoint, details: detailsOf(endpoint, token) } : undefined;
};
