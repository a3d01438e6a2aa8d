/** The type of the facts about an alarm; `alarms` is their table. */
import type { MappingMetric } from './constructs/journal-stream.ts';
import type { TableKey } from './function-declaration.ts';
import type { FunctionName } from './functions.ts';

/** A code that a function or the relay logs as a warning or an error, or counts (`lambdas/platform/logger.ts`): `sweep/sweep-failed`. */
export type LogCode = `${FunctionName | 'canary' | 'console' | 'relay'}/${string}`;

/** The signal of an alarm, each minute. */
export type Signal =
  /** How often functions logged these codes, summed. */
  | { readonly logged: readonly LogCode[] }
  /** How often, in percent of a function's invocations. */
  | { readonly percentLogged: LogCode; readonly of: FunctionName }
  | { readonly lambda: 'Errors' | 'Throttles' | 'Invocations'; readonly of: FunctionName | 'console' }
  /** How old the stream's records are when a function gets them, ms. */
  | { readonly streamAgeOf: FunctionName }
  /** A metric of the WebSocket API, without the errors that a function answered on purpose. */
  | { readonly gateway: 'ExecutionError' | 'IntegrationError'; readonly except?: LogCode }
  /** Throttled requests of functions, including those where only an index was throttled. */
  | { readonly throttled: TableKey; readonly operations: readonly WriteOperation[] }
  /** A step of the canary: how many were measured, or the longest duration, ms. */
  | { readonly canary: 'acknowledge' | 'total'; readonly statistic: 'SampleCount' | 'Maximum' }
  /** How many events wait in the dead-letter queue of the alerts. */
  | { readonly deadLetters: 'alerts' }
  /** Records that the journal's stream gave up: kept for a redrive, or lost. */
  | { readonly stream: MappingMetric }
  /** A metric of the relay's balancer, or of its tasks: how many are healthy, or % of their memory. */
  | { readonly relay: RelayMetric; readonly statistic: 'Minimum' | 'Maximum' }
  /** How many digests could not be sent. */
  | { readonly unsentDigests: true };

export type RelayMetric = 'HealthyHostCount' | 'MemoryUtilization';

export type WriteOperation = 'PutItem' | 'UpdateItem';

/** The parts of the dashboard. */
export const GROUPS = [
  'NetBackup',
  'Jobs, images and events',
  'Sweep and HTTP API',
  'Tables',
  'Functions',
  'Canary',
  'Digests',
] as const;

export interface AlarmFact {
  /** The id of the alarm in the template; part of its name on AWS. */
  readonly id: string;
  readonly group: (typeof GROUPS)[number];
  readonly signal: Signal;
  /** A minute breaches if the signal is above this value, or below `below`. */
  readonly above?: number;
  readonly below?: number;
  /** The alarm is raised when this many of the last `of` minutes breach. */
  readonly minutes: number;
  readonly of: number;
  /** Whether a minute without data breaches. Otherwise it means that nothing happened. */
  readonly missingBreaches?: true;
  /** It raises the composite alarm `ServiceDown`. */
  readonly isDown?: true;
  /** What the alarm means: whole sentences. */
  readonly meaning: string;
  /** The section of the runbook. */
  readonly section: string;
}

/** The composite alarm: one of the alarms with `isDown` is on. */
export const SERVICE_DOWN = {
  id: 'ServiceDown',
  meaning: 'The service is down for NetBackup: domains cannot connect, or are not acknowledged.',
  section: 'service-down',
} as const;

/** The text of an alarm in e-mails. */
export const descriptionOf = ({ meaning, section }: Pick<AlarmFact, 'meaning' | 'section'>): string =>
  `${meaning} Runbook: docs/runbook.md#${section}`;
