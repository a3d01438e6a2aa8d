import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Item, Operation } from '../dynamodb/dynalite.ts';
import type { ChangeSink } from '../dynamodb/service.ts';
import { itemSize, keyOf } from '../dynamodb/size.ts';
import type { Change, Store } from '../dynamodb/store.ts';
import type { Mapping } from './mapping.ts';

/** A record as Lambda receives it from a DynamoDB stream. */
export interface StreamRecord {
  readonly eventID: string;
  readonly eventName: 'INSERT' | 'MODIFY' | 'REMOVE';
  readonly eventVersion: '1.1';
  readonly eventSource: 'aws:dynamodb';
  readonly awsRegion: string;
  readonly dynamodb: {
    /** Seconds. */
    readonly ApproximateCreationDateTime: number;
    readonly Keys: Item;
    readonly NewImage?: Item;
    readonly OldImage?: Item;
    readonly SequenceNumber: string;
    readonly SizeBytes: number;
    readonly StreamViewType: string;
  };
  readonly userIdentity?: { readonly type: 'Service'; readonly principalId: 'dynamodb.amazonaws.com' };
  readonly eventSourceARN: string;
}

const prefixOf = ({ spec }: Mapping) => `stream~${spec.ref}~`;

/**
 * Makes stream records of changes, and keeps those that a mapping has not finished with in the same store as the
 * items, written in the same batch: what was acknowledged is delivered, also after a crash.
 */
export class StreamLog implements ChangeSink {
  readonly #store: Store;
  readonly #mappings: readonly Mapping[];
  readonly #region: string;
  readonly #now: () => number;
  #sequence: bigint;

  constructor(store: Store, mappings: readonly Mapping[], region: string, now: () => number) {
    this.#store = store;
    this.#mappings = mappings;
    this.#region = region;
    this.#now = now;
    // Time makes sequence numbers grow over restarts too.
    this.#sequence = 10n ** 20n + BigInt(Date.now()) * 1_000_000n;
  }

  /** Delivers what an earlier run left unfinished. */
  async resume(): Promise<void> {
    for (const mapping of this.#mappings) {
      const left = await this.#store.entries<StreamRecord>(prefixOf(mapping));
      for (const [key, record] of left) this.#deliver(mapping, key, record);
    }
  }

  record(changes: readonly Change[], byService: boolean): ReturnType<ChangeSink['record']> {
    const operations: Operation[] = [];
    const deliveries: (() => void)[] = [];
    for (const change of changes) {
      // A write that changes nothing leaves no record.
      if (!change.table.streamViewType || isDeepStrictEqual(change.old, change.new)) continue;
      const record = this.#recordOf(change, byService);
      for (const mapping of this.#mappings) {
        if (!mapping.wants(record)) continue;
        const key = prefixOf(mapping) + record.dynamodb.SequenceNumber;
        operations.push({ type: 'put', key, value: record });
        deliveries.push(() => this.#deliver(mapping, key, record));
      }
    }
    const publish = () => {
      for (const deliver of deliveries) deliver();
    };
    return { operations, publish };
  }

  #deliver(mapping: Mapping, key: string, record: StreamRecord): void {
    mapping.add(record, () => this.#store.batch([{ type: 'del', key }]));
  }

  #recordOf({ table, old, new: now }: Change, byService: boolean): StreamRecord {
    const { streamViewType: StreamViewType = '', streamArn, keySchema } = table;
    const Keys = keyOf(keySchema, now ?? old ?? {});
    this.#sequence += 1n;
    const SequenceNumber = String(this.#sequence);
    const images = {
      ...(now && /NEW/.test(StreamViewType) ? { NewImage: now } : {}),
      ...(old && /OLD/.test(StreamViewType) ? { OldImage: old } : {}),
    };
    return {
      eventID: createHash('md5')
        .update(streamArn + SequenceNumber)
        .digest('hex'),
      eventName: !old ? 'INSERT' : now ? 'MODIFY' : 'REMOVE',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: this.#region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(this.#now() / 1000),
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
}
