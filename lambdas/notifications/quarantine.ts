import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DAY_MS, isoTime, seconds } from '../platform/clock.ts';
import { Table } from '../platform/dynamodb/table.ts';
import type { Uninterpreted } from './interpret.ts';

/** A notification that could not be interpreted, kept and visible (I-2). */
export interface QuarantineItem {
  readonly groupId: string;
  /** Arrival time and eventId. */
  readonly arrival: string;
  readonly eventId: string;
  readonly reason: string;
  readonly text: string;
  readonly receivedAt: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

export class QuarantineStore {
  readonly #table: Table<QuarantineItem>;

  constructor(client: DynamoDBClient, tableName: string) {
    this.#table = new Table(client, tableName);
  }

  /** Idempotent: the same notification from the same arrival is the same item. */
  async keep(groupId: string, item: Uninterpreted, retentionDays: number): Promise<void> {
    const { eventId, reason, text, receivedAt } = item;
    await this.#table.put({
      groupId,
      arrival: `${isoTime(receivedAt)}#${eventId}`,
      eventId,
      reason,
      text,
      receivedAt,
      expiresAt: seconds(receivedAt + retentionDays * DAY_MS),
    });
  }
}
