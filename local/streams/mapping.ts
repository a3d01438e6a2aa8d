import { createHash, randomUUID } from 'node:crypto';
import type { Activity } from '../activity.ts';
import type { Resolved } from '../assembly/intrinsics.ts';
import type { Clock, Timer } from '../clock.ts';
import { StartError } from '../errors.ts';
import { compilePattern, type Matcher } from '../events/pattern.ts';
import type { FunctionSpec, InvokeResult, LambdaService, LocalLog } from '../types.ts';
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

/** Largest payload of an invocation, bytes. */
const PAYLOAD_BYTES = 6_000_000;
/** A stream keeps its records this long. */
const RETENTION_SECONDS = 86_400;
/** Waiting before the first retry, doubled each time up to the longest; AWS gives no figures. */
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 60_000;

interface Entry {
  readonly record: StreamRecord;
  readonly bytes: number;
  /** Forgets the record for good. */
  readonly finish: () => Promise<void>;
  readonly end: () => void;
}

interface Batch {
  readonly entries: readonly Entry[];
  /** How often it was tried and failed. */
  readonly attempts: number;
}

interface Lane {
  readonly shardId: string;
  /** New records, in order. */
  readonly fresh: Entry[];
  /** What must be tried again before anything fresh. */
  readonly again: Batch[];
  running: boolean;
  window: Timer | undefined;
}

export interface MappingOptions {
  readonly fn: FunctionSpec;
  readonly lambda: LambdaService;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly log: LocalLog;
  /** Shards of the stream; a new on-demand table begins with four partitions. */
  readonly shards: number;
  /** Sends to the failure destination in the function's name. Never rejects. */
  readonly send: (queueArn: string, body: unknown) => Promise<void>;
}

const hash = (value: unknown, buckets: number): number =>
  createHash('md5').update(JSON.stringify(value)).digest().readUInt32BE(0) % buckets;

/**
 * An event source mapping: reads the records of a stream in the order of each item, in batches, and retries as Lambda
 * does (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html).
 */
export class Mapping {
  readonly spec: Resolved<MappingProperties>;
  readonly #options: MappingOptions;
  readonly #filters: readonly Matcher[];
  readonly #lanes = new Map<number, Lane>();
  readonly #batchSize: number;
  readonly #windowMs: number;
  #stopped = false;
  /** How many wait for quiet: a batching window would only keep them. */
  #hurried = 0;

