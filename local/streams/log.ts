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
export function createStreamLog(
  store: Store,
  mappings: readonly Mapping[],
  region: string,
  now: () => number,
): ChangeSink & { resume(): Promise<void> } {
  /** Time makes sequence numbers grow over restarts too. */
  let sequence = 10n ** 20n + BigInt(Date.now()) * 1_000_000n;
  return {
    /** Delivers what an earlier run left unfinished. */
    resume: async () => {
      for (const mapping of mappings) {
        const left = await store.entries<StreamRecord>(mapping.keyOf());
        for (const [, record] of left) mapping.add(record);
      }
    },
    record: (changes, byService) => {
      const records = changes
        // A write that changes nothing leaves no record.
        .filter((change) => change.table.streamViewType && !isDeepStrictEqual(change.old, change.new))
        .map((change) => {
          sequence += 1n;
          return recordOf(change, String(sequence), region, now(), byService);
        });
      const deliveries = mappings.flatMap((mapping) =>
        records.filter(mapping.wants).map((record) => ({ mapping, record })),
      );
      return {
        operations: deliveries.map(({ mapping, record }) => {
          return { type: 'put', key: mapping.keyOf(record.dynamodb.SequenceNumber), value: record };
        }),
        publish: () => {
          for (const { mapping, record } of deliveries) mapping.add(record);
        },
      };
    },
  };
}

function recordOf(change: Change, SequenceNumber: string, awsRegion: string, ms: number, byService: boolean) {
  const { old, new: now, table } = change;
  const { streamViewType: StreamViewType = '', streamArn: eventSourceARN } = table;
  const Keys = keyOf(table.keySchema, now ?? old ?? {});
  const images = {
    ...(now && /NEW/.test(StreamViewType) ? { NewImage: now } : {}),
    ...(old && /OLD/.test(StreamViewType) ? { OldImage: old } : {}),
  };
  const SizeBytes = [Keys, ...Object.values(images)].reduce((sum, image) => sum + itemSize(image), 0);
  const data = { Keys, ...images, SequenceNumber, SizeBytes, StreamViewType };
  const eventID = createHash('md5').update(eventSourceARN + SequenceNumber);
  return {
    eventID: eventID.digest('hex'),
    eventName: !old ? 'INSERT' : now ? 'MODIFY' : 'REMOVE',
    eventVersion: '1.1',
    eventSource: 'aws:dynamodb',
    awsRegion,
    dynamodb: { ApproximateCreationDateTime: Math.floor(ms / 1000), ...data },
    eventSourceARN,
    ...(byService ? { userIdentity: { type: 'Service', principalId: 'dynamodb.amazonaws.com' } } : {}),
  };
}
