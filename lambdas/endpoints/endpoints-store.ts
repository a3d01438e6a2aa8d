import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { type Page, Table } from '../platform/dynamodb/table.ts';
import { type Endpoint, type EndpointChange, EXPIRY_SHARD } from './endpoint.ts';

/** Somebody else's change makes us read again; each round one of us wins. */
const ROUNDS = 8;

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

  /** A group has one endpoint per deployment, so this list is short. */
  async ofGroup(groupId: string): Promise<Endpoint[]> {
    const key = when`${path('groupId')} = ${groupId}`;
    const { items } = await this.table.query({ index: 'by-group', key, limit: 100 });
    return this.getMany(items.map(({ endpointId }) => endpointId));
  }

  /**
   * Changes an endpoint from what it is to what `decide` wants, which is asked again when somebody else was faster.
   * @param decide may throw to refuse
   * @returns the endpoint as it is then; undefined when there is none
   */
  async revise(
    endpointId: string,
    decide: (endpoint: Endpoint) => EndpointChange,
  ): Promise<Endpoint | undefined> {
    for (let round = 0; round < ROUNDS; round++) {
      const endpoint = await this.get(endpointId);
      if (!endpoint) return undefined;
      const asRead = when`${path('version')} = ${endpoint.version}`;
      const change = { ...decide(endpoint), add: { version: 1 } };
      const written = await this.table.update({ endpointId }, change, asRead);
      if (written.ok) return written.item;
    }
    throw new Error('The endpoint was changed by others again and again.');
  }

  /** A page of the endpoints whose newest token expires by `until` (epoch ms), of which nobody has been told. */
  expiring(until: number, limit: number, startAfter?: Key): Promise<Page<Pick<Endpoint, 'endpointId'>>> {
    const key = when`${path('expiryShard')} = ${EXPIRY_SHARD} AND ${path('tokenExpiresAt')} <= ${until}`;
    return this.table.query({ index: 'expiring', key, limit, startAfter });
  }

  /** The expiry of a token has been told. */
  async warned(endpointId: string, tokenExpiresAt: number): Promise<void> {
    const same = when`${path('tokenExpiresAt')} = ${tokenExpiresAt}`;
    await this.table.update({ endpointId }, { remove: ['expiryShard'] }, same);
  }
}
