/** The resources that operations use, as counted by `test/integration/cost/counts.test.ts` with the local cloud. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Units by `Table` or `Table/index`. */
export type PerTable = Readonly<Record<string, number>>;

/** The usage of one operation. */
export interface Usage {
  /** WebSocket messages in both directions. */
  readonly messages: number;
  /** Requests to the HTTP API. */
  readonly requests: number;
  /** Invocations by function, in lower case. */
  readonly invocations: Readonly<Record<string, number>>;
  /** By table, including its indexes. */
  readonly writeUnits: PerTable;
  readonly readUnits: number;
  /** Events on the bus. */
  readonly events: number;
  readonly eventBytes: number;
  readonly kmsRequests: number;
}

/** How many notifications the counted messages have. */
export const BATCHES = [1, 10, 30, 100] as const;
export type Batch = (typeof BATCHES)[number];

/** The resources in the stack of the relay, and its alarms. */
export interface RelayParts {
  readonly balancers: number;
  /** The public addresses of the balancer in each zone, and of each task. */
  readonly publicAddresses: number;
  readonly vcpu: number;
  readonly memoryGb: number;
  readonly hostedZones: number;
  readonly alarmMetrics: number;
}

export interface Counts {
  readonly connect: Usage;
  readonly disconnect: Usage;
  readonly heartbeat: Usage;
  /** One run of the sweep without a connected domain, and the addition for each connected domain. */
  readonly sweep: Usage;
  readonly sweepDomain: Usage;
  /** The review of one connected domain with nothing wrong, once in 15 minutes. */
  readonly review: Usage;
  /** One notification, by the size of its message. Its messages and invocations are those of the whole message. */
  readonly notification: Readonly<Record<Batch, Usage>>;
  /** Write units of the journal for one notification, if its messages were stored as text. */
  readonly journalAsText: Readonly<Record<Batch, number>>;
  /** A message of 30 notifications that was stored before. */
  readonly resend: Usage;
  /** A GET with a response of 3 KB: submitted, answered and read. */
  readonly command: Usage;
  /** One group in a page of 25 of `GET /v1/summary`: from the cache, and computed, without jobs and for each job. */
  readonly summaryGroup: Usage;
  readonly overview: Usage;
  readonly overviewJob: Usage;
  /** The bytes that one notification stores, with DynamoDB's 100 bytes for each item and index entry. */
  readonly journalBytes: Readonly<Record<Batch, { readonly table: number; readonly withIndex: number }>>;
  /** Jobs and images, of messages of 30. */
  readonly viewBytes: PerTable;
  /** The smallest relay, and one in two zones with two tasks. */
  readonly relay: Readonly<Record<'oneZone' | 'twoZones', RelayParts>>;
  /** The resources in the templates. */
  readonly deployment: {
    readonly alarmMetrics: number;
    readonly compositeAlarms: number;
    readonly dashboards: number;
    readonly keys: number;
    readonly detailedMetrics: boolean;
    readonly webSocketRoutes: number;
    readonly httpRoutes: number;
    /** Tables with point-in-time recovery. */
    readonly recoverable: readonly string[];
  };
}

export const COUNTS_FILE = join(import.meta.dirname, 'counts.json');
export const readCounts = (): Counts => JSON.parse(readFileSync(COUNTS_FILE, 'utf8')) as Counts;

export const sum = (values: Iterable<number>): number => [...values].reduce((total, one) => total + one, 0);
export const writeUnits = ({ writeUnits: units }: Usage): number => sum(Object.values(units));