  constructor(spec: Resolved<MappingProperties>, options: MappingOptions) {
    const { BatchSize = 100, MaximumBatchingWindowInSeconds = 0, FilterCriteria } = spec.properties;
    this.spec = spec;
    this.#options = options;
    this.#batchSize = BatchSize;
    this.#windowMs = MaximumBatchingWindowInSeconds * 1000;
    this.#filters = (FilterCriteria?.Filters ?? []).map(({ Pattern }) => {
      try {
        return compilePattern(JSON.parse(Pattern));
      } catch (error) {
        throw new StartError(
          `${spec.logicalId} filters by ${(error as Error).message}, which is not known here.`,
        );
      }
    });
  }

  /** Whether the record is of this stream and one of the filters lets it through. */
  wants(record: StreamRecord): boolean {
    if (record.eventSourceARN !== this.spec.properties.EventSourceArn) return false;
    return this.#filters.length === 0 || this.#filters.some((matches) => matches(record));
  }

  /** `finish` is called once the record is processed or given up. */
  add(record: StreamRecord, finish: () => Promise<void>): void {
    const lane = this.#laneOf(record);
    const bytes = Buffer.byteLength(JSON.stringify(record));
    lane.fresh.push({ record, bytes, finish, end: this.#options.activity.begin() });
    this.#schedule(lane);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Ends batching windows at once, until the returned function is called. */
  hurry(): () => void {
    this.#hurried += 1;
    for (const lane of this.#lanes.values()) this.#schedule(lane);
    return () => {
      this.#hurried -= 1;
    };
  }

  /** Shard by partition key; within it, as many lanes as ParallelizationFactor, by the whole key. */
  #laneOf({ dynamodb: { Keys } }: StreamRecord): Lane {
    const { ParallelizationFactor = 1 } = this.spec.properties;
    const shard = hash(Object.values(Keys)[0], this.#options.shards);
    const number = shard * ParallelizationFactor + hash(Keys, ParallelizationFactor);
    const shardId = `shardId-${String(shard).padStart(20, '0')}-00000000`;
    const lane = this.#lanes.get(number) ?? {
      shardId,
      fresh: [],
      again: [],
      running: false,
      window: undefined,
    };
    this.#lanes.set(number, lane);
    return lane;
  }

  /** Starts the lane when a batch is full or its window has passed. */
  #schedule(lane: Lane): void {
    const { clock } = this.#options;
    if (this.#stopped || lane.running || lane.fresh.length + lane.again.length === 0) return;
    const bytes = lane.fresh.reduce((sum, entry) => sum + entry.bytes, 0);
    const full = lane.fresh.length >= this.#batchSize || bytes >= PAYLOAD_BYTES;
    if (full || this.#windowMs === 0 || this.#hurried > 0 || lane.again.length > 0) {
      clock.clearTimeout(lane.window);
      lane.window = undefined;
      lane.running = true;
      // Not at once: records of one transaction come together.
      setImmediate(() => void this.#run(lane));
    } else {
      lane.window ??= clock.setTimeout(() => {
        lane.window = undefined;
        lane.running = true;
        void this.#run(lane);
      }, this.#windowMs);
    }
  }

  async #run(lane: Lane): Promise<void> {
    try {
      await this.#process(lane, lane.again.shift() ?? { entries: this.#take(lane.fresh), attempts: 0 });
    } catch (error) {
      // The store has closed under it: what was not finished comes again at the next start.
      this.#options.log({
        source: 'streams',
        message: `${this.spec.logicalId}: ${(error as Error).message}`,
      });
    }
    lane.running = false;
    this.#schedule(lane);
  }

  #take(fresh: Entry[]): Entry[] {
    let count = 0;
    for (let bytes = 0; count < fresh.length && count < this.#batchSize; count += 1) {
      bytes += fresh[count]?.bytes ?? 0;
      if (count > 0 && bytes > PAYLOAD_BYTES) break;
    }
    return fresh.splice(0, count);
  }

  async #process(lane: Lane, { entries: all, attempts }: Batch): Promise<void> {
    const late = all.filter(({ record }) => this.#tooOld(record));
    if (late.length > 0) await this.#giveUp(lane, { entries: late, attempts }, 'RecordAgeExceeded');
    const entries = all.filter((entry) => !late.includes(entry));
    if (entries.length === 0 || this.#stopped) return;
    const { lambda, fn, log } = this.#options;
    const result = await lambda.invoke(fn.arn, { Records: entries.map(({ record }) => record) });
    if (this.#stopped) return;
    const failedAt = this.#firstFailure(entries, result);
    await done(entries.slice(0, failedAt));
    const rest = entries.slice(failedAt);
    if (rest.length === 0) return;
    const why = result.ok ? 'reported as failed' : `${result.errorType}: ${result.errorMessage}`;
    log({ source: 'streams', message: `${this.spec.logicalId}: ${rest.length} records ${why}` });
    // What remains after progress is another batch, with its own attempts.
    await this.#retry(lane, { entries: rest, attempts: failedAt > 0 ? 0 : attempts }, result);
  }

  /** Index of the first record that is to be tried again. */
  #firstFailure(entries: readonly Entry[], result: InvokeResult): number {
    if (!result.ok) return 0;
    const reports = this.spec.properties.FunctionResponseTypes?.includes('ReportBatchItemFailures');
    const answer = result.payload as { batchItemFailures?: { itemIdentifier?: string }[] } | null | undefined;
    const failures = (reports && answer?.batchItemFailures) || [];
    const positions = failures.map(({ itemIdentifier }) =>
      entries.findIndex(({ record }) => record.dynamodb.SequenceNumber === itemIdentifier),
    );
    // An identifier that is not of the batch fails the whole batch.
    return failures.length === 0 ? entries.length : Math.max(0, Math.min(...positions));
  }

  async #retry(lane: Lane, { entries, attempts }: Batch, result: InvokeResult): Promise<void> {
    const { MaximumRetryAttempts: limit = -1, BisectBatchOnFunctionError: bisect } = this.spec.properties;
    if (!result.ok && result.failure === 'throttled') {
      // It did not reach the function, so it does not count.
      lane.again.unshift({ entries, attempts });
    } else if (bisect && !result.ok && entries.length > 1) {
      // Splitting does not count either, and the halves are tried at once.
      const middle = Math.ceil(entries.length / 2);
      const halves = [entries.slice(0, middle), entries.slice(middle)];
      lane.again.unshift(...halves.map((half) => ({ entries: half, attempts })));
      return;
    } else if (limit >= 0 && attempts >= limit) {
      await this.#giveUp(lane, { entries, attempts: attempts + 1 }, 'RetryAttemptsExhausted');
      return;
    } else {
      lane.again.unshift({ entries, attempts: attempts + 1 });
    }
    const wait = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** attempts);
    await new Promise<void>((resolve) => {
      this.#options.clock.setTimeout(resolve, wait);
    });
  }

  #tooOld({ dynamodb }: StreamRecord): boolean {
    const { MaximumRecordAgeInSeconds: limit = -1 } = this.spec.properties;
    const age = this.#options.clock.now() / 1000 - dynamodb.ApproximateCreationDateTime;
    return age > (limit < 0 ? RETENTION_SECONDS : limit);
  }

  /** Sends metadata (never the records) to the failure destination, and goes on. */
  async #giveUp(lane: Lane, { entries, attempts }: Batch, condition: string): Promise<void> {
    const { logicalId, properties } = this.spec;
    const { fn, log, clock, send } = this.#options;
    log({ source: 'streams', message: `${logicalId}: gave up ${entries.length} records (${condition})` });
    const [first, last] = [entries[0]?.record.dynamodb, entries.at(-1)?.record.dynamodb];
    const time = (ms: number) => new Date(ms).toISOString();
    const destination = properties.DestinationConfig?.OnFailure?.Destination;
    if (destination && first && last) {
      await send(destination, {
        requestContext: {
          requestId: randomUUID(),
          functionArn: fn.arn,
          condition,
          approximateInvokeCount: attempts,
        },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: time(clock.now()),
        DDBStreamBatchInfo: {
          shardId: lane.shardId,
          startSequenceNumber: first.SequenceNumber,
          endSequenceNumber: last.SequenceNumber,
          approximateArrivalOfFirstRecord: time(first.ApproximateCreationDateTime * 1000),
          approximateArrivalOfLastRecord: time(last.ApproximateCreationDateTime * 1000),
          batchSize: entries.length,
          streamArn: properties.EventSourceArn,
        },
      });
    }
    await done(entries);
  }
}

async function done(entries: readonly Entry[]): Promise<void> {
  for (const { finish, end } of entries) {
    await finish();
    end();
  }
}
