import { randomInt, randomUUID } from 'node:crypto';
import { type Clock, seconds } from '../platform/clock.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import { Table } from '../platform/dynamodb/table.ts';

interface Place {
  readonly commandId: string;
  readonly holder?: string;
  /** Epoch ms. */
  readonly until?: number;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

/** A place that was had; give it back with {@link WaitingRoom.leave}. */
export interface Held {
  readonly number: number;
  readonly holder: string;
}

/** With many places, how many are tried before the room counts as full. */
const MOST_TRIES = 10;

/**
 * Requests that wait for an answer hold one of the account's concurrent executions, so there is a fixed number of places
 * for them in the whole deployment. A place is had by a conditional write; one whose holder died is free again after its
 * time. Lives in the Commands table, whose ids are UUIDs.
 */
export class WaitingRoom {
  readonly #table: Table<Place>;
  readonly #places: number;
  readonly #clock: Clock;
  /** The place that this execution environment had last: most likely still free. */
  #last: number;

  constructor(client: DynamoDBClient, commandsTable: string, places: number, clock: Clock) {
    this.#table = new Table(client, commandsTable);
    this.#places = places;
    this.#clock = clock;
    this.#last = randomInt(places);
  }

  /** A place until `until` (epoch ms), or undefined when there is none. */
  async enter(until: number): Promise<Held | undefined> {
    const now = this.#clock();
    const free = when`attribute_not_exists(${path('until')}) OR ${path('until')} <= ${now}`;
    const holder = randomUUID();
    for (let tried = 0; tried < Math.min(this.#places, MOST_TRIES); tried++) {
      const number = (this.#last + tried) % this.#places;
      const place = { commandId: idOf(number), holder, until, expiresAt: seconds(until) + 60 };
      const written = await this.#table.put(place, free);
      // The SDK's second try finds the first one's own write.
      if (!written.ok && written.existing?.holder !== holder) continue;
      this.#last = number;
      return { number, holder };
    }
    // Somewhere else next time, or all environments would queue up at the same places.
    this.#last = randomInt(this.#places);
    return undefined;
  }

  async leave({ number, holder }: Held): Promise<void> {
    const mine = when`${path('holder')} = ${holder}`;
    await this.#table.update({ commandId: idOf(number) }, { remove: ['holder', 'until'] }, mine);
  }
}

const idOf = (number: number): string => `waiting#${number}`;
