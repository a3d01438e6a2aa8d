import { createHash, randomUUID } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { Resolved } from '../assembly/intrinsics.ts';
import { deferred } from '../deferred.ts';
import { StartError } from '../errors.ts';
import { isoSeconds } from '../events/bus.ts';
import { type Matcher, patternOf } from '../events/pattern.ts';
import type { Surroundings } from '../services.ts';
import type { FunctionSpec, InvokeResult } from '../types.ts';
import type { StreamRecord } from './log.ts';

/** AWS::Lambda::EventSourceMapping by the CloudFormation reference. */
export interface MappingProperties {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly BisectBatchOnFunctionError?: boolean;
  readonly FunctionResponseTypes?: readonly string[];
  readonly MaximumRetryAttempts?: number;
  readonly MaximumRecordAgeInSeconds?: number;
  readonly ParallelizationFactor?: number;
  readonly FilterCriteria?: { readonly Filters: readonly { readonly Pattern: string }[] };
  readonly DestinationConfig?: { readonly OnFailure?: { readonly Destination: string } };
  readonly Enabled?: boolean;
}

interface MappingOptions extends Pick<Surroundings, 'lambda' | 'clock' | 'activity' | 'log' | 'store'> {
  readonly fn: FunctionSpec;
  /** How many; a new on-demand table begins with four partitions. */
  readonly shards: number;
  /** Sends to the failure destination in the function's name. */
  readonly send: (queueArn: string, body: unknown) => Promise<void>;
}

interface Shard {
  readonly id: string;
  /** In order. */
  readonly waiting: StreamRecord[];
  running: boolean;
  endWindow: () => void;
}

/** Largest payload of an invocation, bytes. */
const PAYLOAD_BYTES = 6_000_000;
/** A stream keeps its records this long. */
const RETENTION_SECONDS = 86_400;
/** Waiting before the first retry, doubled each time up to the longest; AWS gives no figures. */
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 60_000;

/**
 * An event source mapping: reads the records of a stream in the order of each item, in batches, and retries as Lambda
 * does (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html).
 */
export class Mapping {
  readonly #spec: Resolved<MappingProperties>;
  readonly #options: MappingOptions;
  readonly #filters: readonly Matcher[];
  readonly #shards: readonly Shard[];
  #stopped = false;
  /** How many wait for quiet: a batching window would only keep them. */
  #hurried = 0;

