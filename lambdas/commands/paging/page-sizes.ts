import { type Clock, DAY_MS, seconds } from '../../platform/clock.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { path, when } from '../../platform/dynamodb/expression.ts';
import { Table } from '../../platform/dynamodb/table.ts';
import { sha256 } from '../../platform/ids.ts';

/** After this a list is tried in larger pages again: what made it heavy may have gone. */
const REMEMBERED_DAYS = 7;

interface PageSize {
  readonly commandId: string;
  readonly size: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** Above how many items a page of a list was too large for the gateway. Lives among the commands that found it out. */
export class PageSizes {
  readonly #table: Table<PageSize>;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, commandsTable: string, clock: Clock) {
    this.#table = new Table(client, commandsTable);
    this.#clock = clock;
  }

  /** The largest page to ask for, if anything is known. */
  async of(groupId: string, listPath: string): Promise<number | undefined> {
    const known = await this.#table.get(keyOf(groupId, listPath), { consistent: false });
    return known && known.expiresAt > seconds(this.#clock()) ? known.size : undefined;
  }

  /** Notes a size, unless a smaller one is known. */
  async remember(groupId: string, listPath: string, size: number): Promise<void> {
    const now = this.#clock();
    const smaller = when`attribute_not_exists(${path('size')}) OR ${path('size')} > ${size} OR ${path('expiresAt')} <= ${seconds(now)}`;
    const set = { size, expiresAt: seconds(now + REMEMBERED_DAYS * DAY_MS) };
    await this.#table.update(keyOf(groupId, listPath), { set }, smaller);
  }
}

/** No command has such an id: theirs are UUIDs. */
const keyOf = (groupId: string, listPath: string) => ({
  commandId: `page-size#${sha256(JSON.stringify([groupId, listPath]))}`,
});
