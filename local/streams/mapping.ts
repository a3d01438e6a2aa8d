import { createHash, randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import { deferred } from '../../gateway/deferred.ts';
import type { InvokeResult } from '../../gateway/types.ts';
import type { Resolved } from '../assembly/intrinsics.ts';
import { isoSeconds } from '../events/bus.ts';
import { patternOf } from '../events/pattern.ts';
import type { ServiceContext } from '../service-context.ts';
import type { StreamRecord } from './record.ts';
import type { MappingProperties, MappingTarget } from './target.ts';

interface Lane {
  readonly shardId: string;
  /** Records in order. */
  readonly waiting: StreamRecord[];
  running: boolean;
  endWindow: () => void;
}

/** The largest payload of an invocation. */
const MAX_PAYLOAD_BYTES = 6_000_000;
/** How long a stream keeps its records. */
const RETENTION_SECONDS = 86_400;
/** The delay before the first retry is doubled each time up to the maximum; AWS gives no figures. */
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 60_000;

const hashed = (value: unknown, buckets: number): number =>
  createHash('md5').update(JSON.stringify(value)).digest().readUInt32BE() % buckets;

export type Mapping = ReturnType<typeof createMapping>;

/**
 * An event source mapping: reads the records of a stream in the order of each item, in batches, and retries as Lambda
 * does (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html).
 */
export function createMapping(
  { logicalId, ref, properties }: Resolved<MappingProperties>,
  { lambda, clock, activity, log, store, shards: count }: ServiceContext,
  { fn, discard }: MappingTarget,
) {
  const { EventSourceArn: streamArn, BatchSize = 100, MaximumRetryAttempts: limit = -1 } = properties;
  const { ParallelizationFactor = 1, MaximumBatchingWindowInSeconds: windowSeconds = 0 } = properties;
  const { MaximumRecordAgeInSeconds: maxAge = -1 } = properties;
  const maxAgeSeconds = maxAge === -1 ? RETENTION_SECONDS : Math.min(maxAge, RETENTION_SECONDS);
  const patterns = properties.FilterCriteria?.Filters ?? [{ Pattern: '{}' }];
  const filters = patterns.map(({ Pattern }) => patternOf(logicalId, JSON.parse(Pattern)));
  /** ParallelizationFactor lanes for each shard. */
  const lanes = Array.from({ length: count * ParallelizationFactor }, (_, number): Lane => {
    const shard = String(Math.floor(number / ParallelizationFactor)).padStart(20, '0');
    return { shardId: `shardId-${shard}-00000000`, waiting: [], running: false, endWindow: () => {} };
  });
  let stopped = false;
  /** How many callers currently skip the batching windows. */
  let skipping = 0;

  const report = (message: string) => log({ source: 'streams', message: `${logicalId}: ${message}` });
  const isFull = ({ waiting }: Lane) => waiting.length >= BatchSize;
  /** The key of a record until it is processed or given up; without a number, the prefix of these keys. */
  const keyOf = (sequenceNumber = '') => `stream~${ref}~${sequenceNumber}`;
  const remove = (records: readonly StreamRecord[]) =>
    untilStored(() =>
      store.batch(records.map(({ dynamodb }) => ({ type: 'del', key: keyOf(dynamodb.SequenceNumber) }))),
    );

  const pause = async (attempts: number): Promise<void> => {
    const end = deferred();
    clock.setTimeout(end.resolve, Math.min(MAX_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts));
    await end.promise;
  };

  /** Repeats a write that the store refuses (a full disk): otherwise the batch would be forgotten until the next start. */
  async function untilStored(write: () => Promise<unknown>): Promise<void> {
    for (let attempts = 0; !stopped; attempts++) {
      try {
        await write();
        return;
      } catch (error) {
        if (stopped) return;
        report((error as Error).message);
        await pause(attempts);
      }
    }
  }

  /** Processes one batch after the other until none is waiting. */
  async function run(lane: Lane): Promise<void> {
    lane.running = true;
    while (lane.waiting.length > 0 && !stopped) {
      await gather(lane);
      await process(lane.shardId, take(lane.waiting));
    }
    lane.running = false;
  }

  /** Waits for a full batch, or for the end of the batching window. */
  async function gather(lane: Lane): Promise<void> {
    if (windowSeconds > 0 && skipping === 0 && !isFull(lane)) {
      const window = deferred();
      lane.endWindow = window.resolve;
      const timer = clock.setTimeout(window.resolve, windowSeconds * 1000);
      await window.promise;
      clock.clearTimeout(timer);
    }
    // The records of one transaction arrive together.
    await setImmediate();
  }

  /** As many records as fit into a batch and an invocation. */
  function take(waiting: StreamRecord[]): StreamRecord[] {
    let bytes = 0;
    const end = waiting.slice(0, BatchSize).findIndex((record, at) => {
      bytes += Buffer.byteLength(JSON.stringify(record));
      return at > 0 && bytes > MAX_PAYLOAD_BYTES;
    });
    return waiting.splice(0, end < 0 ? BatchSize : end);
  }

  /** Retries records until each is processed or given up; `tried`: earlier attempts. */
  async function process(shardId: string, batch: readonly StreamRecord[], tried = 0): Promise<void> {
    let [records, attempts] = [batch, tried];
    while (records.length > 0 && !stopped) {
      const old = records.findIndex((record) => !isTooOld(record));
      if (old !== 0) {
        const end = old < 0 ? records.length : old;
        await giveUp(shardId, records.slice(0, end), attempts, 'RecordAgeExceeded');
        records = records.slice(end);
        continue;
      }
      const result = await lambda.invoke(fn.arn, { Records: records });
      if (stopped) return;
      const failedAt = firstFailure(records, result);
      await remove(records.slice(0, failedAt));
      records = records.slice(failedAt);
      if (records.length === 0) return;
      report(`${records.length} records failed: ${result.ok ? 'reported' : result.errorMessage}`);
      // After progress the rest is a new batch, with its own attempts.
      if (failedAt > 0) attempts = 0;
      const throttled = !result.ok && result.failure === 'throttled';
      if (properties.BisectBatchOnFunctionError && !result.ok && !throttled && records.length > 1) {
        // Splitting does not count as an attempt, and the halves are tried immediately.
        const middle = Math.ceil(records.length / 2);
        await process(shardId, records.slice(0, middle), attempts);
        records = records.slice(middle);
      } else if (!throttled && limit >= 0 && attempts >= limit) {
        return giveUp(shardId, records, attempts + 1, 'RetryAttemptsExhausted');
      } else {
        await pause(attempts);
        // A throttled attempt did not reach the function, so it does not count either.
        if (!throttled) attempts += 1;
      }
    }
  }

  const isTooOld = ({ dynamodb }: StreamRecord) =>
    clock.now() / 1000 - dynamodb.ApproximateCreationDateTime > maxAgeSeconds;

  /** Index of the first record to retry. */
  function firstFailure(records: readonly StreamRecord[], result: InvokeResult): number {
    if (!result.ok) return 0;
    const reports = properties.FunctionResponseTypes?.includes('ReportBatchItemFailures');
    const answer = result.payload as { batchItemFailures?: { itemIdentifier?: string }[] } | null | undefined;
    const failures = (reports && answer?.batchItemFailures) || [];
    const positions = failures.map(({ itemIdentifier }) =>
      records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
    );
    // An unknown identifier fails the whole batch.
    return failures.length === 0 ? records.length : Math.max(0, Math.min(...positions));
  }

  /** Sends the records to the failure destination, a queue only metadata. */
  async function giveUp(shardId: string, records: readonly StreamRecord[], tries: number, condition: string) {
    report(`gave up ${records.length} records (${condition})`);
    const [first, last] = [records[0]?.dynamodb, records.at(-1)?.dynamodb];
    if (discard && first && last) {
      const request = { requestId: randomUUID(), functionArn: fn.arn, condition };
      const metadata = {
        requestContext: { ...request, approximateInvokeCount: tries },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: new Date(clock.now()).toISOString(),
        DDBStreamBatchInfo: {
          shardId,
          startSequenceNumber: first.SequenceNumber,
          endSequenceNumber: last.SequenceNumber,
          approximateArrivalOfFirstRecord: isoSeconds(first.ApproximateCreationDateTime * 1000),
          approximateArrivalOfLastRecord: isoSeconds(last.ApproximateCreationDateTime * 1000),
          batchSize: records.length,
          streamArn,
        },
      };
      await untilStored(() => discard(metadata, shardId, records));
    }
    await remove(records);
  }

  return {
    keyOf,
    /** Whether the record is of this stream and matches one of the filters. */
    wants: (record: StreamRecord) =>
      record.eventSourceARN === streamArn && filters.some((matches) => matches(record)),
    /** Adds a record that is stored under its key. */
    add: (record: StreamRecord) => {
      const { Keys } = record.dynamodb;
      // By partition key to a shard, and by the whole key to a lane, which keeps the order of an item.
      const shard = hashed(Object.values(Keys)[0], count);
      const lane = lanes[shard * ParallelizationFactor + hashed(Keys, ParallelizationFactor)] as Lane;
      lane.waiting.push(record);
      if (isFull(lane)) lane.endWindow();
      if (!lane.running) void activity.during(run(lane));
    },
    /** Skips batching windows until the returned function is called. */
    skipWindows: () => {
      skipping += 1;
      for (const { endWindow } of lanes) endWindow();
      return () => {
        skipping -= 1;
      };
    },
    stop: () => {
      stopped = true;
    },
  };
}