  constructor(spec: Resolved<MappingProperties>, options: MappingOptions) {
    const { ParallelizationFactor = 1, FilterCriteria } = spec.properties;
    if (ParallelizationFactor > 1)
      throw new StartError(`${spec.logicalId} has a ParallelizationFactor; only 1 is known here.`);
    const filters = FilterCriteria?.Filters ?? [{ Pattern: '{}' }];
    this.#spec = spec;
    this.#options = options;
    this.#filters = filters.map(({ Pattern }) => patternOf(spec.logicalId, JSON.parse(Pattern)));
    this.#shards = Array.from({ length: options.shards }, (_, number) => {
      const id = `shardId-${String(number).padStart(20, '0')}-00000000`;
      return { id, waiting: [], running: false, endWindow: () => {} };
    });
  }

  /** Where a record is stored until it is processed or given up; without a number, how all these keys begin. */
  keyOf(sequenceNumber = ''): string {
    return `stream~${this.#spec.ref}~${sequenceNumber}`;
  }

  /** Whether the record is of this stream and one of the filters lets it through. */
  wants(record: StreamRecord): boolean {
    const { EventSourceArn } = this.#spec.properties;
    return record.eventSourceARN === EventSourceArn && this.#filters.some((matches) => matches(record));
  }

  /** Takes a record that is stored. */
  add(record: StreamRecord): void {
    const [partitionKey] = Object.values(record.dynamodb.Keys);
    const hash = createHash('md5').update(JSON.stringify(partitionKey)).digest().readUInt32BE();
    const shard = this.#shards[hash % this.#shards.length] as Shard;
    shard.waiting.push(record);
    if (this.#isFull(shard)) shard.endWindow();
    if (!shard.running) void this.#options.activity.during(this.#run(shard));
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Ends batching windows at once, until the returned function is called. */
  hurry(): () => void {
    this.#hurried += 1;
    for (const { endWindow } of this.#shards) endWindow();
    return () => {
      this.#hurried -= 1;
    };
  }

  #isFull({ waiting }: Shard): boolean {
    return waiting.length >= (this.#spec.properties.BatchSize ?? 100);
  }

  async #run(shard: Shard): Promise<void> {
    shard.running = true;
    while (shard.waiting.length > 0 && !this.#stopped) {
      await this.#gather(shard);
      // The store may close under it: what was not finished comes again at the next start.
      await this.#process(shard.id, this.#take(shard)).catch((error: Error) => this.#say(error.message));
    }
    shard.running = false;
  }

  /** Waits for a full batch, or for the end of the batching window. */
  async #gather(shard: Shard): Promise<void> {
    const { MaximumBatchingWindowInSeconds: seconds = 0 } = this.#spec.properties;
    if (seconds > 0 && this.#hurried === 0 && !this.#isFull(shard)) {
      const window = deferred();
      shard.endWindow = window.resolve;
      const timer = this.#options.clock.setTimeout(window.resolve, seconds * 1000);
      await window.promise;
      this.#options.clock.clearTimeout(timer);
    }
    // Records of one transaction come together.
    await setImmediate();
  }

  /** As many records as a batch may have and an invocation can carry. */
  #take({ waiting }: Shard): StreamRecord[] {
    const { BatchSize = 100 } = this.#spec.properties;
    let bytes = 0;
    const end = waiting.slice(0, BatchSize).findIndex((record, at) => {
      bytes += Buffer.byteLength(JSON.stringify(record));
      return at > 0 && bytes > PAYLOAD_BYTES;
    });
    return waiting.splice(0, end < 0 ? BatchSize : end);
  }

  /** Tries records until each is processed or given up. */
  async #process(shardId: string, batch: readonly StreamRecord[], tried = 0): Promise<void> {
    const { MaximumRetryAttempts: limit = -1, BisectBatchOnFunctionError: bisect } = this.#spec.properties;
    const { lambda, fn, clock } = this.#options;
    let [records, attempts] = [batch, tried];
    while (records.length > 0 && !this.#stopped) {
      const late = records.filter((record) => this.#isTooOld(record));
      if (late.length > 0) await this.#giveUp(shardId, late, attempts, 'RecordAgeExceeded');
      records = records.slice(late.length);
      if (records.length === 0) return;
      const result = await lambda.invoke(fn.arn, { Records: records });
      if (this.#stopped) return;
      const failedAt = this.#firstFailure(records, result);
      await this.#forget(records.slice(0, failedAt));
      records = records.slice(failedAt);
      if (records.length === 0) return;
      this.#say(`${records.length} records failed: ${result.ok ? 'reported' : result.errorMessage}`);
      // What remains after progress is another batch, with its own attempts.
      if (failedAt > 0) attempts = 0;
      const throttled = !result.ok && result.failure === 'throttled';
      if (bisect && !result.ok && !throttled && records.length > 1) {
        // Splitting does not count, and the halves are tried at once.
        const middle = Math.ceil(records.length / 2);
        await this.#process(shardId, records.slice(0, middle), attempts);
        records = records.slice(middle);
      } else if (!throttled && limit >= 0 && attempts >= limit) {
        return this.#giveUp(shardId, records, attempts + 1, 'RetryAttemptsExhausted');
      } else {
        const pause = deferred();
        clock.setTimeout(pause.resolve, Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts));
        await pause.promise;
        // Throttled, it did not reach the function, which does not count either.
        if (!throttled) attempts += 1;
      }
    }
  }

  /** Index of the first record that is to be tried again. */
  #firstFailure(records: readonly StreamRecord[], result: InvokeResult): number {
    if (!result.ok) return 0;
    const reports = this.#spec.properties.FunctionResponseTypes?.includes('ReportBatchItemFailures');
    const answer = result.payload as { batchItemFailures?: { itemIdentifier?: string }[] } | null | undefined;
    const failures = (reports && answer?.batchItemFailures) || [];
    const positions = failures.map(({ itemIdentifier }) =>
      records.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === itemIdentifier),
    );
    // An identifier that is not of the batch fails the whole batch.
    return failures.length === 0 ? records.length : Math.max(0, Math.min(...positions));
  }

  #isTooOld({ dynamodb }: StreamRecord): boolean {
    const { MaximumRecordAgeInSeconds: limit = -1 } = this.#spec.properties;
    const age = this.#options.clock.now() / 1000 - dynamodb.ApproximateCreationDateTime;
    return age > (limit < 0 ? RETENTION_SECONDS : limit);
  }

  /** Sends metadata (never the records) to the failure destination, and goes on. */
  async #giveUp(
    shardId: string,
    records: readonly StreamRecord[],
    approximateInvokeCount: number,
    condition: string,
  ): Promise<void> {
    this.#say(`gave up ${records.length} records (${condition})`);
    const { EventSourceArn: streamArn, DestinationConfig } = this.#spec.properties;
    const { fn, clock, send } = this.#options;
    const [first, last] = [records[0]?.dynamodb, records.at(-1)?.dynamodb];
    const destination = DestinationConfig?.OnFailure?.Destination;
    if (destination && first && last) {
      await send(destination, {
        requestContext: { requestId: randomUUID(), functionArn: fn.arn, condition, approximateInvokeCount },
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
      });
    }
    await this.#forget(records);
  }

  #forget(records: readonly StreamRecord[]): Promise<void> {
    const keys = records.map(({ dynamodb }) => this.keyOf(dynamodb.SequenceNumber));
    return this.#options.store.batch(keys.map((key) => ({ type: 'del', key })));
  }

  #say(message: string): void {
    this.#options.log({ source: 'streams', message: `${this.#spec.logicalId}: ${message}` });
  }
}
