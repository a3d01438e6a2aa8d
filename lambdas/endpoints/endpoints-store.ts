import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { CONFLICT, compareAndSet } from '../platform/dynamodb/compare-and-set.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table } from '../platform/dynamodb/table.ts';
import { GATEWAY_KINDS } from '../platform/gateway/kinds.ts';
import { type Endpoint, type EndpointChange, EXPIRY_SHARD, gatewayOf } from './endpoint.ts';

/** More than the reads of an invitation that are recorded in a minute, so that a flood of them fails no other change. */
const MAX_ATTEMPTS = 24;

export const isVersion = (version: number) => when`${path('version')} = ${version}`;
const hasTokenExpiry = (tokenExpiresAt: number) => when`${path('tokenExpiresAt')} = ${tokenExpiresAt}`;

/** The Endpoints table. */
export class EndpointsStore {
  readonly table: Table<Endpoint>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.table = new Table(client, tableName);
  }

  get(endpointId: string): Promise<Endpoint | undefined> {
    return this.table.get({ endpointId }, { consistent: true });
  }

  getMany(endpointIds: readonly string[]): Promise<Endpoint[]> {
    const keys = endpointIds.map((endpointId) => ({ endpointId }));
    return this.table.getMany(keys, { consistent: true });
  }

  /** A group has one endpoint at each gateway, so this list is short. That of API Gateway is first. */
  async ofGroup(groupId: string): Promise<Endpoint[]> {
    const key = when`${path('groupId')} = ${groupId}`;
    const { items } = await this.table.query({ index: 'by-group', key, limit: 100 });
    const endpoints = await this.getMany(items.map(({ endpointId }) => endpointId));
    const place = (endpoint: Endpoint) => GATEWAY_KINDS.indexOf(gatewayOf(endpoint));
    return endpoints.sort((left, right) => place(left) - place(right));
  }

  /**
   * Changes an endpoint.
   * @param changeOf called again with the new endpoint when another writer was faster; may throw. Without a change nothing is
   * written
   * @returns the changed endpoint; undefined when there is none
   */
  async revise(
    endpointId: string,
    changeOf: (endpoint: Endpoint) => EndpointChange | undefined,
  ): Promise<Endpoint | undefined> {
    return compareAndSet(`Endpoint ${endpointId}`, MAX_ATTEMPTS, async () => {
      const endpoint = await this.get(endpointId);
      if (!endpoint) return undefined;
      const change = changeOf(endpoint);
      if (!change) return endpoint;
      const counted = { ...change, add: { version: 1 } };
      const written = await this.table.update({ endpointId }, counted, isVersion(endpoint.version));
      return written.ok ? written.item : CONFLICT;
    });
  }

  /** A page of the endpoints whose newest token expires by `until` (epoch ms) and has no published event about that. */
  listExpiring(until: number, limit: number, startAfter?: Key): Promise<Page<Pick<Endpoint, 'endpointId'>>> {
    const key = when`${path('expiryShard')} = ${EXPIRY_SHARD} AND ${path('tokenExpiresAt')} <= ${until}`;
    return this.table.query({ index: 'expiring', key, limit, startAfter });
  }

  /** After the event about this expiry was published. */
  async markExpiryPublished(endpointId: string, tokenExpiresAt: number): Promise<void> {
    const change = { remove: ['expiryShard'] };
    await this.table.update({ endpointId }, change, hasTokenExpiry(tokenExpiresAt));
  }
}
