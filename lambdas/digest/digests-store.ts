/**
 * What is kept of the days of a digest: whether its mail was sent, and the numbers with which later days are compared. They are items of
 * the Overviews table: partition `digest~NAME`, which no group can have as its id, and the day in place of the hours.
 */
import { type Clock, DAY_MS, seconds } from '../platform/clock.ts';
import { CLAIM_FIELDS, type ClaimFields, isClaimedBy, mayClaim } from '../platform/dynamodb/claim.ts';
import type { DynamoDBClient } from '../platform/dynamodb/client.ts';
import { allOf, path, when } from '../platform/dynamodb/expression.ts';
import { Table } from '../platform/dynamodb/table.ts';
import type { Totals } from './digest.ts';

/** How many days are compared. */
const COMPARED_DAYS = 7;
/** Longer than they are compared. */
const RETENTION_MS = 14 * DAY_MS;
/** Sending takes seconds. Shorter than the minute after which Lambda repeats a failed invocation. */
const CLAIM_MS = 50_000;

interface StoredDay extends ClaimFields {
  readonly groupId: string;
  /** The day, as its number since 1970-01-01. */
  readonly hours: number;
  /** Epoch ms: when the digest was done, with or without a mail. */
  readonly doneAt?: number;
  readonly totals?: Totals;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

export interface Days {
  readonly isDone: boolean;
  /** Of the days before, as far as they are known. */
  readonly before: readonly Totals[];
}
/** `own`: this invocation may send the mail. `other`: another one is sending it. */
export type DayClaim = 'own' | 'other' | 'done';

const isNotDone = when`attribute_not_exists(${path('doneAt')})`;

export class DigestsStore {
  readonly #table: Table<StoredDay>;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
  }

  /** The day and those before it. */
  async read(name: string, day: number): Promise<Days> {
    const key = when`${path('groupId')} = ${partitionOf(name)} AND ${path('hours')} BETWEEN ${day - COMPARED_DAYS} AND ${day}`;
    const { items } = await this.#table.query({ key, limit: COMPARED_DAYS + 1, consistent: true });
    return {
      isDone: items.some(({ hours, doneAt }) => hours === day && doneAt !== undefined),
      before: items.flatMap(({ hours, totals }) => (hours < day && totals ? [totals] : [])),
    };
  }

  async claim(name: string, day: number, claim: string): Promise<DayClaim> {
    const now = this.#clock();
    const set = { claim, claimedUntil: now + CLAIM_MS, expiresAt: seconds(now + RETENTION_MS) };
    const condition = allOf(isNotDone, mayClaim(claim, now));
    const written = await this.#table.update(keyOf(name, day), { set }, condition);
    if (written.ok) return 'own';
    return written.existing?.doneAt === undefined ? 'other' : 'done';
  }

  /** @param totals undefined if they are not known */
  async finish(name: string, day: number, claim: string, totals: Totals | undefined): Promise<void> {
    const change = { set: { doneAt: this.#clock(), totals }, remove: CLAIM_FIELDS };
    await this.#table.update(keyOf(name, day), change, isClaimedBy(claim));
  }

  /** After a mail that was certainly or probably not sent, so that the next attempt need not wait. */
  async release(name: string, day: number, claim: string): Promise<void> {
    await this.#table.update(keyOf(name, day), { remove: CLAIM_FIELDS }, isClaimedBy(claim));
  }
}

/** `lib/functions.ts` permits these partitions only. */
const partitionOf = (name: string): string => `digest~${name}`;
const keyOf = (name: string, day: number) => ({ groupId: partitionOf(name), hours: day });
