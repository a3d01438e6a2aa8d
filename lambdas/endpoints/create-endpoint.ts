import type { GroupsStore } from '../groups/groups-store.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import { transactPut, transactUpdate } from '../platform/dynamodb/requests.ts';
import { transact } from '../platform/dynamodb/transaction.ts';
import { publicId } from '../platform/ids.ts';
import { detailsOf, type Endpoint, type EndpointDetails, tokensChange } from './endpoint.ts';
import type { EndpointsStore } from './endpoints-store.ts';
import { createToken } from './token.ts';

export interface CreateEndpointContext {
  readonly groups: GroupsStore;
  readonly endpoints: EndpointsStore;
  /** `wss://host[:port]/stage`, this deployment's. */
  readonly webSocketUrl: string;
}

/** The host name and the URL as NetBackup wants them: `wss://host:port/uri`, the port written out (EPT-3). */
export const addressOf = (webSocketUrl: string): { hostName: string; url: string } => {
  const { hostname, port, pathname } = new URL(webSocketUrl);
  return { hostName: hostname, url: `wss://${hostname}:${port || '443'}${pathname}` };
};

/**
 * Creates the group's endpoint of this deployment, and its first token. The token is in the answer and nowhere else.
 * Undefined when the group has one already (EPT-4: NetBackup stores a host name once) or is gone.
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
    transactPut(
      context.endpoints.table.name,
      { ...endpoint },
      when`attribute_not_exists(${path('endpointId')})`,
    ),
    transactUpdate(
      context.groups.table.name,
      { groupId },
      { set: { endpointId } },
      when`${path('kind')} = ${'group'} AND attribute_not_exists(${path('endpointId')})`,
    ),
  ]);
  return created.ok ? { endpoint, details: detailsOf(endpoint, token) } : undefined;
};
