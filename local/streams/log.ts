import { isDeepStrictEqual } from 'node:util';
import type { ChangeSink } from '../dynamodb/service.ts';
import type { Store } from '../dynamodb/store.ts';
import type { Mapping } from './mapping.ts';
import { recordOf, type StreamRecord } from './record.ts';

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
