/** The Overviews table: what `GET /v1/summary` shows of each group, for a minute. */
import { type Clock, MINUTE_MS, seconds } from '../../platform/clock.ts';
import { forEachInParallel } from '../../platform/collections.ts';
import { CLAIM_FIELDS, type ClaimFields, isClaimedBy, mayClaim } from '../../platform/dynamodb/claim.ts';
import type { DynamoDBClient } from '../../platform/dynamodb/client.ts';
import { allOf, type Expression, path, when } from '../../platform/dynamodb/expression.ts';
import { Table } from '../../platform/dynamodb/table.ts';

/** An overview is shown as long as it is younger. */
const FRESH_MS = MINUTE_MS;
/** A request that computes an overview is over by then. */
const CLAIM_MS = 30_000;
/** Then DynamoDB deletes an overview that nobody asks for. */
const RETENTION_MS = 60 * MINUTE_MS;

interface StoredOverview extends ClaimFields {
  readonly groupId: string;
  readonly hours: number;
  /** Epoch ms of the data in it. */
  readonly asOf?: number;
  /** JSON. */
  readonly overview?: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

export interface CachedOverview<T> {
  readonly overview: T;
  /** Epoch ms. */
  readonly asOf: number;
}

/** The right to compute an overview, and to store it. Or what another request has computed, if it has. */
export type Claimed<T> =
  | { readonly isOwn: true }
  | { readonly isOwn: false; readonly found?: CachedOverview<T> };

const isOld = (now: number): Expression => {
  const asOf = path('asOf');
  return when`attribute_not_exists(${asOf}) OR ${asOf} <= ${now - FRESH_MS}`;
};

export class OverviewsStore {
  readonly #table: Table<StoredOverview>;
  readonly #clock: Clock;

  constructor(client: DynamoDBClient, tableName: string, clock: Clock) {
    this.#table = new Table(client, tableName);
    this.#clock = clock;
  }

  /** The overviews that may be shown, by group. */
  async getMany<T>(groupIds: readonly string[], hours: number): Promise<Map<string, CachedOverview<T>>> {
    const keys = groupIds.map((groupId) => ({ groupId, hours }));
    const items = await this.#table.getMany(keys, { consistent: false });
    return new Map(
      items.flatMap((item) => {
        const found = this.#fresh<T>(item);
        return found ? [[item.groupId, found] as const] : [];
      }),
    );
  }

  /** Of several requests that find no overview, one may compute it. */
  async claim<T>(groupId: string, hours: number, claim: string): Promise<Claimed<T>> {
    const now = this.#clock();
    const set = { claim, claimedUntil: now + CLAIM_MS, expiresAt: seconds(now + RETENTION_MS) };
    const condition = allOf(mayClaim(claim, now), isOld(now));
    const written = await this.#table.update({ groupId, hours }, { set }, condition);
    if (written.ok) return { isOwn: true };
    const found = this.#fresh<T>(written.existing);
    return { isOwn: false, ...(found ? { found } : {}) };
  }

  /** Stores an overview, unless it was forgotten since the claim: then it may be computed from what is no longer so. */
  async save<T>(
    groupId: string,
    hours: number,
    claim: string,
    { overview, asOf }: CachedOverview<T>,
  ): Promise<void> {
    const change = {
      set: { overview: JSON.stringify(overview), asOf, expiresAt: seconds(asOf + RETENTION_MS) },
      remove: CLAIM_FIELDS,
    };
    await this.#table.update({ groupId, hours }, change, isClaimedBy(claim));
  }

  /** Ends a claim without an overview. */
  async release(groupId: string, hours: number, claim: string): Promise<void> {
    await this.#table.delete({ groupId, hours }, isClaimedBy(claim));
  }

  /** Removes a group's overviews, and the claims to compute them, because its settings changed. */
  async forget(groupId: string): Promise<void> {
    const key = when`${path('groupId')} = ${groupId}`;
    // One for each number of hours that was asked for within the last hour: 168 at most.
    const { items } = await this.#table.query({ key, limit: 200 });
    await forEachInParallel(items, async ({ hours }) => {
      await this.#table.delete({ groupId, hours });
    });
  }

  #fresh<T>(item: StoredOverview | undefined): CachedOverview<T> | undefined {
    if (item?.overview === undefined || item.asOf === undefined) return undefined;
    if (item.asOf <= this.#clock() - FRESH_MS) return undefined;
    return { overview: JSON.parse(item.overview) as T, asOf: item.asOf };
  }
}
