import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { CONFLICT, compareAndSet } from '../platform/dynamodb/compare-and-set.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table } from '../platform/dynamodb/table.ts';
import { GATEWAY_KINDS } from '../platform/gateway/kinds.ts';
import { type Endpoint, type EndpointChange, EXPIRY_SHARD, gatewayOf } from './endpoint.ts';

/** More than the reads of an invitation that are recorded in a minute, so that a flood of them fails no other change. */
const MAX_ATTEMPTS = 24;

const doesNotExist = when`attribute_not_exists(${path('endpointId')})`;
const exists = when`attribute_exists(${path('endpointId')})`;
const isVersion = (version: number) => when`${path('version')} = ${version}`;
const hasTokenExpiry = (tokenExpiresAt: number) => when`${path('tokenExpiresAt')} = ${tokenExpiresAt}`;

const counted = (change: EndpointChange) => ({ ...change, add: { version: 1 } });

/** The Endpoints table. */
export class EndpointsStore {
  readonly #table: Table<Endpoint>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  get(endpointId: string): Promise<Endpoint | undefined> {
    return this.#table.get({ endpointId }, { consistent: true });
  }

  getMany(endpointIds: readonly string[]): Promise<Endpoint[]> {
    const keys = endpointIds.map((endpointId) => ({ endpointId }));
    return this.#table.getMany(keys, { consistent: true });
  }

  /** A group has one endpoint at each gateway, so this list is short. That of API Gateway is first. */
  async ofGroup(groupId: string): Promise<Endpoint[]> {
    const key = when`${path('groupId')} = ${groupId}`;
    const { items } = await this.#table.query({ index: 'by-group', key, limit: 100 });
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
      const written = await this.#table.update({ endpointId }, counted(change), isVersion(endpoint.version));
      return written.ok ? written.item : CONFLICT;
    });
  }

  /** Stores this endpoint instead of any that has its id. */
  async replace(endpoint: Endpoint): Promise<void> {
    await this.#table.put(endpoint);
  }

  /** The step in which a new endpoint is stored. */
  createStep(endpoint: Endpoint) {
    return this.#table.putStep(endpoint, doesNotExist);
  }

  /** The step in which an endpoint is deleted. It fails when there is none. */
  deleteStep(endpointId: string) {
    return this.#table.deleteStep({ endpointId }, exists);
  }

  /** The step that fails when the endpoint has changed since it was read; with a change, it changes it. */
  reviseStep({ endpointId, version }: Endpoint, change: EndpointChange | undefined) {
    return change
      ? this.#table.updateStep({ endpointId }, counted(change), isVersion(version))
      : this.#table.checkStep({ endpointId }, isVersion(version));
  }

  /** A page of the endpoints whose newest token expires by `until` (epoch ms) and has no published event about that. */
  listExpiring(until: number, limit: number, startAfter?: Key): Promise<Page<Pick<Endpoint, 'endpointId'>>> {
    const key = when`${path('expiryShard')} = ${EXPIRY_SHARD} AND ${path('tokenExpiresAt')} <= ${until}`;
    return this.#table.query({ index: 'expiring', key, limit, startAfter });
  }

  /** After the event about this expiry was published. */
  async markExpiryPublished(endpointId: string, tokenExpiresAt: number): Promise<void> {
    const change = { remove: ['expiryShard'] };
    await this.#table.update({ endpointId }, change, hasTokenExpiry(tokenExpiresAt));
  }
}
