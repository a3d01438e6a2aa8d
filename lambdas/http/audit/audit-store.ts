/** Who changed what: the requests that need the scope admin, except for reads. */
import { type Clock, DAY_MS, DAY_S, isoTime, seconds } from '../../platform/clock.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { path, when } from '../../platform/dynamodb/expression.ts';
import type { Key } from '../../platform/dynamodb/requests.ts';
import { type Page, Table } from '../../platform/dynamodb/table.ts';
import { omitUndefined } from '../../platform/omit-undefined.ts';

export interface AuditEvent {
  /** Epoch ms. */
  readonly at: number;
  readonly trackingId: string;
  /** The id of the API key, or `oidc:` and the name of the person. */
  readonly keyId: string;
  /** The `operationId` of the OpenAPI document. */
  readonly action: string;
  /** The path of the request, without its query. */
  readonly path: string;
  readonly groupId?: string;
  readonly sourceIp?: string;
  /** The HTTP status of the response. */
  readonly status: number;
}

interface StoredEvent extends AuditEvent {
  /** `2026-11`: one partition a month. */
  readonly month: string;
  /** Time and tracking id. */
  readonly entry: string;
  readonly expiresAt: number;
}

const monthOf = (ms: number): string => isoTime(ms).slice(0, 7);

const monthBefore = (month: string): string => monthOf(Date.parse(`${month}-01T00:00:00Z`) - 1);

/** The Audit table. */
export class AuditStore {
  readonly #table: Table<StoredEvent>;
  readonly #retentionDays: number;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, retentionDays: number, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#retentionDays = retentionDays;
    this.#clock = clock;
  }

  async add(event: AuditEvent): Promise<void> {
    const { at, trackingId } = event;
    await this.#table.put({
      ...omitUndefined(event),
      month: monthOf(at),
      entry: `${isoTime(at)} ${trackingId}`,
      expiresAt: seconds(at) + this.#retentionDays * DAY_S,
    });
  }

  /** The entries of all groups, the latest first. @param after the place of the last one */
  async list(limit: number, after?: Key): Promise<Page<AuditEvent>> {
    const now = this.#clock();
    const first = monthOf(now - this.#retentionDays * DAY_MS);
    // A made-up cursor in a later month would make a query for each month until now.
    const start = String(after?.['month'] ?? monthOf(now));
    if (start > monthOf(now)) return { items: [] };
    const items: AuditEvent[] = [];
    // A place without an entry is before the first entry of its month.
    let startAfter = after?.['entry'] === undefined ? undefined : after;
    for (let month = start; month >= first; month = monthBefore(month)) {
      const key = when`${path('month')} = ${month}`;
      const page = await this.#table.query({
        key,
        limit: limit - items.length,
        descending: true,
        startAfter,
      });
      items.push(...page.items);
      if (page.lastKey) return { items, lastKey: page.lastKey };
      if (items.length === limit) return { items, lastKey: { month: monthBefore(month) } };
      startAfter = undefined;
    }
    return { items };
  }

  /** The entries of one group, the latest first. */
  listOfGroup(groupId: string, limit: number, startAfter?: Key): Promise<Page<AuditEvent>> {
    const key = when`${path('groupId')} = ${groupId}`;
    return this.#table.query({ index: 'by-group', key, limit, descending: true, startAfter });
  }
}
