/** The Jobs and Images tables: one item for each job or image, holding what was said about it. */
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { type Clock, DAY_MS, seconds } from '../platform/clock.ts';
import { path, when } from '../platform/dynamodb/expression.ts';
import type { Key } from '../platform/dynamodb/requests.ts';
import { Table } from '../platform/dynamodb/table.ts';
import { imageRank } from './image.ts';
import { jobRank, latestOf } from './job.ts';
import { isTimeStamp } from './time-stamp.ts';
import { contentOf, merge, type Rank, type TimelineEvent } from './timeline.ts';

/** What differs between jobs and images. */
export interface ViewKind {
  /** The sort key. */
  readonly id: 'jobId' | 'backupId';
  /** The sort key of the index `by-time`: NetBackup's own field, epoch seconds as it came (I-12). */
  readonly time: 'startTime' | 'backupTime';
  readonly rank: Rank;
  readonly latest: (events: readonly TimelineEvent[]) => TimelineEvent | undefined;
}
export const JOBS: ViewKind = { id: 'jobId', time: 'startTime', rank: jobRank, latest: latestOf };
export const IMAGES: ViewKind = {
  id: 'backupId',
  time: 'backupTime',
  rank: imageRank,
  latest: (events) => events.at(-1),
};

/** An item as stored. The view that people see is folded from `events` when it is read. */
export interface ViewItem {
  readonly groupId: string;
  readonly jobId?: number;
  readonly backupId?: string;
  readonly startTime?: number;
  readonly backupTime?: number;
  readonly events: readonly TimelineEvent[];
  readonly version: number;
  /** Epoch seconds, counted from the latest arrival. */
  readonly expiresAt: number;
}

/** Writers of one item at a time: the shards of the stream, and a retry that overtakes. */
const ROUNDS = 10;

export class ViewStore {
  readonly #table: Table<ViewItem>;
  readonly #kind: ViewKind;

  constructor(client: DynamoDBClient, tableName: string, kind: ViewKind) {
    this.#table = new Table(client, tableName);
    this.#kind = kind;
  }

  /** Adds what was said about one job or image. What is there already changes nothing and costs no write. */
  async record(
    groupId: string,
    id: string | number,
    said: readonly TimelineEvent[],
    retentionDays: number,
  ): Promise<void> {
    const key = { groupId, [this.#kind.id]: id };
    for (let round = 0; round < ROUNDS; round++) {
      const known = await this.#table.get(key, { consistent: true });
      const events = merge(known?.events ?? [], said, this.#kind.rank);
      if (known && JSON.stringify(events) === JSON.stringify(known.events)) return;
      const item = {
        ...key,
        ...this.#derived(events, retentionDays),
        events,
        version: (known?.version ?? 0) + 1,
      };
      const condition = known
        ? when`${path('version')} = ${known.version}`
        : when`attribute_not_exists(${path('groupId')})`;
      if ((await this.#table.put(item as ViewItem, condition)).ok) return;
    }
    throw new Error(`${this.#kind.id} ${id} of ${groupId} is contended beyond reason.`);
  }

  /** Undefined too when it has expired and DynamoDB has not deleted it yet. */
  async get(groupId: string, id: string | number, clock: Clock): Promise<ViewItem | undefined> {
    const item = await this.#table.get({ groupId, [this.#kind.id]: id }, { consistent: true });
    return item && item.expiresAt > seconds(clock()) ? item : undefined;
  }

  /** A page by time, latest first. */
  async latest(groupId: string, limit: number, clock: Clock, startAfter?: Key) {
    const key = when`${path('groupId')} = ${groupId}`;
    const page = await this.#table.query({ index: 'by-time', key, limit, descending: true, startAfter });
    const { id } = this.#kind;
    const items = await this.#table.getMany(
      page.items.map((item) => ({ groupId, [id]: item[id] as string | number })),
      { consistent: false },
    );
    const byId = new Map(
      items.filter((item) => item.expiresAt > seconds(clock())).map((item) => [item[id], item]),
    );
    return {
      items: page.items.flatMap((item) => byId.get(item[id]) ?? []),
      ...(page.lastKey ? { lastKey: page.lastKey } : {}),
    };
  }

  #derived(events: readonly TimelineEvent[], retentionDays: number) {
    const latest = this.#kind.latest(events);
    const time = latest && contentOf(latest)[this.#kind.time];
    const receivedAt = Math.max(...events.map((event) => event.receivedAt));
    return {
      // Without a usable time it is still listed: by when it was reported.
      [this.#kind.time]: isTimeStamp(time) ? time : (latest?.timeStamp ?? 0),
      expiresAt: seconds(receivedAt + retentionDays * DAY_MS),
    };
  }
}
