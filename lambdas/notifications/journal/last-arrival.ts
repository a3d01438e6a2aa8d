import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { path, when } from '../../platform/dynamodb/expression.ts';
import { Table } from '../../platform/dynamodb/table.ts';
import type { JournalEntry } from './journal.ts';

/**
 * When a group's latest notification came. Read from the journal's feed by whoever wants to know: noting it with each
 * notification would be a second write on the hot path.
 */
export class LastArrivals {
  readonly #table: Table<JournalEntry>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  /** Epoch ms; undefined when the journal holds none. One read of keys. */
  async of(groupId: string): Promise<number | undefined> {
    const key = when`${path('groupId')} = ${groupId}`;
    const { items } = await this.#table.query({ index: 'feed', key, limit: 1, descending: true });
    const [time] = items[0]?.arrival.split('#', 1) ?? [];
    return time === undefined ? undefined : Date.parse(time);
  }
}
