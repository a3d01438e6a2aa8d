import { createHash, randomUUID } from 'node:crypto';
import type { Activity } from '../activity.ts';
import type { MappingSpec } from '../assembly/specs.ts';
import type { Clock, Timer } from '../clock.ts';
import { StartError } from '../errors.ts';
import { compilePattern, type Matcher } from '../events/pattern.ts';
import type { InvokeResult, LambdaService, LocalLog } from '../types.ts';
import type { StreamRecord } from './log.ts';

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
  window?: Timer;
}

export interface MappingOptions {
  readonly lambda: LambdaService;
  readonly clock: Clock;
  readonly activity: Activity;
  readonly log: LocalLog;
  /** Shards of the stream; a new on-demand table begins with four partitions. */
  readonly shards: number;
  /** Sends to a queue in the function's name; used for the failure destination. */
  readonly send: (queueArn: string, body: unknown) => Promise<void>;
}

const hash = (value: unknown, buckets: number): number =>
  createHash('md5').update(JSON.stringify(value)).digest().readUInt32BE(0) % buckets;

/**
 * An event source mapping: reads the records of a stream in the order of each item, in batches, and retries as Lambda
 * does (https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-eventsourcemapping.html).
 */
export class Mapping {
  readonly spec: MappingSpec;
  readonly #options: MappingOptions;
  readonly #filters: readonly Matcher[];
  readonly #lanes = new Map<number, Lane>();
  #stopped = false;

