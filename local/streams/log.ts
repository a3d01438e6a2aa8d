import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { ChangeSink } from '../dynamodb/service.ts';
import { itemSize, keyOf } from '../dynamodb/size.ts';
import type { Change, Store } from '../dynamodb/store.ts';
import type { Mapping } from './mapping.ts';

/** A record as Lambda receives it from a DynamoDB stream. */
export type StreamRecord = ReturnType<typeof recordOf>;

/**
 * Makes stream records of changes, and keeps those that a mapping has not finished with in the same store as the
 * items, written in the same batch: what was acknowledged is delivered, also after a crash.
 */
export class StreamLog implements ChangeSink {
  readonly #store: Store;
  readonly #mappings: readonly Mapping[];
  readonly #region: string;
  readonly #now: () => number;
  /** Time makes sequence numbers grow over restarts too. */
  #sequence = 10n ** 20n + BigInt(Date.now()) * 1_000_000n;

  constructor(store: Store, mappings: readonly Mapping[], region: string, now: () => number) {
    this.#store = store;
    this.#mappings = mappings;
    this.#region = region;
    this.#now = now;
  }

  /** Delivers what an earlier run left unfinished. */
  async resume(): Promise<void> {
    for (const mapping of this.#mappings) {
      const left = await this.#store.entries<StreamRecord>(mapping.keyOf());
      for (const [, record] of left) mapping.add(record);
    }
  }

  record(changes: readonly Change[], byService: boolean): ReturnType<ChangeSink['record']> {
    const deliveries = changes
      // A write that changes nothing leaves no record.
      .filter((change) => change.table.streamViewType && !isDeepStrictEqual(change.old, change.new))
      .map((change) => recordOf(change, byService, this.#region, String(++this.#sequence), this.#now()))
      .flatMap((record) => {
        const wanting = this.#mappings.filter((mapping) => mapping.wants(record));
        return wanting.map((mapping) => ({
          mapping,
          record,
          key: mapping.keyOf(record.dynamodb.SequenceNumber),
        }));
      });
    return {
      operations: deliveries.map(({ key, record }) => ({ type: 'put', key, value: record })),
      publish: () => {
        for (const { mapping, record } of deliveries) mapping.add(record);
      },
    };
  }
}

/** `ms`: when the change was made. */
function recordOf(change: Change, byService: boolean, awsRegion: string, SequenceNumber: string, ms: number) {
  const { old, new: now } = change;
  const { streamViewType: StreamViewType = '', streamArn, keySchema } = change.table;
  const Keys = keyOf(keySchema, now ?? old ?? {});
  const images = {
    ...(now && /NEW/.test(StreamViewType) ? { NewImage: now } : {}),
    ...(old && /OLD/.test(StreamViewType) ? { OldImage: old } : {}),
  };
  const eventID = createHash('md5')
    .update(streamArn + SequenceNumber)
    .digest('hex');
  return {
    eventID,
    eventName: !old ? 'INSERT' : now ? 'MODIFY' : 'REMOVE',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion,
    dynamodb: {
      ApproximateCreationDateTime: Math.floor(ms / 1000),
      Keys,
      ...images,
      SequenceNumber,
      SizeBytes: [Keys, ...Object.values(images)].reduce((sum, image) => sum + itemSize(image), 0),
      StreamViewType,
    },
    ...(byService ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } } : {}),
    eventSourceARN: streamArn,
  };
}
