/** The UTC offsets of each group's primary, on the group (I-12). */

import type { Clock } from '../../platform/clock.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { path, when } from '../../platform/dynamodb/expression.ts';
import { Table } from '../../platform/dynamodb/table.ts';
import type { Interpreted } from '../interpret.ts';
import { canTell, learn, type UtcOffset } from './utc-offset.ts';

interface GroupOffsets {
  readonly utcOffsets?: readonly UtcOffset[];
}

/** How long what was read may be used again: the offset changes twice a year. */
const FRESH_MS = 10 * 60 * 1000;
const MOST_ENTRIES = 1_000;

export class UtcOffsetStore {
  readonly #table: Table<GroupOffsets>;
  readonly #clock: Clock;
  readonly #known = new Map<string, { offsets: readonly UtcOffset[]; until: number }>();

  constructor(client: DynamoDBClient, groupsTable: string, clock: Clock) {
    this.#table = new Table(client, groupsTable);
    this.#clock = clock;
  }

  /** Learns from one message. Reads and writes only when it can say something new. */
  async learnFrom(groupId: string, said: readonly Interpreted[]): Promise<void> {
    // Most messages need no read.
    if (!canTell(said)) return;
    const remembered = this.#known.get(groupId);
    if (
      remembered &&
      remembered.until > this.#clock() &&
      learn(remembered.offsets, said) === remembered.offsets
    )
      return;
    const group = await this.#table.get({ groupId }, { consistent: true });
    if (!group) return;
    const before = group.utcOffsets ?? [];
    const after = learn(before, said);
    // When another writer was faster, the next message tells again.
    if (after === before || (await this.#write(groupId, group.utcOffsets, after)))
      this.#remember(groupId, after);
  }

  async #write(
    groupId: string,
    before: readonly UtcOffset[] | undefined,
    after: readonly UtcOffset[],
  ): Promise<boolean> {
    const attribute = path('utcOffsets');
    // The history grows, or its last entry is made exact: of two writers that meet in that, either is right.
    const unchanged = before
      ? when`size(${attribute}) = ${before.length}`
      : when`attribute_exists(${path('groupId')}) AND attribute_not_exists(${attribute})`;
    return (await this.#table.update({ groupId }, { set: { utcOffsets: after } }, unchanged)).ok;
  }

  #remember(groupId: string, offsets: readonly UtcOffset[]): void {
    if (this.#known.size >= MOST_ENTRIES) this.#known.clear();
    this.#known.set(groupId, { offsets, until: this.#clock() + FRESH_MS });
  }
}