  constructor(spec: MappingSpec, options: MappingOptions) {
    this.spec = spec;
    this.#options = options;
    this.#filters = spec.filters.map((pattern) => {
      try {
        return compilePattern(JSON.parse(pattern));
      } catch (error) {
        throw new StartError(
          `${spec.logicalId} filters by ${(error as Error).message}, which is not known here.`,
        );
      }
    });
  }

  /** Whether one of the filters lets the record through. */
  wants(record: StreamRecord): boolean {
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
    for (const { window } of this.#lanes.values()) this.#options.clock.clearTimeout(window);
  }

  /** Shard by partition key; within it, as many lanes as ParallelizationFactor, by the whole key. */
  #laneOf({ dynamodb: { Keys } }: StreamRecord): Lane {
    const factor = this.spec.parallelization;
    const shard = hash(Object.values(Keys)[0], this.#options.shards);
    const number = shard * factor + hash(Keys, factor);
    let lane = this.#lanes.get(number);
    if (!lane) {
      lane = {
        shardId: `shardId-${String(shard).padStart(20, '0')}-00000000`,
        fresh: [],
        again: [],
        running: false,
      };
      this.#lanes.set(number, lane);
    }
    return lane;
  }

  /** Starts the lane when a batch is full or its window has passed. */
  #schedule(lane: Lane): void {
    const { batchSize, batchingWindowSeconds } = this.spec;
    if (this.#stopped || lane.running || lane.fresh.length + lane.again.length === 0) return;
    const bytes = lane.fresh.reduce((sum, entry) => sum + entry.bytes, 0);
    const full = lane.fresh.length >= batchSize || bytes >= PAYLOAD_BYTES;
    if (full || batchingWindowSeconds === 0 || lane.again.length > 0) {
      this.#options.clock.clearTimeout(lane.window);
      delete lane.window;
      lane.running = true;
      // Not at once: records of one transaction come together.
      setImmediate(() => void this.#run(lane));
    } else if (!lane.window) {
      lane.window = this.#options.clock.setTimeout(() => {
        delete lane.window;
        lane.running = true;
        void this.#run(lane);
      }, batchingWindowSeconds * 1000);
    }
  }

  async #run(lane: Lane): Promise<void> {
    const batch = lane.again.shift() ?? { entries: this.#take(lane.fresh), attempts: 0 };
    await this.#process(lane, batch);
    lane.running = false;
    this.#schedule(lane);
  }

  #take(fresh: Entry[]): Entry[] {
    let count = 0;
    for (let bytes = 0; count < fresh.length && count < this.spec.batchSize; count += 1) {
      bytes += fresh[count]?.bytes ?? 0;
      if (count > 0 && bytes > PAYLOAD_BYTES) break;
    }
    return fresh.splice(0, count);
  }

  async #process(lane: Lane, batch: Batch): Promise<void> {
    if (this.#stopped) return;
    const late = this.#tooOld(batch.entries);
    if (late.length > 0) await this.#giveUp(lane, { ...batch, entries: late }, 'RecordAgeExceeded');
    const entries = batch.entries.filter((entry) => !late.includes(entry));
    if (entries.length === 0) return;
    const Records = entries.map(({ record }) => record);
    const result = await this.#options.lambda.invoke(this.spec.functionArn, { Records });
    if (this.#stopped) return;
    const failedAt = this.#firstFailure(entries, result);
    await done(entries.slice(0, failedAt));
    if (failedAt >= entries.length) return;
    this.#report(entries.length - failedAt, result);
    await this.#retry(lane, { ...batch, entries: entries.slice(failedAt) }, failedAt, result);
  }

  /** Index of the first record that is to be tried again. */
  #firstFailure(entries: readonly Entry[], result: InvokeResult): number {
    if (!result.ok) return 0;
    if (!this.spec.reportFailures) return entries.length;
    const answer = result.payload as { batchItemFailures?: { itemIdentifier?: string }[] } | null;
    const failures = answer?.batchItemFailures ?? [];
    const positions = failures.map(({ itemIdentifier }) =>
      entries.findIndex(({ record }) => record.dynamodb.SequenceNumber === itemIdentifier),
    );
    // An identifier that is not of the batch fails the whole batch.
    return failures.length === 0 ? entries.length : Math.max(0, Math.min(...positions));
  }

  async #retry(lane: Lane, batch: Batch, progress: number, result: InvokeResult): Promise<void> {
    const { maximumRetryAttempts: limit, bisect } = this.spec;
    const { entries } = batch;
    if (!result.ok && result.failure === 'throttled') {
      // It did not reach the function, so it does not count.
      lane.again.unshift(batch);
      return this.#pause(batch.attempts + 1);
    }
    if (bisect && !result.ok && entries.length > 1) {
      // Splitting does not count as a retry.
      const middle = Math.ceil(entries.length / 2);
      const halves = [entries.slice(0, middle), entries.slice(middle)];
      lane.again.unshift(...halves.map((half) => ({ entries: half, attempts: batch.attempts })));
      return this.#pause(0);
    }
    // What remains after progress is another batch, with its own attempts.
    const attempts = progress > 0 ? 1 : batch.attempts + 1;
    if (limit >= 0 && attempts > limit) {
      await this.#giveUp(lane, { entries, attempts }, 'RetryAttemptsExhausted');
      return;
    }
    lane.again.unshift({ entries, attempts });
    await this.#pause(attempts);
  }

  #pause(attempts: number): Promise<void> {
    const wait = attempts === 0 ? 0 : Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
    return new Promise((resolve) => {
      this.#options.clock.setTimeout(resolve, wait);
    });
  }

  #tooOld(entries: readonly Entry[]): Entry[] {
    const limit =
      this.spec.maximumRecordAgeSeconds < 0 ? RETENTION_SECONDS : this.spec.maximumRecordAgeSeconds;
    const now = this.#options.clock.now() / 1000;
    return entries.filter(({ record }) => now - record.dynamodb.ApproximateCreationDateTime > limit);
  }

  /** Sends metadata (never the records) to the failure destination, and goes on. */
  async #giveUp(lane: Lane, { entries, attempts }: Batch, condition: string): Promise<void> {
    const { functionArn, streamArn, onFailure, logicalId } = this.spec;
    this.#options.log({
      source: 'streams',
      message: `${logicalId}: gave up ${entries.length} records (${condition})`,
    });
    const [first, last] = [entries[0]?.record.dynamodb, entries.at(-1)?.record.dynamodb];
    const time = (seconds = 0) => new Date(seconds * 1000).toISOString();
    if (onFailure) {
      await this.#options.send(onFailure, {
        requestContext: { requestId: randomUUID(), functionArn, condition, approximateInvokeCount: attempts },
        responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
        version: '1.0',
        timestamp: new Date(this.#options.clock.now()).toISOString(),
        DDBStreamBatchInfo: {
          shardId: lane.shardId,
          startSequenceNumber: first?.SequenceNumber,
          endSequenceNumber: last?.SequenceNumber,
          approximateArrivalOfFirstRecord: time(first?.ApproximateCreationDateTime),
          approximateArrivalOfLastRecord: time(last?.ApproximateCreationDateTime),
          batchSize: entries.length,
          streamArn,
        },
      });
    }
    await done(entries);
  }

  #report(count: number, result: InvokeResult): void {
    const why = result.ok ? 'reported as failed' : `${result.errorType}: ${result.errorMessage}`;
    this.#options.log({ source: 'streams', message: `${this.spec.logicalId}: ${count} records ${why}` });
  }
}

async function done(entries: readonly Entry[]): Promise<void> {
  for (const { finish, end } of entries) {
    await finish();
    end();
  }
}
