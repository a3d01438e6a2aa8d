import { isDeepStrictEqual } from 'node:util';
import type { ChangeSink } from '../dynamodb/service.ts';
import type { Store } from '../dynamodb/store.ts';
import type { Mapping } from './mapping.ts';
import { recordOf, type StreamRecord } from './record.ts';

/**
 * Makes stream records of changes, and stores those that a mapping has not processed in the same batch as the items, so
 * that the records of every acknowledged write are delivered, even after a crash.
 */
export function createStreamLog(
  store: Store,
  mappings: readonly Mapping[],
  region: string,
  now: () => number,
): ChangeSink & { resume(): Promise<void> } {
  /** Based on the time, so that sequence numbers also grow over restarts. */
  let sequence = 10n ** 20n + BigInt(Date.now()) * 1_000_000n;
  return {
    /** Delivers the records that an earlier run left. */
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
