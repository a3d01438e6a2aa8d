import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { path, when } from '../platform/dynamodb/expression.ts';
import { Table } from '../platform/dynamodb/table.ts';
import type { Endpoint } from './endpoint.ts';

/** The Endpoints table. */
export class EndpointsStore {
  readonly table: Table<Endpoint>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.table = new Table(client, tableName);
  }

  get(endpointId: string): Promise<Endpoint | undefined> {
    return this.table.get({ endpointId }, { consistent: true });
  }

  /** A group has one endpoint per deployment, so this list is short. */
  async ofGroup(groupId: string): Promise<Endpoint[]> {
    const key = when`${path('groupId')} = ${groupId}`;
    const { items } = await this.table.query({ index: 'by-group', key, limit: 100 });
    return this.table.getMany(
      items.map(({ endpointId }) => ({ endpointId })),
      { consistent: true },
    );
  }
}
